"""`bitools user revoke`: take rights away."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.user.options import Asked, changing
from bitools.errors import Usage
from bitools.i18n import _


@changing(
    _("Take accounts out of groups."),
    "bitools user revoke ayse.yilmaz --group VPN",
    "bitools user revoke ayse.yilmaz --group VPN --yes",
    "bitools user revoke --due --yes",
)
def revoke(
    asked: Asked,
    accounts: Annotated[
        list[str] | None, typer.Argument(metavar="ACCOUNT", help=_("account names (sAMAccountName)"))
    ] = None,
    groups: Annotated[
        list[str] | None,
        typer.Option("--group", "-g", help=_("a group, by any of its names; may be repeated")),
    ] = None,
    due: Annotated[
        bool, typer.Option("--due", help=_("what was granted until a day that is past; for the timer"))
    ] = False,
) -> None:
    """Take rights away."""
    from bitools.user.verbs import revoke

    if due == bool(accounts or groups) or bool(accounts) != bool(groups):
        raise Usage(_("either accounts and --group, or --due"))
    if due:
        asked.finish(revoke.due(asked.run, asked.consent))
    asked.finish(revoke.revoke(asked.run, accounts or (), groups or (), asked.consent))
