"""`bitools user move`: move accounts to another OU."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.user.options import Accounts, Asked, changing
from bitools.i18n import _


@changing(
    _("Move accounts to another OU."),
    "bitools user move ayse.yilmaz --to muhendis",
    'bitools user move ayse.yilmaz --to "OU=Memur,OU=Personel,DC=belediye,DC=test"',
)
def move(
    asked: Asked,
    accounts: Accounts,
    to: Annotated[str, typer.Option("--to", help=_("an OU's DN, or a role of directory.yaml"))],
) -> None:
    """Move accounts."""
    from bitools.user.verbs import move

    asked.finish(move.move(asked.run, accounts, to, asked.consent))
