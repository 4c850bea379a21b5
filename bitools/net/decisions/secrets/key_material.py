"""Private keys as text (PEM and its kin): whole, or cut off at either end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bitools import regex
from bitools.net.decisions.required_literals import finder
from bitools.net.decisions.text import Text

_NAMED = r"(?:[A-Z0-9]+ )*(?:PRIVATE KEY(?: BLOCK)?|OpenVPN Static key V\d) ?-{4,5}"
_OPENS = regex.compile(rf"-{{4,5}} ?BEGIN {_NAMED}|^PuTTY-User-Key-File")
_CLOSES = regex.compile(rf"-{{4,5}} ?END {_NAMED}|^Private-MAC:")
_WITHIN = regex.compile(
    r"^[\s\"'\\>|]*(?:[A-Za-z0-9+/=_-]+(?:\\n|\\r|\\)*|[A-Za-z][\w-]*: ?.*|#.*)?[\s\"';,\\]*$"
)
SIGNS = finder(("-----", "---- ", "PuTTY"))  # one of them is in every line that matters here
LONGEST_KEY = 400  # lines: an RSA key of 16384 bits has 200


class PrivateKey(NamedTuple):
    """A private key: from a place in one line to a place in another, ends not included."""

    first: int
    start: int
    last: int
    end: int


def private_keys(text: Text) -> Iterator[PrivateKey]:
    """Every private key in the text, in order. One without its end goes as far as its lines look like one."""
    done, lines = 0, text.lines  # done: the first line after the last block
    for number in text.among(SIGNS):
        if number < done:
            continue
        line = lines[number]
        opened, closed = _OPENS.search(line), _CLOSES.search(line)
        if opened:
            block = _from(lines, number, opened.start())
        elif closed:
            block = _back(lines, number, closed.end(), done)
        else:
            continue
        done = block.last + 1
        yield block


def goes_on(line: str) -> bool:
    """Can this line stand in a key that ends further down, and whose beginning is missing?"""
    return bool(line.strip() and _WITHIN.match(line))


def _from(lines: Sequence[str], number: int, start: int) -> PrivateKey:
    at = number
    while True:
        closed = _CLOSES.search(lines[at], start if at == number else 0)
        if closed:
            return PrivateKey(number, start, at, closed.end())
        following = at + 1
        if following >= len(lines) or following - number > LONGEST_KEY or not _WITHIN.match(lines[following]):
            if following < len(lines) and _CLOSES.search(lines[following]):
                at = following
                continue
            return PrivateKey(number, start, at, len(lines[at]))
        at = following


def _back(lines: Sequence[str], number: int, end: int, done: int) -> PrivateKey:
    """A key whose beginning is missing."""
    at = number
    while at > done and number - at < LONGEST_KEY and goes_on(lines[at - 1]):
        at -= 1
    return PrivateKey(at, 0, number, end)
