"""Who writes what now: a lock an account, and one for making accounts. None is held while somebody thinks.

A lock is a file in `state/locks/` that the kernel lets go of when its holder dies. It says who holds it and
since when. Whoever finds that another run held it since their plan was made plans again.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bitools.errors import Locked
from bitools.i18n import _
from bitools.run import Run
from bitools.state import open_shared, roomy

NEW = "user-new"  # names and addresses of accounts that are being made
_GRACE = 3.0  # seconds: others write for moments only
_LARGEST = 1024  # bytes of what a holder says
_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for another run: for moments, or (`wait`) until it is done; `tell` says for whom."""

    wait: bool = False
    tell: Callable[[str], None] = lambda _text: None


def account(guid: str) -> str:
    """The lock of one account. Accounts share 256 of them: who meets a stranger's waits a moment."""
    return f"user-account-{guid[:2]}"


def last(run: Run, name: str) -> str:
    """The run that held this lock last; empty if none did."""
    path = run.state.folder / "locks" / f"{name}.lock"
    return _lock_content(path.read_bytes()).get("run", "") if path.exists() else ""


@contextmanager
def held(run: Run, name: str, patience: Patience) -> Iterator[str]:
    """Hold this lock; gives the run that held it before. Raise Locked, naming who has it, if it stays so."""
    path = run.state.path("locks", f"{name}.lock")
    with roomy(path):
        descriptor = open_shared(path)
    try:
        _wait(descriptor, path, patience)
        before = _lock_content(os.pread(descriptor, _LARGEST, 0)).get("run", "")
        now = f"{datetime.now(run.inventory.settings.zone):%H:%M:%S}"
        mine = {"run": run.id, "actor": run.ledger.actor, "pid": os.getpid(), "since": now}
        with suppress(OSError):  # on a full disk nobody can read who holds it; it is held all the same
            os.pwrite(descriptor, json.dumps(mine).ljust(_LARGEST).encode(), 0)
        yield before
    finally:
        os.close(descriptor)


def _wait(descriptor: int, path: Path, patience: Patience) -> None:
    until, told = time.monotonic() + _GRACE, False
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _lock_content(os.pread(descriptor, _LARGEST, 0))
            if not patience.wait and time.monotonic() > until:
                raise _busy(holder) from None
            if patience.wait and not told:
                told = True
                patience.tell(_("waiting for {who}").format(who=_named(holder)))
            time.sleep(_PAUSE)


def _busy(holder: dict[str, str]) -> Locked:
    message = _("{who} is changing this now").format(who=_named(holder))
    return Locked(message, hint=_("repeat it, or wait for it with --wait"), reason="running")


def _named(holder: dict[str, str]) -> str:
    words = _("{actor} (process {pid}, since {since})")
    return words.format(**{"actor": "?", "pid": "?", "since": "?"} | holder)


def _lock_content(content: bytes) -> dict[str, str]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return {key: str(value) for key, value in found.items()} if isinstance(found, dict) else {}
