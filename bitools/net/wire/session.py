"""One session with a device: type a command, read what it prints, all of it and nothing else.

A prompt counts only alone on the last line, with the name seen at login; bytes are decoded last, so that
none is lost. There are no fixed sleeps: every wait ends with the data it waits for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from bitools import regex
from bitools.errors import CredentialsRejected, Unreachable
from bitools.i18n import _
from bitools.net.decisions import guard, pager
from bitools.net.decisions.line_patterns import any_of
from bitools.net.wire import large
from bitools.net.wire.answer import Answer, Bound
from bitools.net.wire.failures import Stalled, dropped
from bitools.net.wire.large import Printed
from bitools.net.wire.paramiko_tuned import BROKEN
from bitools.net.wire.ssh import Login
from bitools.net.wire.talk import Talk
from bitools.platforms.model import Platform

IDLE = 30.0  # seconds
_GRACE = 1.0  # a prompt without the end mark before it: wait so long for more
_GRACE_UNMARKED = 0.15  # platforms that mark no end: a prompt may stand in a banner
_TAIL = 4096  # bytes in which prompt and end mark are looked for
_PAGE = 65536 + 4096  # bytes: what one read may bring, and the pager before it
_ERASED = r"(?:\r *\r|\x08+ *\x08+|\x1b\[[0-9;]*[DK] *)+"  # how a terminal takes the pager back
_PASSWORD = regex.compile(r"(?:^|\n)[^\n]*[Pp]assword[^\n:]*: ?\z")
_BREAK = re.compile(rb"(?<!\r)\r*\n\r?")  # from the first of many only: else their number squared
_CSI = re.compile(rb"\x1b\][^\x07\x1b]{0,512}(?:\x07|\x1b\\)|\x1b\[[0-9;?]*[A-Za-z]|\x1b[()=>78EMc][A-Z0-9]?")


class Terminal(Protocol):
    """Where one types and reads, whatever carries it."""

    def settimeout(self, seconds: float | None) -> None:
        """How long a read may wait."""

    def recv(self, size: int) -> bytes:
        """What has come; empty when the other side has gone. Raise TimeoutError or one of BROKEN."""

    def sendall(self, data: bytes) -> None:
        """Type."""


class Session:
    """A conversation at an open terminal. Raise our errors, each with the cause as one word in `reason`.

    `greet` answers what is asked before the first prompt, beyond what the platform knows (a Telnet log-in).
    """

    def __init__(
        self,
        channel: Terminal,
        login: Login,
        platform: Platform,
        bound: Bound,
        greet: Callable[[str], str | None] = lambda text: None,
        talk: Talk | None = None,
    ) -> None:
        self.platform = platform
        self._talk = talk or Talk()
        self.host = ""
        self._login = login
        self._greet = greet
        self._channel = channel
        self._buffer = Answer(bound)
        self._paged_at = -1  # how much had come when the pager was answered last
        self._pager, self._key = platform.pager, platform.pager_answer
        self._last = ""  # the end of what was read last
        self._named = False  # has the device's name been seen before an echo of ours?

    def prepare(self) -> None:
        """Wait for the prompt, become privileged, switch paging off."""
        self._first_prompt()
        self._become_privileged()
        for command in self.platform.commands.paging_off:
            self.ask(command, whole=False)
        self._become_privileged()  # if the first prompt was one in a banner, this is the first true one

    def ask(self, command: str, *, whole: bool = True) -> str:
        """Type a command and give what it printed, without echo and prompt.

        A prompt is only believed behind the command's echo and, with `whole`, behind the platform's end mark;
        or when nothing more comes.
        """
        if whole:
            return large.whole(self.fetch(command))
        return large.whole(self._asked(command, 0.0))

    def fetch(self, command: str) -> Printed:
        """The same for what may be large."""
        self._talk.asked = True
        return self._asked(command, _GRACE if self.platform.whole.end else _GRACE_UNMARKED)

    def look(self, command: str) -> str:
        """The same for an answer whose end nothing marks: a prompt is believed when nothing more comes."""
        self._talk.asked = True
        return large.whole(self._asked(command, _GRACE_UNMARKED))

    def _asked(self, command: str, unmarked: float) -> Printed:
        """`unmarked`: seconds to wait for more behind a prompt before which no end mark stands."""
        self._write(command)

        def doubt(text: str) -> float:
            if command not in self._beginning() or not self._prompted(text):
                return _GRACE
            return unmarked if unmarked and not self._ended(text) else 0.0

        self._await(lambda text: self._at_a_prompt(text, command), doubt)
        said = self._buffer.printed(decoded)
        if isinstance(said, str):
            return _after_echo(self._before_prompt(said), command, self.platform.prompt.pattern)
        self._before_prompt(self._last)  # at once, and not when somebody reads it
        return said.trimmed(
            lambda text: _after_echo(text, command, self.platform.prompt.pattern), self._before_prompt
        )

    def _before_prompt(self, text: str) -> str:
        """What stands before the prompt at its end, whose name is from now on the device's."""
        found = self.platform.prompt_at_end(text)
        self.host, self._named = (found["host"] if found else self.host), True
        return text[: found.start()] if found else text

    def close(self) -> None:
        """Say goodbye, so that the device frees the line at once."""
        try:
            self._write(self.platform.commands.exit)
        except Unreachable:
            pass  # it has gone already, which is what we wanted

    # -- prompts

    def _first_prompt(self) -> None:
        questions = [(regex.compile(answer.question), answer.answer) for answer in self.platform.prompt.login]
        answered: set[int] = set()
        pressed: list[bool] = []

        def seen(text: str) -> bool:
            for number, (question, answer) in enumerate(questions):
                if number not in answered and question.search(text):
                    answered.add(number)
                    self._send(answer)
            if pager.begins(text.rpartition("\n")[2]) and not pressed:
                pressed.append(True)
                self._send(pager.key(text.rpartition("\n")[2]))
            told = self._greet(text)
            if told is not None:
                self._write(told)
            found = self.platform.prompt_at_end(text)
            self.host = found["host"] if found else ""
            return bool(found)

        self._read(seen)

    def _become_privileged(self) -> None:
        prompt = self.platform.prompt
        enable, unprivileged = prompt.enable, regex.compile(prompt.unprivileged or r"[^\x00-\x{10FFFF}]")
        if not (enable and unprivileged.search(self._last)):
            return

        def asked(text: str) -> bool:
            return bool(_PASSWORD.search(text)) and enable in self._beginning()

        def doubt(text: str) -> float:
            return 0.0 if asked(text) or not unprivileged.search(text) else _GRACE

        def at_prompt(text: str) -> bool:
            return self._at_a_prompt(text, enable)

        self._write(enable)
        text = self._read(lambda text: asked(text) or at_prompt(text), doubt)
        self._learn(text, enable)
        if _PASSWORD.search(text):
            self._write(self._login.enable_password or self._login.password or "")
            self._read(at_prompt, doubt)
        if unprivileged.search(self._last):
            raise CredentialsRejected(
                _("the enable password was rejected"),
                hint=_("enable_password in devices.yaml; or give {user} the privilege").format(
                    user=self._login.username
                ),
                reason="enable",
            )

    def _prompted(self, text: str) -> bool:
        found = self.platform.prompt_at_end(text)
        return bool(found and found["host"] == self.host)

    def _at_a_prompt(self, text: str, command: str) -> bool:
        """Does a prompt stand at the end: until the first command, of whatever name?

        The name at log-in may have been one in a banner. The true one stands before our first echo.
        """
        if self._named:
            return self._prompted(text)
        self._learn(self._beginning(), command)
        return bool(self.platform.prompt_at_end(text))

    def _learn(self, text: str, command: str) -> None:
        echoed = (
            None if self._named else regex.compile(_echo(command, self.platform.prompt.pattern)).search(text)
        )
        if echoed:
            self.host, self._named = echoed["host"], True

    def _ended(self, text: str) -> bool:
        """Does the platform's end mark, or a refusal, stand before the prompt?"""
        end = self.platform.whole.end
        if end and regex.compile(end, lines=True).search(text):
            return True
        refusal = any_of([*self.platform.denied, *self.platform.errors])
        return bool(len(text) < 1000 and refusal and refusal.search(text))

    def _beginning(self) -> str:
        """The first of what has come since the last command was typed."""
        return decoded(self._buffer.first(_TAIL))

    # -- bytes

    def _read(self, done: Callable[[str], bool], doubt: Callable[[str], float] = lambda text: 0.0) -> str:
        """Take it, as `_await` does, and give it."""
        self._await(done, doubt)
        return large.whole(self._buffer.printed(decoded))

    def _await(self, done: Callable[[str], bool], doubt: Callable[[str], float]) -> None:
        """Take what comes until its end is `done`; wait for more while that is in `doubt`, in seconds."""
        patience, paged, enough = IDLE, False, False
        while True:
            self._channel.settimeout(patience)
            try:
                chunk = self._channel.recv(65536)
            except TimeoutError as error:
                if paged and self._learnt_pager():
                    patience = IDLE
                    continue
                if paged:
                    raise guard.paged() from error
                if enough:
                    return
                said = decoded(self._buffer.last(_TAIL)) or self._last
                raise Stalled(said, self.host, IDLE, error) from error
            except BROKEN as error:
                raise dropped(error) from error
            if not chunk:
                raise dropped(None)
            self._talk.heard(chunk)
            self._buffer.add(chunk)
            self._turn_the_page()
            tail = decoded(self._buffer.last(_TAIL))
            last = tail.rpartition("\n")[2]
            paged = bool(regex.compile(self.platform.pager).search(last) or pager.stranger(last))
            patience, enough = (_GRACE if paged else IDLE), done(tail)
            if enough:
                self._last = tail
                patience, paged = doubt(tail), False
                if not patience:
                    return

    def _turn_the_page(self) -> None:
        """Where paging cannot be turned off: answer the pager, and take its words out of what was printed."""
        key = self._key
        if not key:
            return
        size = min(len(self._buffer), _PAGE)
        recent = self._buffer.last(size).decode("latin-1")
        shown = rf"(?:{self._pager})[^\n]*?"
        without = regex.compile(shown + _ERASED).sub("", recent)
        if without != recent:
            self._buffer.replace_last(size, without.encode("latin-1"))
        waits = regex.compile(shown + r"\s*$").search(without[-200:].rpartition("\n")[2])
        if waits and len(self._buffer) != self._paged_at:
            self._paged_at = len(self._buffer)
            self._send(key)

    def _learnt_pager(self) -> bool:
        """A pager that the platform does not know: from now on its words are known, and answered."""
        last = decoded(self._buffer.last(_TAIL)).rpartition("\n")[2]
        if self._key or not pager.stranger(last) or regex.compile(self.platform.pager).search(last):
            return False
        self._pager, self._key = pager.pattern(last), pager.key(last)
        self._turn_the_page()
        return True

    def _write(self, line: str) -> None:
        self._send(line + self.platform.prompt.enter)

    def _send(self, text: str) -> None:
        try:
            self._channel.sendall(text.encode())
        except BROKEN as error:
            raise dropped(error) from error


def _echo(command: str, prompt: str) -> str:
    return rf"(?:^|\n){prompt}\s*{re.escape(command)}[ \t]*(?:\n|$)"


def _after_echo(text: str, command: str, prompt: str) -> str:
    """What was printed after the command's echo; before it may stand the rest of a banner."""
    first, _break, rest = text.partition("\n")
    if command in first:
        return rest
    echoed = regex.compile(_echo(command, prompt)).search(text[:_TAIL])
    return text[echoed.end() :] if echoed else text


def decoded(data: bytes | bytearray) -> str:
    """Bytes as text: UTF-8, and a line that is not, as ISO 8859-9, what old Turkish terminals send."""
    if b"\x1b" in data:
        data = _CSI.sub(b"", data)
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    if b"\r\n" in data:  # almost always enough
        data = data.replace(b"\r\n", b"\n")
    if b"\r" in data:
        data = _BREAK.sub(b"\n", data)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "\n".join(_line(line) for line in data.split(b"\n"))


def _line(line: bytes | bytearray) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("iso8859-9")
