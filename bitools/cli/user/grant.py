"""`bitools user grant`: give rights through groups."""

from __future__ import annotations

from bitools.cli.user.options import Accounts, Asked, Groups, changing
from bitools.i18n import _


@changing(
    _("Put accounts into groups."),
    "bitools user grant ayse.yilmaz --group VPN",
    "bitools user grant ayse.yilmaz ali.kaya --group VPN --group Yazicilar --yes",
)
def grant(asked: Asked, accounts: Accounts, groups: Groups) -> None:
    """Give rights through groups."""
    from bitools.user.verbs import grant

    asked.finish(grant.grant(asked.run, accounts, groups, asked.consent))
