"""`bitools backup replace`: a new repository where the old one is lost, filled from its copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _, number

if TYPE_CHECKING:
    from bitools.documents.backup_admin import ReplaceItem
    from bitools.state import Document


@command(
    _("Make a repository anew whose disk is lost, and fill it from its copy."),
    "bitools backup replace ana --dry-run",
    "bitools backup replace ana",
    codes=(
        Code.REFUSED,
        Code.INVALID,
        Code.LOCKED,
        Code.CREDENTIALS,
        Code.UNREACHABLE,
        Code.REJECTED,
    ),
)
def replace(
    ctx: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="REPOSITORY", help=_("the one that is lost"), show_default=False)
    ],
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Refused while there is a repository at its place."""
    from bitools.backup.verbs import replace

    context = Context.of(ctx, json=json, dry_run=dry_run)
    this = context.run
    question = _("the repository {name} is lost, and its new disk is mounted: make it anew?")
    context.confirm(question.format(name=name), yes)
    with context.console.working(_("copying …")):
        document = replace.replace(this, name)
    context.finish(document, _show_replaced)


def _show_replaced(console: Console, document: Document[ReplaceItem]) -> None:
    for item in document.items:
        if item["status"] == "due":
            text = _("{name} would be made anew, from {source}")
        elif item["source"]:
            text = _("{name} is made anew: {count} snapshots are back from {source}")
        else:
            text = _("{name} is made anew, and empty: it has no copy")
        source = item["source"] or _("nothing")
        console.sentence(text.format(name=item["repository"], source=source, count=number(item["snapshots"])))
