"""`bitools user restore`: undo an off-boarding."""

from __future__ import annotations

from bitools.cli.user.options import Accounts, Asked, changing
from bitools.i18n import _


@changing(
    _("Undo an off-boarding: place, groups and flags as they were recorded; says what is gone."),
    "bitools user restore ayse.yilmaz",
    "bitools user restore ayse.yilmaz --dry-run",
)
def restore(asked: Asked, accounts: Accounts) -> None:
    """Take people back."""
    from bitools.user.verbs import restore

    asked.finish(restore.restore(asked.run, accounts, asked.consent))
