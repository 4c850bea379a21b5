"""`bitools schedule show`: what would be installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.schedule.options import As, caller
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.schedule import JobItem
    from bitools.state import Document


@command(
    _("Show the lines that would be installed."),
    "bitools schedule show",
    "bitools schedule show --as systemd",
    codes=(Code.INVALID,),
)
def show(ctx: typer.Context, kind: As = "cron", json: JsonFlag = False) -> None:
    """For cron it can be piped into `crontab -`."""
    from bitools.schedule import show

    context = Context.of(ctx, json=json)
    document: Document[JobItem] = context.document("bitools.schedule/1")
    files = show.show(context.jobs, context.inventory, document, kind, caller(context))
    text = "\n".join(f"# {name}\n{content}" if len(files) > 1 else content for name, content in files.items())

    def lines(console: Console, _document: Document[JobItem]) -> None:
        for line in text.splitlines():
            console.line(line)

    context.finish(document, lines, record=False)
