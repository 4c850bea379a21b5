"""The slips that a person got through sudo: theirs to read, in folders where the account does not come.

So who got one removes it: a note in their own folder (XDG Base Directory: state) says which file it was, and
the next `bitools` of theirs after seven days takes it away, if it is still the very file that was written.
"""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

KEPT = 7 * 86400.0  # seconds, as `user.wire.slip` keeps those that are the account's


def folder(environ: Mapping[str, str]) -> Path:
    """Where the notes are."""
    return Path(environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "bitools" / "slips"


def note(slip: Path, environ: Mapping[str, str]) -> None:
    """Remember this file. Raise OSError."""
    found, notes = slip.lstat(), folder(environ)
    notes.mkdir(mode=0o700, parents=True, exist_ok=True)
    seen = {"path": str(slip), "device": found.st_dev, "inode": found.st_ino}
    (notes / f"{found.st_dev}-{found.st_ino}.json").write_text(json.dumps(seen), encoding="utf-8")


def destroy_old(environ: Mapping[str, str], now: float | None = None) -> None:
    """Remove the slips whose time is over, and the notes of those that are gone; nobody is held up by it."""
    now = time.time() if now is None else now
    with suppress(OSError, RuntimeError):  # no such folder, or no home
        for name in folder(environ).glob("*.json"):
            with suppress(OSError, ValueError, KeyError, TypeError):
                seen = json.loads(name.read_bytes())
                if _over(Path(seen["path"]), (seen["device"], seen["inode"]), now):
                    name.unlink()


def _over(slip: Path, identity: tuple[int, int], now: float) -> bool:
    """Is it gone, or another file by now, or so old that it was removed just now? Raise OSError."""
    try:
        found = slip.lstat()
    except FileNotFoundError:
        return True
    private = stat.S_ISREG(found.st_mode) and not found.st_mode & 0o077 and found.st_uid == os.geteuid()
    if not private or (found.st_dev, found.st_ino) != identity:
        return True
    if now - found.st_mtime < KEPT:
        return False
    slip.unlink()
    return True
