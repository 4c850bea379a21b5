"""Regular expressions that somebody typed, for an engine whose time is bounded. Pure.

Python's engine backtracks: `(a+)+$` can take longer than the universe lasts. POSIX extended expressions
without back-references are matched by an automaton in time linear to the text (POSIX.1-2017, XBD 9.4), and
git speaks them. What people write (`\\d`, `(?:…)`, `.*?`) is respelled; what needs backtracking is refused.
"""

from __future__ import annotations

import re
import warnings

from bitools.errors import Usage
from bitools.i18n import _

LONGEST = 1_000
_CLASSES = {"d": "0-9", "s": "[:space:]", "w": "[:alnum:]_"}
_EDGES = {"A": "^", "Z": "$", "b": r"\b", "B": r"\B"}
_LETTERS = {"t": "\t"}
_QUANTIFIER = re.compile(r"\{(?:\d+(?:,\d*)?|,\d+)\}|[*+?]")
_SPECIAL = set(".[](){}*+?^$|\\")


def linear(pattern: str) -> str:
    """The POSIX extended expression that fits the same lines.

    Raise Usage, saying where, if it is no expression or if a bounded engine cannot follow it.
    """
    if len(pattern) > LONGEST or "\0" in pattern or "\n" in pattern:
        raise Usage(_("a pattern is one line of at most {most} characters").format(most=LONGEST))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise Usage(_("not a regular expression: {why}").format(why=error)) from error
    return _Respelling(pattern).all()


class _Respelling:
    """One pass over a pattern that Python has found to be one."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def all(self) -> str:
        parts: list[str] = []
        while self._at < len(self._pattern):
            parts.append(self._next())
        return "".join(parts) or "^"

    def _next(self) -> str:
        character = self._pattern[self._at]
        quantifier = _QUANTIFIER.match(self._pattern, self._at)
        if quantifier:
            return self._quantified(quantifier)
        if character == "\\":
            return self._escaped()
        if character == "[":
            return self._bracketed()
        if self._pattern.startswith("(?", self._at):
            return self._group()
        self._at += 1
        return f"\\{character}" if character in "{}" else character

    def _quantified(self, found: re.Match[str]) -> str:
        """A lazy quantifier fits the same lines as a greedy one; a possessive one does not."""
        self._at = found.end()
        if self._pattern[self._at : self._at + 1] == "+":
            raise self._refused(found.start())
        if self._pattern[self._at : self._at + 1] == "?":
            self._at += 1
        return found[0].replace("{,", "{0,")

    def _escaped(self) -> str:
        letter = self._pattern[self._at + 1]
        position, self._at = self._at, self._at + 2
        if letter.lower() in _CLASSES:
            negated = "^" if letter.isupper() else ""
            return f"[{negated}{_CLASSES[letter.lower()]}]"
        if letter in _EDGES or letter in _LETTERS:
            return _EDGES.get(letter) or _LETTERS[letter]
        if letter.isalnum():
            raise self._refused(position)
        return f"\\{letter}" if letter in _SPECIAL else letter

    def _group(self) -> str:
        """`(?:` and `(?P<name>` are plain groups here."""
        found = re.compile(r"\(\?(?::|P<\w+>)").match(self._pattern, self._at)
        if not found:
            raise self._refused(self._at)
        self._at = found.end()
        return "("

    def _bracketed(self) -> str:
        """In POSIX a backslash means nothing between brackets, `]` must come first, and `-` last."""
        start, self._at = self._at, self._at + 1
        negated = self._pattern.startswith("^", self._at)
        self._at += negated
        parts = [self._member(start)]
        while self._pattern[self._at] != "]":
            parts.append(self._member(start))
        self._at += 1
        plain = "".join(part for part in parts if part not in ("]", "^", "-"))
        closing = "]" if "]" in parts else ""
        last = "".join(mark for mark in "^-" if mark in parts)
        if last == "^" and not (negated or plain or closing):
            return r"\^"  # alone it would negate
        return f"[{'^' if negated else ''}{closing}{plain}{last}]"

    def _member(self, start: int) -> str:
        """The next character, class or range between brackets that began at `start`."""
        character = self._pattern[self._at]
        self._at += 1
        escaped = character == "\\"
        if escaped:
            character = self._pattern[self._at]
            self._at += 1
            if character in _CLASSES and not self._goes_on():
                return _CLASSES[character]
            if character.isalnum() and character not in _LETTERS:
                raise self._refused(start)
        if self._goes_on():
            last = self._pattern[self._at + 1]
            if escaped or not (character.isalnum() and last.isalnum()):
                raise self._refused(start)
            self._at += 2
            return f"{character}-{last}"
        return "[.[.]" if character == "[" else _LETTERS.get(character, character) if escaped else character

    def _goes_on(self) -> bool:
        """Does a range go on here: a hyphen with something other than the end behind it?"""
        return self._pattern[self._at] == "-" and self._pattern[self._at + 1] != "]"

    def _refused(self, position: int) -> Usage:
        message = _("this cannot be searched in bounded time: {part} (character {position})")
        part = self._pattern[position : position + 4]
        hint = _("no back-references, look-around or flags; -i ignores case")
        return Usage(message.format(part=part, position=position + 1), hint=hint)
