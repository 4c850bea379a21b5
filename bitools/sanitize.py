"""Text from devices, directories and logs, made harmless for whoever reads it. Pure.

A banner may hold terminal escapes, carriage returns that would end a mail header, or marks that turn the
reading direction round. What cannot be seen is shown as a picture of itself: nothing is hidden either.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_SHORT = 64  # characters of a name
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def inert(text: object) -> str:
    """One line in which every character is what it looks like."""
    said = str(text)
    return _name(said) if len(said) <= _SHORT else _inert(said)


def _inert(said: str) -> str:
    return said if said.isprintable() else "".join(map(_shown, said))  # printable has none of what is unseen


_name = lru_cache(4096)(_inert)  # the same names come again and again, a hundred thousand times in a year


def inert_lines(text: object) -> str:
    """The same, keeping line ends (`\\n` only)."""
    return "\n".join(inert(line.removesuffix("\r")) for line in str(text).split("\n"))


def clipped(text: str, width: int = 200) -> str:
    """At most so many characters; what was left out is counted."""
    return text if len(text) <= width else f"{text[:width]}… (+{len(text) - width})"


def _shown(character: str) -> str:
    if character == "\t":
        return "    "
    if character < " ":
        return chr(0x2400 + ord(character))  # the control pictures of Unicode
    return "\ufffd" if unicodedata.category(character) in _UNSEEN else character
