"""Where words stand in a line, and what of a place is the secret itself."""

from __future__ import annotations

from collections.abc import Iterator

from bitools.net.decisions.secrets.options import HOLE
from bitools.net.decisions.secrets.shapes import Span

LONG = 4096  # letters; in a longer line everything behind the first word that announces a secret is one


def indent(line: str) -> int:
    """How many blanks stand before it."""
    return len(line) - len(line.lstrip())


def words_of(line: str) -> list[Span]:
    """The places of the words; a quoted text is one, also behind `name=`. An odd quote is a letter."""
    places: list[Span] = []
    odd: set[str] = set()
    at = 0
    while at < len(line):
        if line[at].isspace():
            at += 1
            continue
        start = at
        while at < len(line) and not line[at].isspace():
            letter = line[at]
            if letter == "\\":
                at += 2
                continue
            if letter in "\"'" and letter not in odd and (letter == '"' or _may_open(line, at, start)):
                end = _closing(line, at)
                at = max(end, at)
                odd |= set() if end > 0 else {letter}
            at += 1
        places.append((start, min(at, len(line))))
    return places


def _may_open(line: str, at: int, start: int) -> bool:
    return at == start or line[at - 1] in "=:([{,"


def _closing(line: str, at: int) -> int:
    """Where the quote that opens here is closed; -1 if nowhere."""
    end = line.find(line[at], at + 1)
    while end > 0:
        back = end
        while line[back - 1] == "\\":
            back -= 1
        if (end - back) % 2 == 0:
            return end
        end = line.find(line[at], end + 1)
    return -1


def bare(word: str) -> str:
    """A word in lower case, without quotes, brackets and punctuation."""
    return word.lstrip("([{").rstrip(";,:{)]}").strip("\"'").lower()


def trimmed(line: str, start: int, end: int) -> Iterator[Span]:
    """The place without quotes and punctuation around, and without what is masked in it."""
    while end > start and line[end - 1] in ";,{}])" and not _opened(line[start:end]):
        end -= 1
    if end - start >= 2 and line[start] in "\"'" and line[end - 1] == line[start]:
        start, end = start + 1, end - 1
    elif end > start and line[start] in "\"'" and line[start] not in line[start + 1 : end]:
        start += 1
    for piece in _between_holes(line, start, end):
        begin, finish = piece
        while begin < finish and line[begin].isspace():
            begin += 1
        while finish > begin and line[finish - 1].isspace():
            finish -= 1
        if line[begin:finish].strip("\"';,{}[]()"):
            yield begin, finish


def _opened(text: str) -> bool:
    """Does its last letter close a bracket that it opened?"""
    opening = {"}": "{", "]": "[", ")": "("}.get(text[-1])
    return opening is not None and opening in text


def _between_holes(line: str, start: int, end: int) -> Iterator[Span]:
    while start < end:
        hole = line.find(HOLE, start, end)
        if hole < 0:
            yield start, end
            return
        if hole > start:
            yield start, hole
        start = hole
        while start < end and line[start] == HOLE:
            start += 1
