"""`bitools user expire`: set or remove an expiry date."""

from __future__ import annotations

from datetime import datetime
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
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_("the last day they work"))
    ] = None,
    never: Annotated[bool, typer.Option("--never", help=_("they do not expire"))] = False,
) -> None:
    """Set or remove an expiry date."""
    from bitools.user.verbs import expire as verb

    if (on is None) == (not never):
        raise Usage(_("either --on or --never"))
    last_day = on.date() if on else None
    asked.finish(verb.expire(asked.run, accounts, last_day, asked.consent))
