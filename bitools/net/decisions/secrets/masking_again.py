"""What older versions stored, masked as this one would mask it: a mask that grew is no change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from bitools.net.decisions.grammar import Grammar
from bitools.net.decisions.secrets.masking import MASK, mask, masked
from bitools.net.decisions.secrets.words import BETWEEN, BETWEEN_WITH
from bitools.net.decisions.text import Text


@cache
def _keywords(key: bytes) -> Mapping[str, str]:
    """What would stand for words that are no secret: older masks hid some, and left the secret beside."""
    words = (*BETWEEN, *BETWEEN_WITH, *map(str, range(16)))
    return {mask(word, key): word for word in words}


def masked_again(lines: Sequence[str], compiled: Grammar, key: bytes) -> list[str]:
    """What an older version stored, as this one would store it: no mask is taken back."""
    known = _keywords(key)
    unhidden = [
        MASK.sub(lambda found: known.get(found[0], found[0]), line) if "<secret:" in line else line
        for line in lines
    ]
    result = masked(Text(list(unhidden)), compiled, key).lines
    if len(result) != len(lines):
        return masked(Text(list(lines)), compiled, key).lines
    for number, line in enumerate(lines):
        if unhidden[number] != line and _count(result[number]) < _count(line):
            result[number] = masked(Text([line]), compiled, key).lines[0]
    return result


def _count(line: str) -> int:
    return sum(1 for _found in MASK.finditer(line))


def again(text: str, compiled: Grammar, key: bytes) -> str:
    """The same for a whole stored text."""
    return "\n".join(masked_again(text.split("\n"), compiled, key))
