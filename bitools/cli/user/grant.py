"""`bitools user grant`: give rights through groups."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.user.options import Accounts, Asked, Groups, changing
from bitools.i18n import _


@changing(
    _("Put accounts into groups, for good or until the end of a day."),
    "bitools user grant ayse.yilmaz --group VPN",
    "bitools user grant ayse.yilmaz ali.kaya --group VPN --group Yazicilar --yes",
    "bitools user grant ayse.yilmaz --group VPN --until 2027-06-30",
)
def grant(
    asked: Asked,
    accounts: Accounts,
    groups: Groups,
    until: Annotated[
        str, typer.Option(metavar="DATE", help=_("the last day; then it is taken back"), show_default=False)
    ] = "",
) -> None:
    """Give rights through groups."""
    from bitools.user.verbs import grant

    last_day = asked.run.day(until) if until else None
    asked.finish(grant.grant(asked.run, accounts, groups, asked.consent, until=last_day))
