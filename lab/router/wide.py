"""Random configurations of an FRR router with something of everything: `lines.yaml` says what.

Written as people write it: what FRR makes of it, it shows itself.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

LINES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("lines.yaml").read_text(encoding="utf-8"))
_CHOICE = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"<(\w+)>")
_NUMBERS = range(5, 60, 5)


def configuration(seed: int, name: str) -> str:
    """One configuration, without the address of the cable."""
    return "\n".join([f"hostname {name}", *_Router(random.Random(f"{seed} wide")).lines(), "end", ""])


class _Router:
    """One router: the names that it has, and what it says."""

    def __init__(self, some: random.Random) -> None:
        self._some = some
        pools: dict[str, Sequence[str]] = LINES["names"]
        self._names = {kind: [one for one in pool if some.random() < 0.7] for kind, pool in pools.items()}

    def lines(self) -> Iterator[str]:
        """All of it, in the order in which it can be typed."""
        yield from self._said(LINES["top"])
        for kind, line in LINES["entries"].items():
            for name in self._names[kind]:
                yield from self._entries(line.replace("<name>", name))
        for name in self._names["map"]:
            for number in sorted(self._some.sample(range(10, 60, 10), self._some.choice([1, 2]))):
                yield f"route-map {name} {self._some.choice(['permit', 'permit', 'deny'])} {number}"
                yield from (*self._said(LINES["clause"]), "exit")
        for header, lines in LINES["sections"].items():
            if self._some.random() < 0.7:
                yield from self._section(self._chosen(header), [*self._said(lines)])

    def _section(self, header: str, lines: Sequence[str]) -> Iterator[str]:
        """What stands in a family is typed there."""
        yield header
        yield from (line for line in lines if " / " not in line)
        for line in (line for line in lines if " / " in line):
            family, _slash, inside = line.partition(" / ")
            yield from (family, inside, "exit-address-family")
        yield "exit"

    def _entries(self, line: str) -> Iterator[str]:
        for number in sorted(self._some.sample(_NUMBERS, self._some.choice([1, 2, 3]))):
            yield self._chosen(line.replace("#", str(number)))

    def _said(self, lines: Sequence[tuple[float, str]]) -> Iterator[str]:
        for share, line in lines:
            if self._some.random() < share and (text := self._named(self._chosen(line))):
                yield text

    def _chosen(self, line: str) -> str:
        return _CHOICE.sub(lambda found: self._some.choice(found[1].split("|")), line)

    def _named(self, line: str) -> str:
        """The line with names; nothing if there is none of a kind."""
        if not all(self._names[kind] for kind in _NAME.findall(line)):
            return ""
        return _NAME.sub(lambda found: self._some.choice(self._names[found[1]]), line)
