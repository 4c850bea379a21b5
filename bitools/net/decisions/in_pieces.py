"""What a device printed, read in pieces: one that says very much must not take memory for all of it. Pure.

A piece ends where nothing that stands before it says anything about what stands behind it. So what is made of
the pieces, one after the other, is what would be made of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from bitools import regex
from bitools.errors import IntegrityBroken
from bitools.i18n import _
from bitools.net.decisions.configuration import body, changed, clean, opens_text, plain_author, says_nothing
from bitools.net.decisions.grammar import Grammar, HiddenLines
from bitools.net.decisions.guard import Examination
from bitools.net.decisions.page import Page
from bitools.net.decisions.secrets.key_material import LONGEST_KEY, goes_on
from bitools.net.decisions.secrets.masking import ReplacedLines, instead_of, keys_in, secret_text, with_holes
from bitools.net.decisions.secrets.net import bound_together
from bitools.net.decisions.text import Text

PIECE = 1 << 20  # letters
_MOST = 8 << 20  # letters that hang together; no device's banner or certificate is that long


class Reading:
    """One answer, judged and made what is stored, piece by piece."""

    def __init__(self, compiled: Grammar, key: bytes, host: str = "", command: str = "") -> None:
        self._grammar, self._key = compiled, key
        self._examination = Examination(compiled, host, command)
        self._changed: dict[int, tuple[str, str] | None] = {}
        self._text = False  # has a text of somebody begun?
        self._blank: list[str] = []  # empty lines: of the text if another one follows
        self._begun = False

    def stored(self, printed: Iterable[str]) -> Iterator[str]:
        """What is stored of it, given whole lines. Raise IntegrityBroken as `pieces`."""
        for piece in pieces(printed, self._grammar):
            page = Page(piece, self._grammar)
            self._examination.add(page)
            for rank, said in changed(page):
                self._changed.setdefault(rank, None if self._text else said)
            self._text = self._text or opens_text(page)
            lines = self._within(body(Page(piece.removesuffix("\n"), self._grammar), self._key).lines)
            if lines:
                yield "\n".join(lines) + "\n"

    def end(self) -> tuple[str, str]:
        """Who changed it last, and when. Raise as `guard.examine`."""
        self._examination.end()
        found = (self._changed[rank] for rank in sorted(self._changed))
        author, changed_at = next(filter(None, found), ("", ""))
        return plain_author(author), changed_at

    def _within(self, lines: list[str]) -> list[str]:
        """Without what is empty at both ends of the whole."""
        start = 0
        while not self._begun and start < len(lines) and says_nothing(lines[start]):
            start += 1
        if start == len(lines):
            return []
        self._begun = True
        lines, self._blank = [*self._blank, *lines[start:]], []
        while lines and not lines[-1].strip():
            self._blank.append(lines.pop())
        self._blank.reverse()
        return lines


def pieces(printed: Iterable[str], compiled: Grammar) -> Iterator[str]:
    """The text in pieces that can be read alone, given whole lines of it.

    Raise IntegrityBroken (`too_large`) if too much of it hangs together.
    """
    rest, enough = "", PIECE
    for lines in printed:
        rest += lines
        if len(rest) < enough:
            continue
        end = _end(rest, compiled)
        if not end and len(rest) > _MOST:
            raise _without_end()
        if end:
            yield rest[:end]
            rest = rest[end:]
        enough = PIECE if end else 2 * enough
    if rest:
        yield rest


def _end(said: str, compiled: Grammar) -> int:
    """How many letters of it, as many as can be, can be read without the others; 0 if there are none."""
    said = said[: said.rfind("\n") + 1]
    raw = said.split("\n")[:-1]
    text = clean(Text([line.replace("\r", "") for line in raw]))
    lines, together = text.lines, _together(text, compiled)
    joins = compiled.platform.joins
    before = [False] * (len(lines) + 1)  # by line: does it hang together with the one before it?
    for start, end in together:
        for number in range(start + 1, min(end, len(lines))):
            before[number] = True
    for number in range(len(lines) - 1, 0, -1):
        last = lines[number - 1]
        joined = joins and last.endswith(joins)
        of_a_key = goes_on(last) and len(lines) - number <= LONGEST_KEY
        if not (before[number] or joined or of_a_key):
            return len("\n".join(raw[:number])) + 1
    return 0


def _together(text: Text, compiled: Grammar) -> Iterator[tuple[int, int]]:
    """Lines [start, end) that hang together; what has no end here goes on to the last line."""
    lines, size = text.lines, len(text.lines)
    yield compiled.open_from(text), size
    yield from ((span.start - 1, span.end) for span in compiled.opaque(text))
    for starts, ends in compiled.volatile_blocks:
        yield from _between(lines, starts, ends)
    for hidden in compiled.hidden:
        yield from _within(lines, hidden)
    numbers: Sequence[int] = range(size + 1)  # of the lines as they stand there, by those that are left
    for hide in (partial(secret_text, compiled=compiled, key=b""), partial(keys_in, key=b"")):
        blocks = list(hide(text))
        yield from ((numbers[block.first], numbers[block.end - 1] + 1) for block in blocks)
        text, numbers = instead_of(text, blocks), _left(numbers, blocks)
    for start, end in bound_together(with_holes(text)):
        yield numbers[start], numbers[min(end, len(text.lines)) - 1] + (1 if end <= len(text.lines) else size)


def _left(numbers: Sequence[int], blocks: Iterable[ReplacedLines]) -> list[int]:
    """The numbers of the lines that are left when one stands in the place of each block: of that its last."""
    left: list[int] = []
    position = 0
    for block in blocks:
        left += [*numbers[position : block.first], numbers[max(block.first, block.end - 1)]]
        position = block.end
    return [*left, *numbers[position:]]


def _between(lines: list[str], starts: regex.Pattern, ends: regex.Pattern) -> Iterator[tuple[int, int]]:
    position = 0
    while position < len(lines):
        if starts.search(lines[position]):
            found = (at for at in range(position + 1, len(lines)) if ends.search(lines[at]))
            end = next(found, len(lines))
            yield position, end + 1
            position = end
        position += 1


def _within(lines: list[str], hidden: HiddenLines) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for number, line in enumerate(lines):
        if start is not None and hidden.ends.search(line):
            yield start, number + 1
            start = None
        if start is None and hidden.starts.search(line):
            start = number
    if start is not None:
        yield start, len(lines)


def _without_end() -> IntegrityBroken:
    return IntegrityBroken(
        _("not a whole configuration: one block of it has more than {size} MiB").format(size=_MOST >> 20),
        hint=_("look at the device; no configuration has such blocks"),
        reason="too_large",
    )
