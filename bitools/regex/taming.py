"""Which patterns cannot take long in Python's own engine, whatever the text says: from what it parses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from re import _parser  # type: ignore[attr-defined]  # what re itself compiles from
from typing import Any

_REPEATS = 2  # from the beginning of a line, one from anywhere: its length squared, some thousand steps
_FEW, _MANY = 8, 99
_ALTERNATIVES = 64  # at most, of a pattern that is looked for in a text of any length


def for_a_line(pattern: str, lines: bool) -> re.Pattern[str] | None:
    """Python's own, if it can try but few ways to match a line; None if not, or if it reads it otherwise."""
    try:
        parsed = _parser.parse(pattern, re.ASCII)
    except re.error:
        return None
    if _repeats(parsed) > (_REPEATS if _anchored(parsed) else 1):
        return None
    return re.compile(pattern, re.ASCII | re.MULTILINE if lines else re.ASCII)


def for_any_text(pattern: str, lines: bool) -> re.Pattern[str] | None:
    """Python's own, if it has few ways to match anywhere: what it repeats for ever, it never takes back.

    None if not, or if it reads it otherwise.
    """
    try:
        parsed = _parser.parse(pattern, re.ASCII)
    except re.error:
        return None
    least, most = parsed.getwidth()
    one_sign = len(parsed) == 1 and str(parsed[0][0]) == "MAX_REPEAT"
    something = least or not most or one_sign  # after nothing Python looks there for something
    tame = _gives_nothing_back(parsed) or (lines and least and _within_its_line(parsed))
    if not (something and tame) or _branches(parsed) > _ALTERNATIVES:
        return None
    if not lines and "AT_END" in str(parsed):
        return None  # for Python it is also before a last line break
    return re.compile(pattern, re.ASCII | re.MULTILINE if lines else re.ASCII)


def _gives_nothing_back(items: Sequence[tuple[Any, Any]]) -> bool:
    """Is what it repeats without an end one sign, and the last it looks for? What was taken stays."""
    if not items:
        return True
    *first, (operation, argument) = items
    if _repeats(first):
        return False
    match str(operation):
        case "MAX_REPEAT" if argument[1] > _FEW:
            signs = [str(one) for one, _what in argument[2]]
            return argument[0] <= _FEW and signs in (["IN"], ["LITERAL"])
        case "BRANCH":
            return all(map(_gives_nothing_back, argument[1]))
        case "SUBPATTERN":
            return _gives_nothing_back(argument[3])
        case _:
            return not _repeats([(operation, argument)])


def _within_its_line(parsed: Any) -> bool:
    """Does it begin where a line does, and nothing that it repeats without an end go on into the next?"""
    crosses = parsed.state.flags & re.DOTALL or _crosses(parsed)
    return _anchored(parsed) and _repeats(parsed) <= 1 and not crosses


def _crosses(items: Iterable[tuple[Any, Any]], *, repeated: bool = False) -> bool:
    """May a line break be among what is repeated without an end?"""
    for operation, argument in items:
        match str(operation):
            case "MAX_REPEAT" | "MIN_REPEAT":
                found = _crosses(argument[2], repeated=repeated or argument[1] > _FEW)
            case "SUBPATTERN":
                found = _crosses(argument[3], repeated=repeated)
            case "BRANCH":
                found = any(_crosses(branch, repeated=repeated) for branch in argument[1])
            case "ANY" | "AT":
                found = False
            case "LITERAL":
                found = repeated and argument == ord("\n")
            case "IN":
                found = repeated and _has_line_break(argument)
            case _:
                found = repeated
        if found:
            return True
    return False


def _has_line_break(choices: Iterable[tuple[Any, Any]]) -> bool:
    """Is a line break among the signs of a set?"""
    negated, has = False, False
    for operation, argument in choices:
        match str(operation):
            case "NEGATE":
                negated = True
            case "LITERAL":
                has |= argument == ord("\n")
            case "RANGE":
                has |= argument[0] <= ord("\n") <= argument[1]
            case _:  # a category
                has |= str(argument) in ("CATEGORY_SPACE", "CATEGORY_NOT_DIGIT", "CATEGORY_NOT_WORD")
    return has is not negated


def _branches(items: Iterable[tuple[Any, Any]]) -> int:
    """How many alternatives there are, one within another counted, too."""
    total = 0
    for operation, argument in items:
        match str(operation):
            case "BRANCH":
                total += sum(1 + _branches(branch) for branch in argument[1])
            case "SUBPATTERN":
                total += _branches(argument[3])
            case "MAX_REPEAT" | "MIN_REPEAT":
                total += _branches(argument[2]) * max(argument[1], 1)
    return total


def _anchored(items: Iterable[tuple[Any, Any]]) -> bool:
    """Does it match at the beginning only, whichever of its alternatives it is?"""
    for operation, argument in items:
        match str(operation):
            case "AT":
                return str(argument) == "AT_BEGINNING"
            case "BRANCH":
                return all(map(_anchored, argument[1]))
            case "SUBPATTERN":
                return _anchored(argument[3])
        break
    return False


def _repeats(items: Iterable[tuple[Any, Any]]) -> int:
    """How many repeats without an end may follow one another; a repeat within a repeat counts for many."""
    total = 0
    for operation, argument in items:
        name = str(operation)
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            endless = argument[1] > _FEW
            inner = _repeats(argument[2]) * (1 if endless else max(argument[1], 1))
            total += _MANY if endless and _chooses(argument[2]) else int(endless) + inner
        elif name == "SUBPATTERN":
            total += _repeats(argument[3])
        elif name == "BRANCH":
            total += max(_repeats(branch) for branch in argument[1])
    return total


def _chooses(items: Iterable[tuple[Any, Any]]) -> bool:
    """May this match one text in several ways? Repeated without an end, they multiply."""
    for operation, argument in items:
        name = str(operation)
        if name == "BRANCH" or (name in ("MAX_REPEAT", "MIN_REPEAT") and argument[0] != argument[1]):
            return True
        if name == "SUBPATTERN" and _chooses(argument[3]):
            return True
    return False
