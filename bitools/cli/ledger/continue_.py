"""`bitools ledger continue`: acknowledge a break."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli import evidence
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.frame.help import remarked
from bitools.cli.ledger import text
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Acknowledge that ledger or history do not fit what was remembered, and go on from there; for root."),
    "bitools ledger continue --dry-run",
    remarked('bitools ledger continue --reason "restored from the backup of 22 November"', _("as root")),
    codes=(Code.REFUSED, Code.INVALID, Code.INTEGRITY),
)
def continue_(
    ctx: typer.Context,
    reason: Annotated[str, typer.Option(help=_("why they do not fit"), show_default=False)] = "",
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Take what is there as it is; the acknowledgement is an entry itself."""
    from bitools.ledger import continue_

    context = Context.of(ctx, json=json, dry_run=dry_run)
    found, broken = evidence.observed(context)
    document = continue_.continue_(
        context.ledger, context.state, context.document("bitools.ledger.continue/1"), reason, found, broken
    )
    context.finish(document, text.continued, quiet=not dry_run)
