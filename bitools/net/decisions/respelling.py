"""One spelling for what a device, or a person, may write in several ways. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from ipaddress import AddressValueError, IPv6Address
from typing import Literal, final

from bitools import regex
from bitools.platforms.model import Spelling

Respelled = Literal["short", "range", "words", "caseless", "address"]
RESPELLED: frozenset[str] = frozenset(("short", "range", "words", "caseless", "address"))
_ADDRESS = re.compile(r"(?<![0-9A-Fa-f:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f.]{0,15}){2,7}(?![0-9A-Fa-f:.])")


@final
class Respelling:
    """A platform's ways of writing the same, made ready."""

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling

    @cached_property
    def patterns(self) -> Sequence[tuple[Respelled, Sequence[str]]]:
        """What a line looks like that may have to be respelled: no other one has to be."""
        spelling = self._spelling
        names = "|".join(sorted(spelling.interfaces, key=len, reverse=True))
        return [
            ("range", [rf"^(?:{pattern})(?:0|.*[^0-9\n])" for pattern in spelling.ranges]),  # not one alone
            ("short", [rf"\b(?:{names})\d"] if names else []),
            ("words", spelling.words),
            ("caseless", spelling.caseless),
            ("address", [r":[0-9A-Fa-f]*:"]),
        ]

    @cached_property
    def _free(self) -> tuple[str, ...]:
        return tuple(f"{words} " for words in self._spelling.free_text)

    @cached_property
    def _short(self) -> re.Pattern[str] | None:
        names = sorted(self._spelling.interfaces, key=len, reverse=True)
        return re.compile(rf"\b(?P<name>{'|'.join(names)})(?=\d+(?:[/.:]\d+)*\b)") if names else None

    @cached_property
    def _compiled(self) -> Mapping[str, tuple[regex.Pattern, ...]]:
        spelling = self._spelling
        kinds = {"ranges": spelling.ranges, "words": spelling.words, "caseless": spelling.caseless}
        return {kind: tuple(map(regex.compile, patterns)) for kind, patterns in kinds.items()}

    def spelled(self, text: str) -> str:
        """The line as it is compared: long interface names, lists in order, RFC 5952's IPv6 addresses."""
        if text.startswith(self._free):
            return text
        if self._short and self._short.search(text):
            text = self._short.sub(lambda found: self._spelling.interfaces[found["name"]], text)
        if any(pattern.search(text) for pattern in self._compiled["caseless"]):
            text = text.casefold()
        if ":" in text:
            text = _ADDRESS.sub(lambda found: _address(found[0]), text)
        for pattern in self._compiled["words"]:
            if found := pattern.match(text):
                return found[0] + " ".join(sorted(text[found.end() :].split()))
        for pattern in self._compiled["ranges"]:
            if found := pattern.match(text):
                return found[0] + _ranges(text[found.end() :])
        return text


def _address(text: str) -> str:
    """An IPv6 address as RFC 5952 writes it; what is none (a MAC address, a community) stays."""
    try:
        return str(IPv6Address(text))
    except AddressValueError:
        return text


def _ranges(text: str) -> str:
    """`30,10-12,11` is `10-12,30`; what is no list of numbers stays as it is."""
    pieces = re.split(r"[,\s]+", text.strip())
    if not all(re.fullmatch(r"\d{1,4}(?:(?:-| to )\d{1,4})?", piece) for piece in pieces):
        return text
    numbers: set[int] = set()
    for piece in pieces:
        first, _dash, last = piece.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return ",".join(_runs(sorted(numbers)))


def _runs(numbers: Sequence[int]) -> list[str]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [str(first) if first == last else f"{first}-{last}" for first, last in runs]
