"""`bitools user expire`: set or remove an expiry date."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.user.options import Accounts, Asked, changing
from bitools.errors import Usage
from bitools.i18n import _


@changing(
    _("Say until which day accounts work: to its last minute, in the municipality's time zone."),
    "bitools user expire ayse.yilmaz --on 2027-06-30",
    "bitools user expire ayse.yilmaz --never",
)
def expire(
    asked: Asked,
    accounts: Accounts,
    on: Annotated[
        str, typer.Option(metavar="DATE", help=_("the last day they work"), show_default=False)
    ] = "",
    never: Annotated[bool, typer.Option("--never", help=_("they do not expire"))] = False,
) -> None:
    """Set or remove an expiry date."""
    from bitools.user.verbs import expire

    if bool(on) == never:
        raise Usage(_("either --on or --never"))
    last_day = asked.run.day(on) if on else None
    asked.finish(expire.expire(asked.run, accounts, last_day, asked.consent))
