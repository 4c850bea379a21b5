"""`bitools user offboard`: close the accounts of people who leave."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.related import device_accounts, names_in
from bitools.cli.user.options import Accounts, Asked, changing
from bitools.i18n import _


@changing(
    _("Off-board leavers: disabled, out of their groups, and cleared when nothing is in their custody."),
    "bitools user offboard ayse.yilmaz",
    "bitools user offboard ayse.yilmaz --tick ebys --tick mis --yes",
    'bitools user offboard ali.kaya --despite-custody --reason "dizüstü çalındı, tutanak 2026/114"',
)
def offboard(
    asked: Asked,
    accounts: Accounts,
    tick: Annotated[
        list[str] | None, typer.Option(help=_("a line of the check-list that is done; may be repeated"))
    ] = None,
    despite_custody: Annotated[
        bool,
        typer.Option("--despite-custody", help=_("clear although things are registered; needs --reason")),
    ] = False,
) -> None:
    """Close the accounts of people who leave."""
    from bitools.user.verbs import offboard

    clearance = offboard.Clearance(tuple(tick or ()), despite_custody)
    document = offboard.offboard(asked.run, accounts, clearance, asked.consent)
    device_accounts(asked.context, document, names_in(document))
    asked.finish(document)
