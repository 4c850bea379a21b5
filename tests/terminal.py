"""A terminal with a script at it: what is shown is waited for, then typed at."""

from __future__ import annotations

import io
import signal
import sys
from collections.abc import Mapping, Sequence
from types import TracebackType

import pexpect

from lab.patience import HANGS
from tests.conftest import ROOT

OURS = (sys.executable, "-m", "bitools")


class Dialogue:
    """bitools at a terminal of its own, or another `program`."""

    def __init__(
        self, *words: str, environ: Mapping[str, str], columns: int = 80, program: Sequence[str] = OURS,
        encoding: str = "utf-8",
    ) -> None:  # fmt: skip
        self._all = io.StringIO()
        self._child = pexpect.spawn(
            program[0], [*program[1:], *words], env=dict(environ), cwd=ROOT, dimensions=(24, columns),
            timeout=HANGS, encoding=encoding, codec_errors="replace",
        )  # fmt: skip
        self._child.logfile_read = self._all

    def __enter__(self) -> Dialogue:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.close(force=True)

    @property
    def shown(self) -> str:
        """All that the terminal showed."""
        return self._all.getvalue().replace("\r\n", "\n")

    def until(self, text: str) -> str:
        """Wait until this is shown; what came before it. Raise AssertionError if it is not."""
        try:
            self._child.expect_exact(text)
        except (pexpect.TIMEOUT, pexpect.EOF) as error:
            raise AssertionError(f"{text!r} was not shown, but:\n{self._child.before}") from error
        return str(self._child.before).replace("\r\n", "\n")

    def answers(self, *pairs: tuple[str, str]) -> None:
        """A question each, or a part of it, and what is typed."""
        for question, answer in pairs:
            self.until(question)
            self.until(": " if "[" not in question else "]")
            self.type(f"{answer}\n")

    def type(self, text: str) -> None:
        """Type it."""
        self._child.send(text)

    def end(self) -> int:
        """Wait for the end; the exit code. Raise AssertionError if it says nothing more and does not end."""
        while self._child.expect([pexpect.EOF, pexpect.TIMEOUT, ".+"]):
            if self._child.after is pexpect.TIMEOUT:
                raise AssertionError(f"it does not end; it showed:\n{self.shown}")
        self._child.wait()
        return -self._child.signalstatus if self._child.signalstatus else self._child.exitstatus

    def unseen(self) -> None:
        """Wait until the terminal shows no more what is typed. Raise AssertionError if it goes on showing it."""
        assert self._child.waitnoecho(timeout=HANGS), self.shown

    def hang_up(self) -> None:
        """The terminal is closed: SIGHUP."""
        self._child.kill(signal.SIGHUP)
        self._child.wait()

    def kill(self) -> None:
        """SIGKILL."""
        self._child.kill(signal.SIGKILL)
        self._child.wait()
