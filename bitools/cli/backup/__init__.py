"""`bitools backup`: make what is due, see what is kept and why, bring it back. A file a command."""

from __future__ import annotations

from bitools.cli.backup import (
    copy,
    drill,
    list_,
    pin,
    plan,
    prune,
    restore,
    run,
    status,
    unlock,
    unpin,
    verify,
)
from bitools.cli.backup.group import app

__all__ = [
    "app",
    "copy",
    "drill",
    "list_",
    "pin",
    "plan",
    "prune",
    "restore",
    "run",
    "status",
    "unlock",
    "unpin",
    "verify",
]
