"""One session with a device: type a command, read what it prints, all of it and nothing else.

A prompt counts only alone on the last line, with the name seen at login; bytes are decoded last, so that
none is lost. There are no fixed sleeps: every wait ends with the data it waits for.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable

from bitools.errors import CredentialsRejected, Unreachable
from bitools.i18n import _
from bitools.net import guard
from bitools.net.failures import dropped
from bitools.net.library import BROKEN, Channel, Client
from bitools.net.ssh import Login, leave, log_in, single, terminal
from bitools.net.tree import any_of
from bitools.platforms.model import Platform

IDLE = 30.0  # seconds
_GRACE = 1.0  # a prompt without the end mark before it: wait so long for more
_GRACE_UNMARKED = 0.15  # platforms that mark no end: a prompt may stand in a banner
_TAIL = 4096  # bytes in which prompt and end mark are looked for
_CSI = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()=>78EMc][A-Z0-9]?")


class Session:
    """An open session; a context manager. Raise our errors, each with the cause as one word in `reason`."""

    def __init__(
        self, login: Login, platform: Platform, through: socket.socket | None = None, *, netmiko: bool = False
    ) -> None:
        self.platform = platform
        self.host = ""
        self._login = login
        self._through = through
        self._netmiko = netmiko
        self._client: Client
        self._channel: Channel | None = None
        self._buffer = bytearray()
        self._paged_at = -1  # how much had come when the pager was answered last
        self._last = ""  # the end of what was read last

    def __enter__(self) -> Session:
        if self._netmiko:
            from bitools.net import driver

            self._client, self._channel = driver.log_in(self._login, self.platform.netmiko, self._through)
        else:
            self._client = log_in(self._login, self.platform.prompt.username_suffix, self._through)
        return self

    def __exit__(self, *reason: object) -> None:
        leave(self._client)

    def prepare(self) -> None:
        """Open a terminal, wait for the prompt, become privileged, switch paging off."""
        self._channel = self._channel or terminal(self._client)
        self._first_prompt()
        self._become_privileged()
        for command in self.platform.commands.paging_off:
            self.run(command, whole=False)

    def run(self, command: str, *, whole: bool = True) -> str:
        """Type a command and give what it printed, without echo and prompt.

        With `whole` a prompt is only believed behind the platform's end mark, or when nothing more comes.
        """
        self._write(command)
        text = self._until_prompt(self._ended if whole else lambda text: True)
        found = self.platform.prompt_at_end.search(text)
        text = text[: found.start()] if found else text
        first, _break, rest = text.partition("\n")
        return rest if command in first else text

    def execute(self, command: str) -> str:
        """Run a command on a channel of its own, without a terminal: no prompt, no echo, no paging."""
        channel = single(self._client, command, IDLE)
        try:
            while chunk := channel.recv(65536):
                self._buffer += chunk
        except BROKEN as error:
            raise dropped(error) from error
        return self._taken()

    def close(self) -> None:
        """Say goodbye, so that the device frees the line at once."""
        try:
            if self._channel:
                self._write(self.platform.commands.exit)
        except Unreachable:
            pass  # it has gone already, which is what we wanted

    # -- prompts

    def _first_prompt(self) -> None:
        questions = [(re.compile(answer.question), answer.answer) for answer in self.platform.prompt.login]
        answered: set[int] = set()

        def seen(text: str) -> bool:
            for number, (question, answer) in enumerate(questions):
                if number not in answered and question.search(text):
                    answered.add(number)
                    self._send(answer)
            found = self.platform.prompt_at_end.search(text)
            self.host = found["host"] if found else ""
            return bool(found)

        self._read(seen)

    def _become_privileged(self) -> None:
        prompt = self.platform.prompt
        if not (prompt.enable and prompt.unprivileged and re.search(prompt.unprivileged, self._last)):
            return
        self._write(prompt.enable)
        asked = re.compile(r"assword[^\n]*:?\s*$")
        text = self._read(lambda text: bool(asked.search(text) or self._prompted(text)))
        if asked.search(text):
            self._write(self._login.enable_password or self._login.password or "")
            self._read(self._prompted)
        if re.search(prompt.unprivileged, self._last):
            raise CredentialsRejected(
                _("the enable password was rejected"),
                hint=_("enable_password in devices.yaml; or give {user} the privilege").format(
                    user=self._login.username
                ),
                reason="enable",
            )

    def _prompted(self, text: str) -> bool:
        found = self.platform.prompt_at_end.search(text)
        return bool(found and found["host"] == self.host)

    def _ended(self, text: str) -> bool:
        """Does the platform's end mark, or a refusal, stand before the prompt?"""
        end = self.platform.whole.end
        if end and re.search(end, text, re.MULTILINE):
            return True
        refusal = any_of([*self.platform.denied, *self.platform.errors])
        return bool(len(text) < 1000 and refusal and refusal.search(text))

    def _until_prompt(self, believed: Callable[[str], bool]) -> str:
        grace = _GRACE if self.platform.whole.end else _GRACE_UNMARKED
        return self._read(self._prompted, believed, grace)

    # -- bytes

    def _read(
        self,
        done: Callable[[str], bool],
        believed: Callable[[str], bool] = lambda text: True,
        grace: float = 0.0,
    ) -> str:
        """Take what comes until its end is `done`; if that is not `believed`, wait `grace` for more."""
        patience, paged = IDLE, False
        assert self._channel is not None
        while True:
            self._channel.settimeout(patience)
            try:
                chunk = self._channel.recv(65536)
            except TimeoutError as error:
                if paged:
                    raise guard.paged() from error
                if patience == grace:
                    return self._taken()
                message = _("no more data for {seconds:.0f} s").format(seconds=IDLE)
                raise Unreachable(
                    message, hint=_("is it overloaded? try it alone"), reason="timeout", cause=error
                ) from error
            except BROKEN as error:
                raise dropped(error) from error
            if not chunk:
                raise dropped(None)
            self._buffer += chunk
            self._turn_the_page()
            tail = _text(bytes(self._buffer[-_TAIL:]))
            paged = bool(re.search(self.platform.pager, tail.rpartition("\n")[2]))
            patience = _GRACE if paged else IDLE
            if done(tail):
                self._last = tail
                if believed(tail):
                    return self._taken()
                patience, paged = grace, False

    def _turn_the_page(self) -> None:
        """Where paging cannot be turned off: answer the pager, and take its words out of what was printed."""
        key = self.platform.pager_answer
        if not key:
            return
        pager = rb"(?:%s)[^\n]*?" % self.platform.pager.encode()
        self._buffer[:] = re.sub(pager + rb"(?:\r *\r|\x08+ *\x08+|\x1b\[[0-9;]*[DK] *)+", b"", self._buffer)
        waits = re.search(pager + rb"\s*$", bytes(self._buffer[-200:].rpartition(b"\n")[2]))
        if waits and len(self._buffer) != self._paged_at:
            self._paged_at = len(self._buffer)
            self._send(key)

    def _taken(self) -> str:
        text = _text(bytes(self._buffer))
        self._buffer.clear()
        return text

    def _write(self, line: str) -> None:
        self._send(line + self.platform.prompt.enter)

    def _send(self, text: str) -> None:
        assert self._channel is not None
        try:
            self._channel.sendall(text.encode())
        except BROKEN as error:
            raise dropped(error) from error


def _text(data: bytes) -> str:
    """Bytes as text: UTF-8, and a line that is not, as ISO 8859-9, what old Turkish terminals send."""
    data = re.sub(rb"\r*\n\r?", b"\n", _CSI.sub(b"", data).replace(b"\0", b""))
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "\n".join(_line(line) for line in data.split(b"\n"))


def _line(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("iso8859-9")
