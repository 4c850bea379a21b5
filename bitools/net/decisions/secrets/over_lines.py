"""Secrets that one line announces and others hold: elements, quoted texts, block scalars, lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bitools import regex
from bitools.net.decisions.secrets.options import HOLE, SETTING
from bitools.net.decisions.secrets.places import LONG, bare, indent, trimmed
from bitools.net.decisions.secrets.shapes import Span
from bitools.net.decisions.secrets.words import kind
from bitools.net.decisions.text import Text

Places = tuple[Span, ...]

_MOST = 200  # lines
_ELEMENT = r"<([A-Za-z_][\w:.-]*)(?:[^\S\n][^<>\n]*)?>[^\S\n]*$"
_NAMED_KEY = r"<key>[^<>\n]*</key>[^\S\n]*$"  # a property list of Apple's
_SCALAR = (  # YAML 1.2, 8.1
    r"^[^\S\n]*(?:-[^\S\n]+)?[\"']?([\w.-]+)[\"']?:[^\S\n]*(?:![\w-]+[^\S\n]*)?[|>][-+]?\d?[^\S\n]*$"
)
_CHPASSWD = r"^[^\S\n]*chpasswd:[^\S\n]*$"  # cloud-init
_KUBERNETES = r"^[^\S\n]*(?:-[^\S\n]+)?(?:kind:[^\S\n]*[\"']?Secret\b|stringData:)"
BEGINNINGS = regex.compile(
    "|".join(f"(?:{one})" for one in (_ELEMENT, _NAMED_KEY, _SCALAR, _CHPASSWD, _KUBERNETES)), lines=True
)
_OPEN_ELEMENT = regex.compile(_ELEMENT)
_KEY = regex.compile(r"<key>([^<>]*)</key>\s*$")
_TEXT = regex.compile(r"^\s*<(?:string|data)>([^<]*)")
_OPEN_SCALAR = regex.compile(_SCALAR)
_LIST_OF_PASSWORDS = regex.compile(_CHPASSWD)
_SECRET_OF_KUBERNETES = regex.compile(_KUBERNETES)
_STRING_DATA = regex.compile(r"^\s*(?:-\s+)?stringData:")
_BLOCKS = (_OPEN_SCALAR, _LIST_OF_PASSWORDS, _STRING_DATA)
_DATA = regex.compile(r"^\s*(?:data|stringData):\s*$")
_DATA_BEGINS = regex.compile(r"^[^\S\n]*(?:data|stringData):[^\S\n]*$", lines=True)
_OF_A_USER = regex.compile(r"^\s*(?:-\s+)?[\"']?[^\s:]+:([^\s\"']+)[\"']?\s*$")
_VALUE = regex.compile(r"^\s*[^\s:]+:\s+(.+)$")


def over_lines(text: Text, found: Mapping[int, Sequence[Span]]) -> Iterator[tuple[int, Places]]:
    """Secrets that a line announces and others hold; `found` are those within their line."""
    lines = text.lines
    done: dict[regex.Pattern, int] = {}  # by what began a block: the first line behind it
    for number in text.having(BEGINNINGS):
        line = lines[number]
        if len(line) >= LONG:
            continue
        block = next((one for one in _BLOCKS if one.search(line)), None)
        if block is None:
            yield from _begun(lines, number)
        elif number >= done.get(block, 0):  # what stands in one of its own kind is hidden already
            for below, places in _begun(lines, number):
                done[block] = below + 1
                yield below, places
    for number in sorted(found):
        if len(lines[number]) < LONG:
            yield from _quote(lines, number, found[number])


def announcing(text: Text, telling: Iterable[int]) -> Iterator[Span]:
    """Lines [start, end) of which the first may announce what the others hold.

    `telling`: the lines in which a secret may stand, of which one may be quoted and go on.
    """
    lines = text.lines
    for number in {*text.having(BEGINNINGS), *text.having(_DATA_BEGINS)}:
        if len(lines[number]) < LONG and _announces(lines[number]):
            yield number, number + _MOST
    for number in telling:
        line = lines[number]
        if len(line) < LONG and any(_goes_on(line, quote) for quote in "'\""):
            yield number, number + _MOST


def _goes_on(line: str, quote: str) -> bool:
    times = line.count(quote)
    return times % 2 == 1 and not (times == 1 and line.rstrip(" ;,")[-1:] == quote)


def _announces(line: str) -> bool:
    opened = _OPEN_ELEMENT.search(line) or _OPEN_SCALAR.search(line)
    return (
        bool(opened and kind(opened[1]))
        or not opened  # a key of a property list, a list of passwords, a Secret, or its data
        or bool(_SECRET_OF_KUBERNETES.search(line))
    )


def _begun(lines: Sequence[str], number: int) -> Iterator[tuple[int, Places]]:
    line = lines[number]
    if (opened := _OPEN_ELEMENT.search(line)) and kind(opened[1]):
        yield from _in_element(lines, number)
    elif key := _KEY.search(line):
        yield from _under_key(lines, number, key[1])
    elif (opened := _OPEN_SCALAR.search(line)) and kind(opened[1]):
        for below in _further_in(lines, number):
            yield below, tuple(trimmed(lines[below], 0, len(lines[below])))
    elif _LIST_OF_PASSWORDS.search(line):
        yield from _each(lines, _further_in(lines, number), _OF_A_USER)
    elif _SECRET_OF_KUBERNETES.search(line):
        yield from _of_kubernetes(lines, number)


def _in_element(lines: Sequence[str], number: int) -> Iterator[tuple[int, Places]]:
    """`<key>`, the secret on lines of its own, `</key>`."""
    for below in range(number + 1, min(len(lines), number + _MOST)):
        line = lines[below]
        if "<" in line:
            return
        if line.strip() and line.strip().lower() not in SETTING:
            yield below, tuple(trimmed(line, 0, len(line)))


def _under_key(lines: Sequence[str], number: int, name: str) -> Iterator[tuple[int, Places]]:
    """`<key>Password</key>`, and in the next line `<string>…</string>`."""
    value = _TEXT.search(lines[number + 1]) if number + 1 < len(lines) else None
    if value and kind(name) and value[1].strip().lower() not in SETTING:
        yield number + 1, tuple(trimmed(lines[number + 1], *value.span(1)))


def _further_in(lines: Sequence[str], number: int) -> Iterator[int]:
    """The lines of the block that this one opens, by their indent."""
    depth = indent(lines[number])
    for below in range(number + 1, min(len(lines), number + _MOST)):
        if lines[below].strip():
            if indent(lines[below]) <= depth:
                return
            yield below


def _each(
    lines: Sequence[str], numbers: Iterator[int], pattern: regex.Pattern
) -> Iterator[tuple[int, Places]]:
    """What the pattern's group finds in these lines."""
    for number in numbers:
        value = pattern.search(lines[number])
        if value and HOLE not in value[1] and bare(value[1]) not in SETTING:
            yield number, tuple(trimmed(lines[number], *value.span(1)))


