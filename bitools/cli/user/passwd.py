"""`bitools user passwd`: reset a password."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.user.options import Asked, SlipTo, changing, named, slip_place
from bitools.cli.user.text import show_for
from bitools.i18n import _


@changing(
    _("Give an account a new first password, on a slip; it must be changed at the next logon."),
    "bitools user passwd ayse.yilmaz",
    "bitools user passwd ayse.yilmaz --slip-to ayse.html --yes",
    "bitools user passwd ./yeni-personel.txt --slip-to fisler.html",
)
def passwd(
    asked: Asked,
    accounts: Annotated[
        list[str],
        typer.Argument(
            metavar="ACCOUNT", help=_("account names, or a file that lists them (./FILE or .csv)")
        ),
    ],
    slip_to: SlipTo = None,
    fix: Annotated[
        bool, typer.Option("--fix", help=_("if its password never expires: let it expire from now on"))
    ] = False,
) -> None:
    """Reset passwords."""
    from bitools.user.verbs import passwd

    names = named(accounts)
    place = slip_place(asked.context, slip_to)
    document = passwd.passwd(asked.run, names, place, asked.consent, fix=fix)
    asked.finish(document, show_for(slip_to))
