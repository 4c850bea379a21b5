"""`bitools net recover`: what can be had back"""

from __future__ import annotations

import typer

from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.frame.command import command
from bitools.cli.net import text
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Make the history anew of all that can still be read; the old one is put aside."),
    "bitools net recover --dry-run",
    "bitools net recover --yes",
    codes=(Code.REFUSED, Code.INVALID, Code.LOCKED, Code.INTEGRITY),
)
def recover(
    ctx: typer.Context,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Ask, then let the old and the new one change places."""
    from bitools.net.verbs import recover

    context = Context.of(ctx, json=json, dry_run=dry_run)
    context.confirm(_("Put the history aside, and make it anew of what can be read?"), yes)
    document = recover.recover(context.run)
    context.finish(document, text.recovered, quiet=not dry_run, proves=False)