def _of_kubernetes(lines: Sequence[str], number: int) -> Iterator[tuple[int, Places]]:
    """A Secret of Kubernetes: whatever its data are called."""
    if _STRING_DATA.search(lines[number]):
        yield from _values(lines, number)
        return
    depth = indent(lines[number])
    for step in (-1, 1):
        at = number + step
        while 0 <= at < len(lines) and abs(at - number) < _MOST and not _ends_document(lines[at], depth):
            if _DATA.match(lines[at]) and indent(lines[at]) == depth:
                yield from _values(lines, at)
            at += step


def _values(lines: Sequence[str], number: int) -> Iterator[tuple[int, Places]]:
    """What stands behind each key of a block, and all that is no key: it belongs to the value above."""
    for below in _further_in(lines, number):
        value = _VALUE.search(lines[below])
        start, end = value.span(1) if value else (0, len(lines[below]))
        if HOLE not in lines[below][start:end]:
            yield below, tuple(trimmed(lines[below], start, end))


def _ends_document(line: str, depth: int) -> bool:
    """Does another one begin, or has another one begun?"""
    return line.strip() == "---" or (indent(line) == depth and line.lstrip().startswith("kind:"))


def _quote(lines: Sequence[str], number: int, places: Sequence[Span]) -> Iterator[tuple[int, Places]]:
    """A quoted secret that goes on in the next lines."""
    line = lines[number]
    start, end = places[-1]
    quote = line[start - 1] if start else ""
    if quote not in ("'", '"') or end < len(line.rstrip()) or line.count(quote) % 2 == 0:
        return
    closes = next(
        (at for at in range(number + 1, min(len(lines), number + _MOST)) if quote in lines[at]), None
    )
    for below in range(number + 1, (closes or number) + 1):
        text = lines[below]
        until = text.index(quote) if below == closes else len(text)
        yield below, tuple(trimmed(text, 0, until))
