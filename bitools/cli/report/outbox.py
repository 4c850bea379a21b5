"""`bitools report outbox`: mails on their way."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.frame.command import command
from bitools.cli.frame.help import remarked
from bitools.cli.report import text
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("What waits in the outbox, and what was refused for good."),
    "bitools report outbox",
    remarked("bitools report outbox --clear", _("what was refused has been looked at")),
    codes=(Code.REFUSED, Code.INVALID, Code.LOCKED, Code.INTEGRITY),
)
def outbox(
    ctx: typer.Context,
    clear: Annotated[bool, typer.Option("--clear", help=_("forget what was refused for good"))] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """List the outbox."""
    from bitools.report import outbox

    context = Context.of(ctx, json=json, dry_run=dry_run)
    if not clear:
        context.finish(outbox.outbox(context.run), text.outbox, record=False)
    context.confirm(_("Forget every mail that was refused for good?"), yes)
    context.finish(outbox.clear(context.run), text.outbox, record=False, quiet=True)
