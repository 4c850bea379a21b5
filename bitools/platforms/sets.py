"""Which lists the shipped platforms call sets, and why, and what brings them back: tables of their data.

`python -m bitools.platforms.sets FILE` writes each between its two marks of a Markdown file.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from bitools import platforms
from bitools.platforms.model import LineRule

BEGIN, END = "<!-- sets: made by `make schema` -->", "<!-- end of sets -->"


WAYS_BEGIN, WAYS_END = "<!-- ways back: made by `make schema` -->", "<!-- end of ways back -->"


def ways() -> str:
    """One row a way back, with the platforms that have it; those that have none are in the last."""
    rows: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name in platforms.names():
        for way in platforms.load(name).rollback:
            arm = "; ".join(f"`{_typed(line)}`" for line in way.arm)
            window = f"{way.least}-{way.most} {way.unit}"
            asked = "`" + (way.state.ask or "the prompt") + "`" if way.state else "?"
            rows[way.grade, way.kind, arm, asked, window, way.mark, way.source, way.trap].append(f"`{name}`")
    lines = [
        "| | how | armed by | asked by | window | mark | source | trap | platforms |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [f"| {' | '.join((*row, ', '.join(names)))} |" for row, names in sorted(rows.items())]
    without = [f"`{name}`" for name in platforms.names() if not platforms.load(name).rollback]
    lines.append(f"| D | nothing | | | | | | | {', '.join(without)} |")
    return "\n".join(lines)


def _typed(line: str) -> str:
    return "Ctrl-X" if line == "\x18" else line.replace("|", "\\|")


def table() -> str:
    """One row a rule, with all platforms that have it."""
    rows: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for name in platforms.names():
        for row in _rows(name):
            rows[row].append(f"`{name}`")
    lines = [
        "| in sections that match | lines that match | how | why | platforms |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [f"| {' | '.join((*row, ', '.join(names)))} |" for row, names in rows.items()]
    return "\n".join(lines)


def _rows(name: str) -> Iterator[tuple[str, str, str, str]]:
    rules = platforms.load(name).rules
    for how, some in (("a set", rules.set), ("apart by what is in the brackets", rules.apart)):
        for rule in some:
            yield _shown(rule.within or "", rule), _pattern(rule.line), how, rule.reason


def _shown(within: str, rule: LineRule) -> str:
    return "the top" if within == "^$" else _pattern(rule.within or "") if within else "all"


def _pattern(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`" if text else "all"


def with_tables(page: str) -> str:
    """The page with the tables of today. Raise ValueError if it has no place for one."""
    for begin, end, made in ((BEGIN, END, table), (WAYS_BEGIN, WAYS_END, ways)):
        before, _begin, rest = page.partition(begin)
        _old, mark, after = rest.partition(end)
        if not mark:
            raise ValueError(f"no {begin} … {end}")
        page = f"{before}{begin}\n\n{made()}\n\n{end}{after}"
    return page


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(with_tables(file.read_text(encoding="utf-8")), encoding="utf-8")
