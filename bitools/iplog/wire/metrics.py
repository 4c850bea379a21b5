"""The text that Prometheus' node exporter reads (exposition format 0.0.4): how every source stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bitools.documents.iplog import SourceItem

_SOURCE = {
    "last_line_timestamp_seconds": "The newest time in a line of the source.",
    "lines": "Lines taken in the segment of today.",
    "usual_lines": "Median of the lines of a sealed day.",
    "unparsed_lines": "Lines of today that were not understood.",
    "gaps": "Places of the last week where lines were lost.",
    "problems": "What needs a person.",
}
_WHOLE = {
    "unsealed_days": "Finished days that are not sealed.",
    "unstamped_days": "Sealed days that no time stamp covers.",
    "log_problems": "What needs a person, beside the sources.",
}


def text(items: Sequence[SourceItem], more: Mapping[str, Any]) -> str:
    """All metrics; a source that was never heard has no last line."""
    lines = []
    for name, help_ in _SOURCE.items():
        values = [(item["source"], value) for item in items for value in _value(item, name)]
        if values:
            lines += _heading(name, help_)
            lines += [f'bitools_iplog_{name}{{source="{source}"}} {value:.0f}' for source, value in values]
    whole = {
        "unsealed_days": more["unsealed"],
        "unstamped_days": more["unstamped"],
        "log_problems": len(more["problems"]),
    }
    for name, help_ in _WHOLE.items():
        lines += [*_heading(name, help_), f"bitools_iplog_{name} {whole[name]}"]
    return "\n".join(lines) + "\n"


def _heading(name: str, help_: str) -> list[str]:
    return [f"# HELP bitools_iplog_{name} {help_}", f"# TYPE bitools_iplog_{name} gauge"]


def _value(item: SourceItem, name: str) -> Iterator[float]:
    if name == "last_line_timestamp_seconds":
        if item["last"]:
            yield datetime.fromisoformat(item["last"]).timestamp()
    else:
        yield {
            "lines": item["lines"], "usual_lines": item["usual"], "unparsed_lines": item["unparsed"],
            "gaps": item["gaps"], "problems": len(item["problems"]),
        }[name]  # fmt: skip
