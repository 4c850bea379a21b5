"""`bitools ledger stamp`: a third party's time for what is recorded."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.ledger import text
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Have the time authority stamp the ledger's last entry, once a day."),
    "bitools ledger stamp",
    "bitools ledger stamp --again",
    codes=(Code.INVALID, Code.LOCKED, Code.CREDENTIALS, Code.UNREACHABLE, Code.REJECTED, Code.INTEGRITY),
)
def stamp(
    ctx: typer.Context,
    again: Annotated[bool, typer.Option("--again", help=_("even if it was done today"))] = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """By the authority that settings.yaml names; while it is down, the next run asks again."""
    from bitools.ledger import stamp

    context = Context.of(ctx, json=json, dry_run=dry_run)
    settings = context.inventory.settings
    document = stamp.stamp(
        context.ledger, context.state, context.document("bitools.ledger.stamp/1"), settings.timestamp,
        settings.zone, again=again,
    )  # fmt: skip
    context.finish(document, text.stamped, quiet=True)
