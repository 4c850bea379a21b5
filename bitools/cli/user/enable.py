"""`bitools user enable`: open disabled accounts."""

from __future__ import annotations

from bitools.cli.user.options import Accounts, Asked, changing
from bitools.i18n import _


@changing(
    _("Open disabled accounts again."),
    "bitools user enable ayse.yilmaz",
    "bitools user enable a b --yes",
)
def enable(asked: Asked, accounts: Accounts) -> None:
    """Open accounts."""
    from bitools.user.verbs import enable

    asked.finish(enable.enable(asked.run, accounts, asked.consent))
