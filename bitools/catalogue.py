"""One compiled message catalogue (.mo), looked into where a message stands instead of being read whole.

A command says a hundred of its two thousand messages; the standard library makes texts of all, which takes
6 ms. Its messages are sorted ("The Format of GNU MO Files" in the manual of GNU gettext). Ours is of a
language with one form after a numeral.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from pathlib import Path

_OTHER_ORDER = 0xDE120495  # of the bytes of a number, if the file was compiled on another kind of machine


class Catalogue:
    """The translations of one language."""

    def __init__(self, path: Path) -> None:
        self._content = path.read_bytes()
        self._numbers = array("I", self._content[: len(self._content) // 4 * 4])
        if self._numbers[0] == _OTHER_ORDER:
            self._numbers.byteswap()
        _magic, _version, self._count, ours, theirs = self._numbers[:5]
        self._messages, self._translations = ours // 4, theirs // 4
        self._found: dict[str, str] = {}

    def translated(self, message: str) -> str:
        """The message in this language; itself if it has none. Of a counted one its singular is asked for."""
        if (known := self._found.get(message)) is None:
            known = self._found[message] = self._look_up(message)
        return known

    def _look_up(self, message: str) -> str:
        wanted = message.encode()
        place = bisect_left(range(self._count), wanted, key=self._message)
        if place == self._count or self._message(place) != wanted:
            return message
        return self._bytes(self._translations, place).decode()

    def _message(self, place: int) -> bytes:
        """That at this place; of a counted one the singular, behind which the plural stands after a zero."""
        return self._bytes(self._messages, place).partition(b"\0")[0]

    def _bytes(self, table: int, place: int) -> bytes:
        length, offset = self._numbers[table + 2 * place : table + 2 * place + 2]
        return self._content[offset : offset + length]
