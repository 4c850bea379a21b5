"""`bitools user disable`: close accounts."""

from __future__ import annotations

from bitools.cli.related import device_accounts, names_in
from bitools.cli.user.options import Accounts, Asked, changing
from bitools.i18n import _


@changing(
    _("Disable accounts, at once and without a question. Nothing is deleted."),
    "bitools user disable ayse.yilmaz",
    'bitools user disable eski.admin --privileged --reason "30 Haziranda ayrıldı"',
    ask=False,
)
def disable(asked: Asked, accounts: Accounts) -> None:
    """Close accounts."""
    from bitools.user.verbs import disable

    document = disable.disable(asked.run, accounts, asked.consent)
    device_accounts(asked.context, document, names_in(document))
    asked.context.console.note(_("open sessions live on: a Kerberos ticket is good for up to 10 hours"))
    asked.finish(document)
