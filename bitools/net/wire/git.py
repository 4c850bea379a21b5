"""git, as a program: how it is called on a bare repository, and how its answers are read.

It obeys no configuration of the machine or of a user, and every call is limited in time.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bitools import process
from bitools.errors import Rejected
from bitools.i18n import _
from bitools.process import Completed

LIMIT = 300.0  # seconds
_ISOLATED = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_FLUSH": "0",  # it would write each commit by itself into the pipe, and we would read each
}


class Git:
    """One bare repository."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def exists(self) -> bool:
        """Is there one yet?"""
        return (self.folder / "HEAD").exists()

    def make(self) -> None:
        """Make it. The folder it stands in is there."""
        words = ["init", "--bare", "--template=", "--quiet", "--shared=group", "--initial-branch=main"]
        process.run(["git", *words, str(self.folder)], extra=_ISOLATED, timeout=LIMIT, check=True)

    def __call__(self, *words: str, stdin: bytes = b"", check: bool = True) -> bytes:
        """What a command prints. Raise Rejected if it fails, unless `check` is false."""
        return self.run(words, stdin=stdin, check=check).stdout

    def run(
        self,
        words: Sequence[str],
        *,
        stdin: bytes = b"",
        check: bool = False,
        fence: Sequence[str] = (),
        limit: float = LIMIT,
    ) -> Completed:
        """A command and how it ended; `fence` is a program that starts it within bounds.

        Raise as `process.run`.
        """
        place = ["git", "-c", "safe.directory=*", f"--git-dir={self.folder}"]
        return process.run([*fence, *place, *words], stdin=stdin, extra=_ISOLATED, timeout=limit, check=check)

    def blobs(self, names: Sequence[str]) -> dict[str, str]:
        """The texts that these names (`REVISION:PATH`) mean; those that are not there are left out."""
        if not names:
            return {}
        output = self("cat-file", "--batch", stdin="".join(f"{name}\n" for name in names).encode())
        texts: dict[str, str] = {}
        position = 0
        for name in names:
            end = output.index(b"\n", position)
            header = output[position:end].split()
            position = end + 1
            if len(header) == 3 and header[1] == b"blob":
                size = int(header[2])
                texts[name] = output[position : position + size].decode(errors="replace")
                position += size + 1
        return texts


def unified(old: str, new: str, names: tuple[str, str]) -> str:
    """The unified difference of two texts, by git: linear also on configurations of 100,000 lines."""
    if old == new:
        return ""
    with tempfile.TemporaryDirectory(prefix="bitools-") as folder:
        paths = [Path(folder, side) for side in ("old", "new")]
        for path, text in zip(paths, (old, new), strict=True):
            path.write_text(text, encoding="utf-8", errors="replace")
        completed = process.run(
            ["git", "diff", "--no-index", "--no-color", "--no-ext-diff", "--", "old", "new"],
            extra=_ISOLATED,
            cwd=Path(folder),
        )
    if completed.code not in (0, 1):
        raise Rejected(_("git cannot compare: {why}").format(why=completed.complaint), target="git")
    body = completed.stdout.decode(errors="replace")
    hunks = body[body.find("@@") :] if "@@" in body else ""
    return f"--- {names[0]}\n+++ {names[1]}\n{hunks}"
