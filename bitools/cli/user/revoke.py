"""`bitools user revoke`: take rights away."""

from __future__ import annotations

from bitools.cli.user.options import Accounts, Asked, Groups, changing
from bitools.i18n import _


@changing(
    _("Take accounts out of groups."),
    "bitools user revoke ayse.yilmaz --group VPN",
    "bitools user revoke ayse.yilmaz --group VPN --yes",
)
def revoke(asked: Asked, accounts: Accounts, groups: Groups) -> None:
    """Take rights away."""
    from bitools.user.verbs import revoke

    asked.finish(revoke.revoke(asked.run, accounts, groups, asked.consent))
