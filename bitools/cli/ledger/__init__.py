"""`bitools ledger`: what was changed in the world, by whom, and the proof that nobody rewrote it."""

from __future__ import annotations

from bitools.cli.frame.command import group
from bitools.errors import Code
from bitools.i18n import _

GROUP = group(
    _("What was changed in the world, by whom, and proof that nobody rewrote it."),
    "bitools ledger show --since 2026-11-01",
    "bitools ledger verify",
    commands=("show", "verify", "stamp", "export", "enter", "continue_"),
    codes=(Code.INVALID, Code.INTEGRITY),
    audited=("show", "verify", "export"),
    completed={"action": "act"},
)
