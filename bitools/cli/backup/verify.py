"""`bitools backup verify`: read back what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.backup.options import Names
from bitools.cli.console import Console
from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.backup import DamagedItem, IntactItem
    from bitools.state import Document


@command(
    _("Read back what is stored, a part a day, until all has been read."),
    "bitools backup verify",
    "bitools backup verify --days 7",
    codes=(Code.PARTIAL, Code.INVALID, Code.LOCKED, Code.CREDENTIALS, Code.UNREACHABLE, Code.INTEGRITY),
)
def verify(
    ctx: typer.Context,
    names: Names = None,
    days: Annotated[
        int,
        typer.Option(min=1, max=365, help=_("everything is read within so many daily runs; 1 reads all now")),
    ] = 30,
    json: JsonFlag = False,
) -> None:
    """Of the repositories that hold these data sets."""
    from bitools.backup.verbs import verify

    context = Context.of(ctx, json=json)
    this = context.run
    with context.console.working(_("reading …")):
        document = verify.verify(this, this.inventory.select_datasets(names or []), days)
    context.finish(document, _show_verify, quiet=True)


def _show_verify(console: Console, document: Document[IntactItem | DamagedItem]) -> None:
    for item in document.items:
        if item["status"] == "damaged":
            continue  # the failure says it
        text = _("{name}: intact; {count} of {of} parts were read, {unread} were never read")
        console.sentence(
            text.format(
                name=item["repository"], count=len(item["parts"]), of=item["of"], unread=item["unread"]
            )
        )
