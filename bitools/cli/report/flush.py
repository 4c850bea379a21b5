"""`bitools report flush`: send what waits."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.frame.help import remarked
from bitools.cli.report import text
from bitools.cli.report.options import CODES
from bitools.i18n import _


@command(
    _("Send what waits in the outbox; --all does not wait for the time of the next try."),
    "bitools report flush",
    "bitools report flush --all",
    remarked("bitools report flush --refused", _("once the address exists")),
    codes=CODES,
)
def flush(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help=_("also mails whose next try is later"))] = False,
    refused: Annotated[
        bool, typer.Option("--refused", help=_("also mails that were refused for good"))
    ] = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Empty the outbox."""
    from bitools.report import flush

    context = Context.of(ctx, json=json, dry_run=dry_run)
    document = flush.flush(context.run, now=context.started, everything=everything, refused=refused)
    context.finish(document, text.outbox, record=document.changed, quiet=True)
