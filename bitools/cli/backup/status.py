"""`bitools backup status`: how it stands, and what is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.backup.options import Names
from bitools.cli.backup.text import short_id, shown_size, shown_time, words
from bitools.cli.console import Console
from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.backup import StatusItem
    from bitools.state import Document


@command(
    _("Say when each data set was last backed up, and what is overdue."),
    "bitools backup status",
    "bitools backup status --exit-code",
    codes=(Code.PARTIAL, Code.DIFFERENT, Code.INVALID, Code.CREDENTIALS, Code.UNREACHABLE),
)
def status(
    ctx: typer.Context,
    names: Names = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help=_("4 if anything is overdue"))] = False,
    json: JsonFlag = False,
) -> None:
    """The repositories are asked; nothing is changed."""
    from bitools.backup.verbs import status

    context = Context.of(ctx, json=json)
    this = context.run
    document = status.status(this, this.inventory.select_datasets(names or []))
    alarm = exit_code and status.overdue(document)
    # Asked for its code it is a watch, and the reports tell what it found.
    context.finish(document, _show_status, record=exit_code, code=Code.DIFFERENT if alarm else None)


def _show_status(console: Console, document: Document[StatusItem]) -> None:
    named = words()
    rows, styles = [], []
    for item in document.items:
        state = _("overdue") if item["overdue"] else _("due") if item["due"] else _("covered")
        last = shown_time(item["time"]) if item["time"] else _("never")
        rows.append((item["dataset"], named[item["tier"]], last, short_id(item["snapshot"]), state))
        styles.append("red" if item["overdue"] else "")
    console.table([_("data set"), _("tier"), _("last complete"), _("snapshot"), _("status")], rows, styles)
    for item in document.more["repositories"]:
        if item["bytes"]:
            text = _("{name}: {size}").format(name=item["repository"], size=shown_size(item["bytes"]))
            if item["growth"] is not None:
                growth = shown_size(abs(item["growth"]))
                sign = "-" if item["growth"] < 0 else "+"
                text += ", " + _("{growth} a day").format(growth=f"{sign}{growth}")
            if item["days_left"] is not None:
                text += ", " + _("room for {days} days").format(days=item["days_left"])
            console.line(text)
    for name, count in document.more.get("strangers", {}).items():
        text = _("{name}: {count} runs of a data set that the inventory does not describe any more")
        console.line(text.format(name=name, count=count), "dim")
