"""`bitools iplog ingest`: take what is new."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.iplog import text
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Take the new lines of every source, through rotation and truncation."),
    "bitools iplog ingest",
    "bitools iplog ingest merkez-dhcp --json",
    codes=(Code.PARTIAL, Code.INVALID, Code.LOCKED, Code.REJECTED, Code.INTEGRITY),
)
def ingest(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="SOURCE", help=_("sources; all if none is named"), show_default=False),
    ] = None,
    reindex: Annotated[bool, typer.Option("--reindex", help=_("make the index anew from all lines"))] = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Safe to run at any time; what was taken is not taken twice."""
    from bitools.iplog.verbs import ingest

    context = Context.of(ctx, json=json, dry_run=dry_run)
    with context.console.working(_("taking lines …")):
        document = ingest.ingest(context.run, names or [], reindex=reindex)
    told = document.changed or document.failed or any(item["gaps"] for item in document.items)
    context.finish(document, text.ingest, quiet=True, record=bool(told), proves=True)
