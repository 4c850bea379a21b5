"""From what a device printed to what is worth keeping.

Volatile lines go, each secret becomes a keyed hash (a changed secret is a change, nothing readable is kept),
and who changed it last is read from the header and kept out of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from bitools import regex
from bitools.net.decisions.grammar import Grammar
from bitools.net.decisions.line_patterns import any_of
from bitools.net.decisions.page import Page
from bitools.net.decisions.secrets.masking import masked, sought
from bitools.net.decisions.text import Sought, Text

BEGINNING = 4 << 20  # letters
_CONTROL = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_UNCLEAN = regex.compile(  # a control sign, or what `rstrip` takes away
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f]|[ \t\p{Z}]$", lines=True
)

_IN_A_DOMAIN = re.compile(r"(?P<domain>[\w.-]+)\\(?P<user>[\w.+-]+)")
_NOBODY = re.compile(  # what devices write where no name is known: the line one came on, or the way
    r"(?:console|con|vty|tty|aux|pts)[\d.]*|unknown(?: ?user)?|none|null|nobody|anonymous"
    r"|system(?: automatically)?|enable_\d+|snmp|netconf|restconf|gnmi|grpc|[-.+]+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration as it is stored: masked, without what changes by itself. Lines end in `\\n`.

    `full` is what the device printed, secrets, header and all, where a recovery copy is wanted (a FortiGate
    takes no file without its first line); it is never written in the clear.
    """

    text: str
    author: str = ""
    changed_at: str = ""
    full: str = field(default="", repr=False)

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return self.text.count("\n")

    @property
    def beginning(self) -> str:
        """The first of it: as much as anybody reads of what is not believed."""
        return self.text[:BEGINNING]

    def says(self, text: str) -> bool:
        """Is this its text?"""
        return self.text == text

    def same(self, other: Configuration) -> bool:
        """Do both have the same text?"""
        return other.says(self.text)


def canonical(page: Page, key: bytes | None) -> Configuration:
    """Given what a device printed, give what is stored. `key` keys the hashes that stand for secrets.

    Without a key nothing is masked: for files the caller has anyway.
    """
    text, author, changed_at = canonical_lines(page, key)
    return Configuration(str(text), author, changed_at)


def unchanged(text: str, page: Page) -> Configuration:
    """The same, given the text that is known to come of what a device printed."""
    author, changed_at = _changed(page)
    return Configuration(text, plain_author(author), changed_at)


class CanonicalLines(NamedTuple):
    """The same, line by line, for whoever goes on with the lines: they take more room than their text."""

    text: Text
    author: str
    changed_at: str


def canonical_lines(page: Page, key: bytes | None) -> CanonicalLines:
    """The lines that are stored of what a device printed, by one look at it."""
    author, changed_at = _changed(page)
    return CanonicalLines(_framed(body(page, key)), plain_author(author), changed_at)


def body(page: Page, key: bytes | None) -> Text:
    """The same, with what stands around it."""
    compiled = page.grammar
    text = clean(page.sought(_sought(compiled, key is not None)))
    text = _joined(text, compiled.platform.joins)
    if gone := compiled.dropped.match(text):
        text = text.without(gone)
    for starts, ends in compiled.volatile_blocks:
        text = _without_block(text, starts, ends)
    if key is not None:
        text = masked(text, compiled, key)
    return text


@cache
def _sought(compiled: Grammar, secret: bool) -> Sought:
    """All that is looked for in a text of this platform; with its secrets, if they are to be masked."""
    return Sought((_UNCLEAN, compiled.dropped.finder.words, *(sought(compiled) if secret else ())))


def clean(text: Text) -> Text:
    """The text, in place, without control signs and blanks behind its lines."""
    for number in text.having(_UNCLEAN):
        text.replace(number, _CONTROL.sub("", text.lines[number]).rstrip())
    return text


def _changed(page: Page) -> tuple[str, str]:
    """Who changed it last, and when, as its header says; below a text of somebody it is that text."""
    return next((said for _rank, said in changed(page) if said), ("", ""))


def changed(page: Page) -> Iterator[tuple[int, tuple[str, str] | None]]:
    """The same, by all that say so, each with its rank (the lowest is to be believed); None: by somebody."""
    for rank, (pattern, words) in enumerate(page.grammar.authors):
        if words and not any(word in page.raw for word in words):
            continue
        found = pattern.search(page.raw)
        if found is None:
            continue
        by_somebody = opens_text(Page(page.raw[: found.start()], page.grammar))
        yield rank, None if by_somebody else (found["user"], found.groupdict().get("time") or "")


def opens_text(page: Page) -> bool:
    """Does text of somebody begin in it?"""
    return next(page.grammar.opening.search(Text(page.lines)), None) is not None


def without(text: str, patterns: Sequence[str]) -> str:
    """The text without the lines that are no change on this device (its `ignore` list)."""
    ignored = any_of(patterns)
    if ignored is None:
        return text
    return "".join(line for line in text.splitlines(keepends=True) if not ignored.search(line))


def _without_block(text: Text, starts: regex.Pattern, ends: regex.Pattern) -> Text:
    """The text without each block; one that never ends stays: an odd line must not swallow the rest."""
    lines = text.lines
    gone: set[int] = set()
    position = 0
    while position < len(lines):
        if starts.search(lines[position]):
            end = next((at for at in range(position + 1, len(lines)) if ends.search(lines[at])), None)
            if end is not None:
                gone.update(range(position, end + 1))
                position = end
        position += 1
    return text.without(gone) if gone else text


def _joined(text: Text, mark: str) -> Text:
    """Lines that the device broke, in one piece: a secret must not hide behind the break."""
    if not mark or not any(line.endswith(mark) for line in text.lines):
        return text
    result: list[str] = []
    for line in text.lines:
        if result and result[-1].endswith(mark):
            result[-1] = result[-1][:-1] + line.lstrip()
        else:
            result.append(line)
    return text.instead(result)


def _framed(text: Text) -> Text:
    """Without empty or bare comment lines at both ends."""
    lines = text.lines
    start, end = 0, len(lines)
    while start < end and says_nothing(lines[start]):
        start += 1
    while end > start and lines[end - 1].strip() in ("",):
        end -= 1
    return text.part(start, end)


def says_nothing(line: str) -> bool:
    """Is this line empty, or a comment without a word, so that no configuration begins with it?"""
    return line.strip() in ("", "!", "#")


def plain_author(name: str) -> str:
    """A user name that can stand in a git author and a mail header; empty if it names a line, or nobody."""
    if within := _IN_A_DOMAIN.fullmatch(name.strip()):
        name = f"{within['user']}@{within['domain']}"
    plain = " ".join(re.sub(r"[^\w.@+ -]", "", name).split())[:64].strip()
    return "" if _NOBODY.fullmatch(plain) else plain
