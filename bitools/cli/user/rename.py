"""`bitools user rename`: another name for a person."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.user.options import Asked, changing
from bitools.errors import Usage
from bitools.i18n import _


@changing(
    _("Give a person another name: login and address follow; mail to the old address goes on arriving."),
    "bitools user rename ayse.yilmaz --surname Kaya",
    "bitools user rename ayse.yilmaz --surname 'Yılmaz Kaya' --keep-login",
)
def rename(
    asked: Asked,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help=_("the account's name (sAMAccountName)"))],
    given: Annotated[str, typer.Option("--given", help=_("given names"))] = "",
    surname: Annotated[str, typer.Option("--surname", help=_("surname"))] = "",
    keep_login: Annotated[
        bool, typer.Option("--keep-login", help=_("login, principal and address stay as they are"))
    ] = False,
) -> None:
    """Rename a person."""
    from bitools.user.verbs import rename

    if not (given or surname):
        raise Usage(_("--given or --surname is needed"))
    document = rename.rename(asked.run, account, given, surname, asked.consent, keep_login=keep_login)
    asked.finish(document)
