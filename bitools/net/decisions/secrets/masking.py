"""Secrets become keyed hashes: a changed secret is a change, nothing readable is kept.

A platform's own patterns say where its secrets stand and which of them the device salts anew at every show.
Behind them stands the net that knows no platform (`secret_net`). What is masked already stays as it is.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from bitools import regex
from bitools.net.decisions.grammar import Grammar, HiddenLines
from bitools.net.decisions.required_literals import finder
from bitools.net.decisions.secrets import key_material
from bitools.net.decisions.secrets import net as secret_net
from bitools.net.decisions.secrets.key_material import private_keys
from bitools.net.decisions.secrets.net import secrets_in
from bitools.net.decisions.secrets.options import HOLE
from bitools.net.decisions.secrets.shapes import Span
from bitools.net.decisions.text import Text

SALTED = "<secret>"
_KEPT = 300  # letters of a line that is remembered
MASK = regex.compile(r"<secret(?::[0-9a-f]{8})?>")
_ELEMENT = "</secret>"  # then `<secret>` is a tag of somebody's, no mask
_MASKED = finder(("<secret",))


class NamedPlace(NamedTuple):
    """A place that a platform's pattern names; `salted`: the device encrypts it anew at every show."""

    start: int
    end: int
    salted: bool


def digest(value: str, key: bytes) -> str:
    """Eight digits that stand for a secret: HMAC-SHA-256, no guessing without the key."""
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:8]


def mask(value: str, key: bytes) -> str:
    """What stands for this secret."""
    return f"<secret:{digest(value, key)}>"


@cache
def sought(compiled: Grammar) -> tuple[regex.Pattern | None, ...]:
    """What is looked for in every text of this platform that is to be masked."""
    finders = (_MASKED, key_material.SIGNS, compiled.opening.finder, compiled.secretive)
    return (*secret_net.SIGNS, *(one.words for one in finders))


def masked(text: Text, compiled: Grammar, key: bytes) -> Text:
    """The text without any secret in it. `key` keys the hashes that stand for secrets."""
    text = without_private_keys(_without_secret_text(text, compiled, key), key)
    holes = with_holes(text)
    return replaced(text, _named(holes, compiled), secrets_in(holes, compiled.no_secret), key)


def replaced(
    text: Text, named: Mapping[int, Sequence[NamedPlace]], found: Mapping[int, Sequence[Span]], key: bytes
) -> Text:
    """The text, in place, masked where patterns name a secret, and where the net finds one beside it."""
    for number in sorted({*named, *found}):
        line = _replaced(text.lines[number], named.get(number, ()), found.get(number, ()), key)
        text.replace(number, line)
    return text


def with_holes(text: Text) -> Text:
    """The text with a hole for each mask that stands in it already."""
    numbers = text.among(_MASKED)
    if numbers:
        text = text.copy()
    for number in numbers:
        text.replace(number, holed(text.lines[number]))
    return text


def holed(line: str) -> str:
    """The line with a hole, of equal length, for each mask that stands in it already."""
    tags = _ELEMENT in line
    return MASK.sub(
        lambda found: found[0] if tags and found[0] == SALTED else HOLE * (found.end() - found.start()), line
    )


def _named(text: Text, compiled: Grammar) -> Mapping[int, Sequence[NamedPlace]]:
    """What the platform's patterns name, by line."""
    named: dict[int, list[NamedPlace]] = {}
    lines = text.lines
    for number in text.among(compiled.secretive):
        places = (
            _by_patterns(lines[number], compiled)
            if len(lines[number]) > _KEPT
            else _known(lines[number], compiled)
        )
        if places:
            named[number] = list(places)
    for hidden in compiled.hidden:
        for number, (start, end) in within(lines, hidden):
            named.setdefault(number, []).append(NamedPlace(start, end, salted=False))
    return named


@lru_cache(maxsize=50_000)
def _known(line: str, compiled: Grammar) -> tuple[NamedPlace, ...]:
    """The same, remembered: switches repeat themselves."""
    return _by_patterns(line, compiled)


