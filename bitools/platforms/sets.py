"""Which lists the shipped platforms call sets, and why: the table in the manual, made from their data.

`python -m bitools.platforms.sets FILE` writes it between the two marks of a Markdown file.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from bitools import platforms
from bitools.platforms.model import Rule

BEGIN, END = "<!-- sets: made by `make schema` -->", "<!-- end of sets -->"


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


def _shown(within: str, rule: Rule) -> str:
    return "the top" if within == "^$" else _pattern(rule.within or "") if within else "all"


def _pattern(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`" if text else "all"


def replaced(page: str) -> str:
    """The page with the table of today. Raise ValueError if it has no place for it."""
    before, _begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(replaced(file.read_text(encoding="utf-8")), encoding="utf-8")
