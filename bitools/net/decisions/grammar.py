"""A platform compiled: each pattern of its data made ready once, when first needed, for the whole run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import NamedTuple, final

from bitools import regex
from bitools.net.decisions.line_patterns import LinePatterns, any_of
from bitools.net.decisions.required_literals import Finder, Words, finder, literals_of
from bitools.net.decisions.rules import Comparison
from bitools.net.decisions.text import Text
from bitools.platforms.model import Opaque, Platform

# how syslog messages look on a terminal, whoever makes the device
_MESSAGES = (
    r"^[*.]?(?:<\d+>)?(?:\w{3} +\d+|\d{4}[ -]\w+[ -]\d+)[ T].{0,80}%[A-Z][A-Z0-9_/]*-\d-[A-Z0-9_]+",
    r"^Message from syslogd",
)


class BlockWords(NamedTuple):
    """The words that open and close a section."""

    opens: regex.Pattern
    closes: regex.Pattern | None  # None: the next one that opens


class HiddenLines(NamedTuple):
    """What is secret only between two other lines."""

    starts: regex.Pattern
    ends: regex.Pattern
    secret: regex.Pattern


class Span(NamedTuple):
    """Opaque text: lines [start, end), the line that opens it not included."""

    rule: Opaque
    start: int
    end: int


_ANYBODYS = "!\n#\nhostname x\n"


@final
class Grammar:
    """One platform's patterns, compiled. It never changes; what nobody asks for is not compiled."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    @cached_property
    def rules(self) -> Comparison:
        """What makes two lines the same line."""
        return Comparison(self.platform)

    @cached_property
    def blocks(self) -> tuple[BlockWords, ...]:
        """Sections that words open and close."""
        return tuple(
            BlockWords(regex.compile(block.opens), regex.compile(block.closes) if block.closes else None)
            for block in self.platform.blocks
        )

    @cached_property
    def closing(self) -> regex.Pattern | None:
        """A word that ends a section."""
        return any_of([block.closes for block in self.platform.blocks if block.closes])

    @cached_property
    def begins_as_many(self) -> bool:
        """Is the first line of its configurations one that other platforms' have, too?"""
        first = self.platform.whole.first
        return bool(first and regex.compile(first, lines=True).search(_ANYBODYS))

    @cached_property
    def comment(self) -> regex.Pattern | None:
        """A line that is a comment."""
        return any_of(self.platform.comment)

    @cached_property
    def remark(self) -> regex.Pattern | None:
        """A comment that somebody wrote and the device keeps."""
        return any_of(self.platform.remarks)

    @cached_property
    def skipped(self) -> regex.Pattern | None:
        """A line that says nothing: a comment, or noise."""
        return any_of([*self.platform.comment, *self.platform.noise])

    @cached_property
    def dropped(self) -> LinePatterns:
        """What changes by itself, and what stands before the configuration."""
        return LinePatterns((*self.platform.preamble, *self.platform.volatile))

    @cached_property
    def volatile_blocks(self) -> tuple[tuple[regex.Pattern, regex.Pattern], ...]:
        """What changes by itself, several lines of it: how it begins and ends."""
        return tuple(
            (regex.compile(one.starts), regex.compile(one.ends)) for one in self.platform.volatile_blocks
        )

    @cached_property
    def authors(self) -> tuple[tuple[regex.Pattern, Words | None], ...]:
        """Who changed it last; each with words of which one must be there."""
        return tuple(
            (regex.compile(pattern, lines=True), literals_of(pattern)) for pattern in self.platform.author
        )

    @cached_property
    def identity(self) -> tuple[regex.Pattern, ...]:
        """Its name and serial number, as its configuration shows them."""
        return tuple(regex.compile(pattern, lines=True) for pattern in self.platform.identity)

    @cached_property
    def secrets(self) -> tuple[tuple[regex.Pattern, bool], ...]:
        """Where secrets stand, and whether the device salts them anew at every show; those come first."""
        salted = self.platform.volatile_secrets
        return tuple((regex.compile(one), one in salted) for one in (*salted, *self.platform.secrets))

    @cached_property
    def secretive(self) -> Finder:
        """Finds the lines in which one of those could stand."""
        return finder((*self.platform.secrets, *self.platform.volatile_secrets))

    @cached_property
    def no_secret(self) -> regex.Pattern | None:
        """What only looks like one."""
        return regex.any_of(tuple(one.line for one in self.platform.no_secret))

    @cached_property
    def hidden(self) -> tuple[HiddenLines, ...]:
        """What is secret only in its place."""
        return tuple(
            HiddenLines(regex.compile(one.starts), regex.compile(one.ends), regex.compile(one.line))
            for one in self.platform.secrets_within
        )

    @cached_property
    def refusals(self) -> tuple[tuple[regex.Pattern | None, str], ...]:
        """How the device says no, and which no it is."""
        return (any_of(self.platform.denied), "not_authorised"), (any_of(self.platform.errors), "error_text")

    @cached_property
    def pager(self) -> LinePatterns:
        """How it waits for a key."""
        return LinePatterns((self.platform.pager,))

    @cached_property
    def console(self) -> LinePatterns:
        """Messages that get between."""
        return LinePatterns((*self.platform.console, *_MESSAGES))

    @cached_property
    def _opaque(self) -> tuple[tuple[Opaque, regex.Pattern], ...]:
        return tuple((rule, regex.compile(rule.starts)) for rule in self.platform.opaque)

    @cached_property
    def opening(self) -> LinePatterns:
        """What opens text that is no configuration."""
        return LinePatterns(tuple(rule.starts for rule in self.platform.opaque))

    def opaque(self, text: Text) -> Iterator[Span]:
        """Where these lines are text (a banner, a certificate) and no configuration."""
        position, lines = 0, text.lines
        for number in self.opening.search(text):
            if number >= position:
                rule, found = self.opened(lines[number])
                position = self._end_of(lines, number + 1, rule, found)
                yield Span(rule, number + 1, position)

    def opened(self, line: str) -> tuple[Opaque, regex.Match]:
        """What this line opens. Raise ValueError if it opens nothing."""
        for rule, pattern in self._opaque:
            if found := pattern.search(line):
                return rule, found
        raise ValueError(line)

    def open_from(self, text: Text) -> int:
        """The first line that opens text whose end is not among these lines; else how many there are."""
        for span in self.opaque(text):
            line = text.lines[span.start - 1]
            if span.start == span.end and not _ends_itself(*self.opened(line), line):
                return span.start - 1
        return len(text.lines)

    def _end_of(self, lines: Sequence[str], start: int, rule: Opaque, found: regex.Match) -> int:
        """Where the opaque text that was opened on the line before `start` is over.

        A text that never ends is none: one odd line must not swallow the rest.
        """
        delimiter = found.groupdict().get("delimiter") or ""
        if _ends_itself(rule, found, lines[start - 1]):
            return start
        ends = _ending(rule.ends, delimiter)
        return next(
            (at + 1 for at in range(start, len(lines)) if ends.search(lines[at])),
            start,
        )


def _ends_itself(rule: Opaque, found: regex.Match, line: str) -> bool:
    """Is the text that this line opens over in it?"""
    delimiter = found.groupdict().get("delimiter") or ""
    return not rule.ends or bool(delimiter and delimiter in line[found.end() :])


@cache
def grammar(platform: Platform) -> Grammar:
    """A platform's grammar, made once."""
    return Grammar(platform)


@cache
def _ending(pattern: str, delimiter: str) -> regex.Pattern:
    return regex.compile(pattern.replace("{delimiter}", re.escape(delimiter)))
