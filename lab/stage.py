"""Where the demo is performed: each command is shown as a user would type it, then run as on a terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class StepFailed(Exception):
    """A step did not do what it says."""


class Stage:
    """One performance: an environment, a folder for what is left to look at, and the time."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.environment = dict(environment)
        self.folder = folder
        self.colour = sys.stdout.isatty()
        self.began = time.monotonic()
        self.left_out: list[str] = []

    def say(self, text: str) -> None:
        """A sentence of the story."""
        self._write(f"\n\x1b[1m{text}\x1b[0m\n" if self.colour else f"\n## {text}\n")

    def note(self, text: str) -> None:
        """What has been proven."""
        self._write(f"\x1b[32m   ✓ {text}\x1b[0m\n" if self.colour else f"   ✓ {text}\n")

    def leave_out(self, text: str) -> None:
        """A part that cannot be shown here; said now and once more at the end."""
        self.left_out.append(text)
        self._write(f"   (left out: {text})\n")

    def place(self, *parts: str) -> str:
        """A place in the folder, as a user who stands in the checkout would type it."""
        path = self.folder.joinpath(*parts)
        return shlex.quote(str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path))

    def run(self, line: str, expect: int = 0) -> str:
        """Show a command line, run it on a terminal of its own, and give what it printed, without colours.

        Raise StepFailed if it ends with another code than `expect`.
        """
        self._write(f"$ {line}\n")
        master, slave = pty.openpty()
        child = subprocess.Popen(
            shlex.split(line),
            stdin=subprocess.DEVNULL,
            stdout=slave,
            stderr=slave,
            env=self.environment,
            cwd=ROOT,
        )
        os.close(slave)
        output = self._forward(master, child)
        os.close(master)
        if child.wait() != expect:
            raise StepFailed(f"{line}: ended with {child.returncode}, not {expect}")
        return _ESCAPES.sub("", output).replace("\r\n", "\n")

    def quietly(self, *words: str) -> str:
        """Run a command that only proves something; give its standard output."""
        done = subprocess.run(words, capture_output=True, text=True, env=self.environment, check=False)
        if done.returncode != 0:
            raise StepFailed(f"{shlex.join(words)}: ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def _forward(self, master: int, child: subprocess.Popen[bytes]) -> str:
        """All that the child prints: live on a terminal, indented in a log. Its end is a read error."""
        output = b""
        while True:
            ready, _, _ = select.select([master], [], [], 0.2)
            if not ready:
                if child.poll() is not None:
                    break
                continue
            try:
                chunk = os.read(master, 65536)
            except OSError:
                break
            if not chunk:
                break
            output += chunk
            if self.colour:
                os.write(sys.stdout.fileno(), chunk)
        text = output.decode(errors="replace")
        if not self.colour:
            lines = _ESCAPES.sub("", text).replace("\r\n", "\n").split("\n")
            self._write("".join(f"  {line}\n" for line in lines if line.strip()))
        return text

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


def prove(condition: bool, what: str) -> None:
    """Raise StepFailed unless it is so."""
    if not condition:
        raise StepFailed(what)
