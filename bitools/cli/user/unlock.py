"""`bitools user unlock`: let people in again."""

from __future__ import annotations

from bitools.cli.user.options import Accounts, Asked, changing
from bitools.i18n import _


@changing(
    _("Let those in again who typed a wrong password too often."),
    "bitools user unlock ayse.yilmaz",
    "bitools user unlock ayse.yilmaz ali.kaya --yes",
)
def unlock(asked: Asked, accounts: Accounts) -> None:
    """Unlock accounts."""
    from bitools.user.verbs import unlock

    asked.finish(unlock.unlock(asked.run, accounts, asked.consent))
