"""Words without which a pattern cannot match: looked for first, they spare almost every line the pattern.

Thirty patterns over a configuration cost milliseconds; thirty searches for a word cost microseconds. The
words are read from Python's own parse of the pattern; where none can be named, every line is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from bitools import regex

Words = frozenset[str]


@cache
def literals_of(pattern: str) -> Words | None:
    """A set of words of which at least one is in every text that matches; None if there is no such set."""
    from re import _parser  # type: ignore[attr-defined]  # what re itself compiles from

    parsed = _parser.parse(pattern, re.MULTILINE)
    return None if parsed.state.flags & re.IGNORECASE else _best(_sequence(parsed))


def _best(found: Iterable[Words | None]) -> Words | None:
    """The set whose shortest word is longest: it is found least often."""
    known = [words for words in found if words and min(map(len, words)) > 0]
    return max(known, key=lambda words: (min(map(len, words)), -len(words)), default=None)


def _sequence(items: Iterable[tuple[Any, Any]]) -> list[Words | None]:
    """What each part of a sequence needs; letters one after another are one word."""
    found: list[Words | None] = []
    word = ""
    for operation, argument in items:
        if str(operation) == "LITERAL":
            word += chr(argument)
            continue
        found += [frozenset({word})] if word else []
        word = ""
        found.append(_part(str(operation), argument))
    return [*found, frozenset({word})] if word else found


def _part(operation: str, argument: Any) -> Words | None:
    if operation == "SUBPATTERN":
        return None if argument[1] & re.IGNORECASE else _best(_sequence(argument[3]))
    if operation == "ATOMIC_GROUP":
        return _best(_sequence(argument))
    if operation in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and argument[0] >= 1:
        return _best(_sequence(argument[2]))
    if operation == "BRANCH":
        branches = [_best(_sequence(branch)) for branch in argument[1]]
        if all(branches):
            return frozenset().union(*(branch for branch in branches if branch))
    return None


class Finder:
    """The lines of a text in which some of these patterns could match."""

    def __init__(self, patterns: Sequence[str]) -> None:
        sets = [literals_of(pattern) for pattern in patterns]
        self.everywhere = any(words is None for words in sets)  # a pattern without such words is among them
        words = _shortest({word for words in sets if words for word in words})
        self.words = regex.compile("|".join(map(re.escape, words)), lines=True) if words else None

    def lines(self, text: str) -> list[int] | None:
        """Their numbers, in order; None if every line must be looked at."""
        if self.everywhere:
            return None
        return self.words.line_numbers(text) if self.words else []


def _shortest(words: Iterable[str]) -> list[str]:
    """Without those that contain another one."""
    kept: list[str] = []
    for word in sorted(words, key=len):
        if not any(other in word for other in kept):
            kept.append(word)
    return kept


@cache
def finder(patterns: tuple[str, ...]) -> Finder:
    """The finder of these patterns, made once."""
    return Finder(patterns)
