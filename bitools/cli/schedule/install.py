"""`bitools schedule install`: into the crontab, or as timers of systemd."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.schedule.options import As, caller
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.schedule import JobItem
    from bitools.state import Document


@command(
    _("Install them: into your crontab, or as timers of systemd."),
    "bitools schedule install",
    "bitools schedule install --as systemd --to /etc/systemd/system",
    codes=(Code.INVALID, Code.REJECTED),
)
def install(
    ctx: typer.Context,
    kind: As = "cron",
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help=_("where systemd's units go"), show_default=False),
    ] = None,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """What was installed before is replaced; other lines of the crontab stay."""
    from bitools.schedule import install

    if to and kind == "cron":
        raise typer.BadParameter(_("--to is for systemd; a crontab is where cron has it"))
    context = Context.of(ctx, json=json, dry_run=dry_run)
    document: Document[JobItem] = context.document("bitools.schedule/1")
    install.install(context.jobs, context.inventory, document, kind, caller(context), to)
    context.finish(document, _show_jobs, record=False, quiet=not dry_run)


def _show_jobs(console: Console, document: Document[JobItem]) -> None:
    rows = [(item["name"], item["cron"], item["command"]) for item in document.items]
    console.table([_("job"), _("when"), _("command")], rows)
