"""`bitools user passwd`: reset a password."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.user.options import Asked, SlipTo, changing, slip_place
from bitools.cli.user.text import show_for
from bitools.i18n import _


@changing(
    _("Give an account a new first password, on a slip; it must be changed at the next logon."),
    "bitools user passwd ayse.yilmaz",
    "bitools user passwd ayse.yilmaz --slip-to ayse.html --yes",
)
def passwd(
    asked: Asked,
    account: Annotated[str, typer.Argument(help=_("the account's name (sAMAccountName)"))],
    slip_to: SlipTo = None,
) -> None:
    """Reset a password."""
    from bitools.user.verbs import passwd

    document = passwd.passwd(asked.run, account, slip_place(asked.context, slip_to), asked.consent)
    asked.finish(document, show_for(slip_to))
