"""A terminal with a script at it: what is shown is waited for, then typed at."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

from tests.conftest import ROOT

OURS = (sys.executable, "-m", "bitools")
_PATIENCE = 20.0  # seconds for what is waited for; it ends long before, or the test fails


class Dialogue:
    """bitools at a terminal of its own, or another `program`. `shown` is all that the terminal showed."""

    def __init__(
        self, *words: str, environ: Mapping[str, str], columns: int = 80, program: Sequence[str] = OURS
    ) -> None:
        self.shown, self._seen, self._gone, self._ended = "", 0, False, False
        self.pid, self._ours = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.execvpe(program[0], [*program, *words], dict(environ))
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def __enter__(self) -> Dialogue:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._ended:
            self.kill()
        os.close(self._ours)

    def until(self, text: str) -> str:
        """Wait until this is shown; what came before it. Raise AssertionError if it is not."""
        end = time.monotonic() + _PATIENCE
        while (at := self.shown.find(text, self._seen)) < 0:
            if not self._read(end - time.monotonic()):
                raise AssertionError(f"{text!r} was not shown, but:\n{self.shown[self._seen :]}")
        before, self._seen = self.shown[self._seen : at], at + len(text)
        return before

    def answers(self, *pairs: tuple[str, str]) -> None:
        """A question each, or a part of it, and what is typed."""
        for question, answer in pairs:
            self.until(question)
            self.until(": " if "[" not in question else "]")
            self.type(f"{answer}\n")

    def type(self, text: str) -> None:
        """Type it."""
        os.write(self._ours, text.encode())

    def end(self) -> int:
        """Wait for the end; the exit code. Raise AssertionError if it says nothing more and does not end."""
        while self._read(_PATIENCE):
            pass
        if not self._gone:
            raise AssertionError(f"it does not end; it showed:\n{self.shown[self._seen :]}")
        self._ended = True
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def kill(self) -> None:
        """SIGKILL."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self._ended = True

    def _read(self, seconds: float) -> bool:
        ready, _writable, _failed = select.select([self._ours], [], [], max(seconds, 0))
        try:
            chunk = os.read(self._ours, 65536) if ready else b""
        except OSError:  # EIO: nobody is there any more
            chunk, self._gone = b"", True
        self.shown += chunk.decode(errors="replace").replace("\r\n", "\n")
        return bool(chunk)