def _by_patterns(line: str, compiled: Grammar) -> tuple[NamedPlace, ...]:
    """The places that the patterns name, one pattern after another."""
    spared = [found.span() for found in compiled.no_secret.finditer(line)] if compiled.no_secret else []
    places: list[NamedPlace] = []
    for pattern, salted in compiled.secrets:
        for found in pattern.finditer(line):
            start, end = found.span("secret")
            none = start >= end or any(begin <= start < stop for begin, stop in spared)
            if not none and line[start:end].strip('";').strip(HOLE):
                places.append(NamedPlace(start, end, salted))
                line = line[:start] + HOLE * (end - start) + line[end:]
    return tuple(places)


def within(lines: Sequence[str], hidden: HiddenLines) -> Iterator[tuple[int, Span]]:
    """What is secret only between two other lines."""
    inside = False
    for number, line in enumerate(lines):
        if inside and hidden.ends.search(line):
            inside = False
        elif inside:
            for found in hidden.secret.finditer(line):
                if found["secret"].strip(HOLE):
                    yield number, found.span("secret")
        inside = inside or bool(hidden.starts.search(line))


def _replaced(line: str, named: Sequence[NamedPlace], found: Sequence[Span], key: bytes) -> str:
    """The line with a mask for every place: first what the platform names, then what the net adds."""
    taken: list[Span] = []
    marks: list[tuple[int, int, str]] = []
    for start, end, salted in sorted(named):
        if not any(begin < end and start < stop for begin, stop in taken):
            marks.append((start, end, SALTED if salted else mask(line[start:end], key)))
            taken.append((start, end))
    for start, end in found:
        for begin, stop in _without_taken(start, end, sorted(taken)):
            text = line[begin:stop].strip()
            if not _says_nothing(text, alone=(begin, stop) == (start, end)):
                begin = line.index(text, begin)
                marks.append((begin, begin + len(text), mask(text, key)))
    for start, end, mark in sorted(marks, reverse=True):
        line = line[:start] + mark + line[end:]
    return line


def _says_nothing(text: str, *, alone: bool) -> bool:
    """Punctuation, or a type digit that a pattern left beside its secret."""
    bare = text.strip("\"';,{}[]()")
    return not bare or (not alone and bare.isdigit() and len(bare) <= 2)


def _without_taken(start: int, end: int, taken: Sequence[Span]) -> Iterator[Span]:
    for begin, stop in taken:
        if begin < end and start < stop:
            if start < begin:
                yield start, begin
            start = max(start, stop)
    if start < end:
        yield start, end


class ReplacedLines(NamedTuple):
    """Lines [first, end), in whose place one other line comes to stand."""

    first: int
    end: int
    line: str


def without_private_keys(text: Text, key: bytes) -> Text:
    """Each private key becomes one mask."""
    return instead_of(text, list(keys_in(text, key)))


def keys_in(text: Text, key: bytes) -> Iterator[ReplacedLines]:
    """Each private key, and the line that becomes of it."""
    for block in private_keys(text):
        whole = text.lines[block.first : block.last + 1]
        before, after = whole[0][: block.start], whole[-1][block.end :]
        whole[-1] = whole[-1][: block.end]
        whole[0] = whole[0][block.start :]
        yield ReplacedLines(block.first, block.last + 1, before + mask("\n".join(whole), key) + after)


def instead_of(text: Text, blocks: Sequence[ReplacedLines]) -> Text:
    """The text with one line in the place of each block."""
    if not blocks:
        return text
    lines = text.lines
    result: list[str] = []
    position = 0
    for block in blocks:
        result += [*lines[position : block.first], block.line]
        position = block.end
    return text.instead([*result, *lines[position:]])


def _without_secret_text(text: Text, compiled: Grammar, key: bytes) -> Text:
    return instead_of(text, list(secret_text(text, compiled, key)))


def secret_text(text: Text, compiled: Grammar, key: bytes) -> Iterator[ReplacedLines]:
    """Opaque text that is secret (private keys), and the line that becomes of it."""
    if not any(opaque.secret or opaque.salted for opaque in compiled.platform.opaque):
        return
    lines = text.lines
    for opaque, start, end in compiled.opaque(text):
        cut_off = start == end and "-----BEGIN" in lines[start - 1]  # then as far as it looks like a key
        if (opaque.secret or opaque.salted) and not cut_off:
            mark = SALTED if opaque.salted else mask("\n".join(lines[start:end]), key)
            opening = compiled.opened(lines[start - 1])[1]
            if "from" in opening.groupdict():
                yield ReplacedLines(start - 1, end, f"{lines[start - 1][: opening.start('from')]}{mark}")
            else:
                yield ReplacedLines(start, end, mark)
