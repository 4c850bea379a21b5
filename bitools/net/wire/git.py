"""git, as a program: how it is called on a bare repository, and how its answers are read.

It obeys no configuration of the machine, of a user, or of what lies in the repository (`repository`), and
every call is limited in time.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from bitools import process
from bitools.errors import IntegrityBroken, Rejected
from bitools.i18n import _
from bitools.net.wire import repository
from bitools.process import Completed
from bitools.state import State

LIMIT = 300.0  # seconds
# What git says of objects, packs and refs that are not as they were written; `git fsck` says more.
_DAMAGED = re.compile(
    rb"bad object|corrupt|does not match index|unable to (?:read|unpack|find)|missing (?:blob|tree|commit)"
    rb"|broken (?:link|ref)|inflate|too-short|is truncated|bad (?:pack|signature|ref)|index is too small"
    rb"|Could not read|failed to read|not a valid object|cannot be accessed|null sha1|reference broken"
    rb"|garbage"
)


class Git:
    """One bare repository in the state. Before git sees it, what does not belong there is set aside."""

    def __init__(self, state: State, name: str) -> None:
        self.folder = state.folder / name
        self._state = state
        self._name = name
        self._proven = False

    @property
    def exists(self) -> bool:
        """Is there one yet?"""
        self._prove()
        return (self.folder / "HEAD").exists()

    def make(self) -> None:
        """Make it."""
        folder = self._state.path(self._name)
        words = ["init", "--bare", "--template=", "--quiet", "--initial-branch=main", str(folder)]
        self._start(["git", *words], check=True)
        self._proven = False

    def __call__(self, *words: str, stdin: bytes = b"", check: bool = True) -> bytes:
        """What a command prints. Raise Rejected if it fails, unless `check` is false; IntegrityBroken if what
        it should read is damaged.
        """
        done = self.run(words, stdin=stdin)
        if done.code != 0 and (check or done.code > 1) and _DAMAGED.search(done.stderr):
            text = _("the history cannot be read: {why}").format(why=done.complaint)
            hint = _("what is there: bitools net verify; what can be had back: bitools net recover")
            raise IntegrityBroken(text, target=self._name, hint=hint, reason="history")
        if check:
            done.require()
        return done.stdout

    def blob_of(self, file: IO[str]) -> bytes:
        """Let git keep what is in a file, and give its id. Raise Rejected, Unreachable."""
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        words = ["hash-object", "-w", "-t", "blob", "--stdin"]
        return self.run(words, file=file, check=True).stdout.strip()

    def run(
        self,
        words: Sequence[str],
        *,
        stdin: bytes = b"",
        file: IO[str] | None = None,
        check: bool = False,
        fence: Sequence[str] = (),
        limit: float = LIMIT,
    ) -> Completed:
        """A command and how it ended. It reads `stdin`, or an open `file` from where that stands.

        `fence`: a program that starts it within bounds.

        Raise as `process.run`.
        """
        self._prove()
        place = ["git", *repository.words(self.folder), words[0], *repository.harmless(words[0])]
        command = [*fence, *place, *words[1:]]
        return self._start(command, stdin=stdin, file=file, timeout=limit, check=check)

    def _start(
        self,
        command: Sequence[str],
        *,
        stdin: bytes = b"",
        file: IO[str] | None = None,
        timeout: float = LIMIT,
        check: bool = False,
    ) -> Completed:
        extra, umask = repository.ENVIRONMENT, repository.UMASK
        return process.run(
            command, stdin=stdin, file=file, extra=extra, timeout=timeout, check=check, umask=umask
        )

    def _prove(self) -> None:
        if not self._proven:
            repository.prove(self._state, self._name)
            self._proven = True

    def blobs(self, names: Sequence[str]) -> dict[str, str]:
        """The texts that these names (`REVISION:PATH`) mean; those that are not there are left out."""
        if not names:
            return {}
        output = self("cat-file", "--batch", stdin="".join(f"{name}\n" for name in names).encode())
        texts: dict[str, str] = {}
        content, position = memoryview(output), 0  # a large text is not copied before it is decoded
        for name in names:
            end = output.index(b"\n", position)
            header = output[position:end].split()
            position = end + 1
            if len(header) == 3 and header[1] == b"blob":
                size = int(header[2])
                texts[name] = str(content[position : position + size], "utf-8", "replace")
                position += size + 1
        return texts


def unified(old: str, new: str, names: tuple[str, str]) -> str:
    """The unified difference of two texts, by git: linear also on configurations of 100,000 lines."""
    if old == new:
        return ""
    with tempfile.TemporaryDirectory(prefix="bitools-") as folder:
        paths = [Path(folder, side) for side in ("old", "new")]
        for path, text in zip(paths, (old, new), strict=True):
            path.write_bytes(text.encode(errors="replace"))
        completed = process.run(
            [
                "git",
                "diff",
                *repository.harmless("diff"),
                "--no-index",
                "--no-color",
                "--",
                "old",
                "new",
            ],
            extra=repository.ENVIRONMENT,
            cwd=Path(folder),
        )
    if completed.code not in (0, 1):
        raise Rejected(_("git cannot compare: {why}").format(why=completed.complaint), target="git")
    body = completed.stdout.decode(errors="replace")
    hunks = body[body.find("@@") :] if "@@" in body else ""
    return f"--- {names[0]}\n+++ {names[1]}\n{hunks}"
