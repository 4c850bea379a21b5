"""A program in restic's place, for answers that no restic at hand gives: those of 0.19, and of none yet.

It answers one command as it is told; every other command goes to the real restic.
"""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path


def answering(
    folder: Path, command: str, code: int, stdout: str = "", stderr: str = "", *, after: bool = False
) -> Path:
    """Write it into a folder, for the front of a PATH; gives the folder.

    With `after` the real restic does its work first, unheard: only its answer is another.
    """
    real = shutil.which("restic")
    assert real is not None, "restic is not installed"
    folder.mkdir(exist_ok=True)
    work = f'{real} "$@" >/dev/null 2>&1' if after else ":"
    program = folder / "restic"
    program.write_text(
        "#!/bin/sh\n"
        f'case " $* " in *" {command} "*)\n'
        f"  {work}\n"
        f"  printf %s {shlex.quote(stdout)}\n"
        f"  printf %s {shlex.quote(stderr)} >&2\n"
        f"  exit {code};;\n"
        "esac\n"
        f'exec {real} "$@"\n'
    )
    program.chmod(0o755)
    return folder
