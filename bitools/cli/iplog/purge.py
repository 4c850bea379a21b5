"""`bitools iplog purge`: lines of days whose time is over."""

from __future__ import annotations

import typer

from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.frame.command import command
from bitools.cli.iplog import backups, text
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Remove the lines of days that are past the retention and frozen for nobody."),
    "bitools iplog purge --dry-run",
    "bitools iplog purge --yes",
    codes=(Code.REFUSED, Code.INVALID, Code.REJECTED, Code.INTEGRITY),
)
def purge(ctx: typer.Context, yes: Yes = False, dry_run: DryRun = False, json: JsonFlag = False) -> None:
    """Manifests and time stamps stay, so that what is left can still be proven."""
    from bitools.iplog.verbs import purge

    context = Context.of(ctx, json=json, dry_run=dry_run)
    context.confirm(_("Remove the lines of days that are past the retention?"), yes)
    document = purge.purge(context.run)
    backups.still_there(context.run, document)
    context.finish(document, text.purge, quiet=True)
