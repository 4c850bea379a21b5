"""Is what was fetched a whole configuration? If not, why not.

Nothing enters the history that this has not passed: a truncated fetch over a good one is worse than none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bitools import regex
from bitools.errors import BitoolsError, IntegrityBroken, Rejected
from bitools.i18n import _
from bitools.net.decisions.grammar import Grammar
from bitools.net.decisions.page import Page
from bitools.net.decisions.secrets.masking_anyone import without_secrets
from bitools.net.decisions.text import Text
from bitools.sanitize import clipped, inert

SMALLEST = 0.7  # of the last one; less needs a second, equal fetch
_FIRST, _LAST = 40, 15  # lines among which the marks are looked for
_TELLING = 3  # lines: the end of a configuration, where no mark says so
_SEVERAL = 3  # commands, of which most have the same answer where none is known
_SHORT_ANSWER = 12  # lines; an error text in a longer answer is part of the configuration
_SECTION = 1 << 16  # letters in which a section is seen, where more is said than in one page
_MOVES = ("\b", "\f", "\x7f", "\x1b", "\r")
_CURSOR = re.compile(r"[\x08\x0c\x7f]|\x1b\[\d*[ABCDHJKP]|\r(?!\n|$)[^\n]*")


def examine(page: Page, host: str = "", command: str = "") -> None:
    """Return if this is a whole, clean configuration of `host` (the name in its prompt).

    Raise Rejected if the device said no instead, IntegrityBroken if it is not whole or something else got
    between; the error's `reason` is the cause as one word.
    """
    examination = Examination(page.grammar, host, command)
    examination.add(page)
    examination.end()


class Examination:
    """The same, page by page: no page ends within a text that is no configuration."""

    def __init__(self, grammar: Grammar, host: str = "", command: str = "") -> None:
        self._grammar, self._host, self._command = grammar, host, command
        self._count = 0  # lines that are not blank
        self._first: list[str] = []
        self._last: list[str] = []
        self._between: dict[int, BitoolsError] = {}  # what got between, by its weight
        self._missing = set(grammar.platform.whole.sections)
        self._before = ""
        self._depth = self._open = 0

    def add(self, page: Page) -> None:
        """Look at the next page."""
        self._count += len(page.not_blank)
        self._first += page.not_blank[: _FIRST - len(self._first)]
        self._last = [*self._last, *page.not_blank[-_LAST:]][-_LAST:]
        for rank, check in enumerate((_pager, _console, self._prompts)):
            try:
                if rank not in self._between:
                    check(page)
            except BitoolsError as error:
                self._between[rank] = error
        if self._missing:
            text = self._before + "\n".join(page.not_blank)
            self._before = f"{text[-_SECTION:]}\n"  # one may go over several lines
            self._missing = {one for one in self._missing if not regex.compile(one, lines=True).search(text)}
        if self._grammar.platform.nesting == "braces":
            self._depth += _depth(page.not_blank)
        self._open += _pairs(page)

    def _prompts(self, page: Page) -> None:
        _prompts(page, self._host, self._command)

    def end(self) -> None:
        """Nothing more comes. Raise as `examine`."""
        if not self._count:
            why = _("the device printed nothing")
            raise _broken("empty", why, _("may this account see the configuration?"))
        short = self._count <= _SHORT_ANSWER
        _refusal(self._first if short else self._last[-2:], self._grammar)
        if self._between:
            raise self._between[min(self._between)]
        whole = self._grammar.platform.whole
        for mark, part, reason in (
            (whole.first, self._first, "beginning"),
            (whole.end, self._last, "truncated"),
        ):
            if mark and not regex.compile(mark, lines=True).search("\n".join(part)):
                raise _cut(reason)
        if self._missing or self._depth or self._open:
            raise _cut("truncated")


def examine_parts(answers: Sequence[str]) -> None:
    """Return unless most of several commands were answered alike: so does a device that knows none of them.

    Raise Rejected with its words.
    """
    said = Counter(answer.strip() for answer in answers if answer.strip())
    if len(answers) < _SEVERAL or not said:
        return
    words, times = said.most_common(1)[0]
    if 2 * times > len(answers) and words.count("\n") < _TELLING:
        raise _refused(words.partition("\n")[0], "error_text")


def examine_answer(page: Page, host: str = "", command: str = "") -> None:
    """Return if this is the answer of `host` to a command that shows anything: nothing at all is one, too.

    Log messages may be what was asked for. Raise as `examine`.
    """
    _refusal(page.not_blank if len(page.not_blank) <= _SHORT_ANSWER else page.not_blank[-2:], page.grammar)
    _pager(page)
    _prompts(page, host, command)


def shrunk(lines: int, before: int) -> bool:
    """Did so much vanish that one fetch is not enough to believe it?"""
    return before >= 20 and lines < before * SMALLEST


def cut_off(text: str, before: str) -> bool:
    """Is it shorter, and does it end otherwise than before? That is how a cut looks.

    For platforms that mark no end, however much is left.
    """
    return text.count("\n") < before.count("\n") and _end_of(text) != _end_of(before)


def _end_of(text: str) -> list[str]:
    return text.rstrip("\n").rsplit("\n", _TELLING)[-_TELLING:]


def cut() -> IntegrityBroken:
    """It ends otherwise than the last one, and is shorter."""
    what = _("it is shorter than the last one and ends otherwise")
    return _broken("truncated", what, _("if that is right: bitools net snapshot DEVICE --accept-smaller"))


def unsteady() -> IntegrityBroken:
    """Two answers to the same question differ."""
    what = _("fetched twice, it came differently")
    return _broken("unsteady", what, _("run it again; somebody may be changing it"))


def vanished(lines: int, before: int) -> IntegrityBroken:
    """So much is missing, and a second fetch does not agree."""
    what = _("{lines} lines, where there were {before}").format(lines=lines, before=before)
    return _broken("shrunk", what, _("if that is right: bitools net snapshot DEVICE --accept-smaller"))


def stranger(was: str, now: str) -> IntegrityBroken:
    """Another device answers than before."""
    message = _("another device answers: it is {now}, and was {was}").format(
        now=clipped(inert(now), 64), was=clipped(inert(was), 64)
    )
    hint = _("is the address right? renamed or replaced: bitools net snapshot DEVICE --accept-identity")
    return IntegrityBroken(message, hint=hint, reason="identity")


def paged() -> IntegrityBroken:
    """It came screen by screen, or waits for a key."""
    hint = _("check the platform's paging commands, and that this user may use them")
    return _broken("pager", _("it was shown page by page, paging is not off"), hint)


def _refusal(lines: Sequence[str], grammar: Grammar) -> None:
    """An error text: looked for in a short answer, or on the last lines of a long one."""
    for pattern, reason in grammar.refusals:
        for line in lines:
            if pattern and pattern.search(line):
                raise _refused(line, reason)


def _refused(line: str, reason: str) -> Rejected:
    text = clipped(inert(without_secrets(line.strip())))
    hints = {
        "not_authorised": _("may this account see the configuration?"),
        "error_text": _("is it that platform? see platform in devices.yaml"),
    }
    return Rejected(_("the device refused: {text}").format(text=text), hint=hints[reason], reason=reason)


def _pager(page: Page) -> None:
    moved = any(sign in page.raw for sign in _MOVES) and _CURSOR.search(page.raw)
    if moved or any(True for _number in page.grammar.pager.search(Text(page.bare))):
        raise paged()


def _console(page: Page) -> None:
    for number in page.grammar.console.search(Text(page.bare)):
        text = clipped(inert(without_secrets(page.bare[number].strip())), 80)
        message = _("a log message got between: {text}").format(text=text)
        raise _broken("console", message, _("run it again; `terminal no monitor` for this user helps"))


def _prompts(page: Page, host: str, command: str) -> None:
    """The command's echo, or a prompt alone on a line."""
    if not host or host not in page.raw:
        return
    prompt = regex.compile(rf"^\s*(?:{page.grammar.platform.prompt.pattern})\s*(?P<typed>.*)$")
    for line in page.bare:
        found = prompt.match(line) if host in line else None
        if found and found["host"] == host and (not found["typed"] or found["typed"] == command):
            raise _broken("prompt", _("a prompt stands in the middle of it"), _("run it again"))


def _pairs(page: Page) -> int:
    """Where sections are closed by a word: how many more are opened than closed."""
    whole = page.grammar.platform.whole
    opens, closes = whole.opens, whole.closes
    if not (opens and closes):
        return 0
    opened, closed = regex.compile(opens), regex.compile(closes)
    return sum(bool(opened.match(line)) - bool(closed.match(line)) for line in page.bare)


def _depth(said: list[str]) -> int:
    """How many braces were left open."""
    return sum(line.rstrip().endswith("{") - (line.strip().partition(" ")[0] == "}") for line in said)


def _cut(reason: str) -> IntegrityBroken:
    what = _("its beginning is missing") if reason == "beginning" else _("it is cut off: its end is missing")
    return _broken(reason, what, _("run it again; the last whole configuration stays"))


def _broken(reason: str, message: str, hint: str) -> IntegrityBroken:
    return IntegrityBroken(
        _("not a whole configuration: {why}").format(why=message), hint=hint, reason=reason
    )
