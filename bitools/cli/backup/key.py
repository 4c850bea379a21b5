"""`bitools backup key rotate`: a new password for a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.backup_admin import KeyItem
    from bitools.state import Document


@command(
    _("Give a repository a new password; the old one opens it no more."),
    "bitools backup key rotate ana --dry-run",
    "bitools backup key rotate ana",
    codes=(Code.REFUSED, Code.INVALID, Code.LOCKED, Code.CREDENTIALS, Code.UNREACHABLE, Code.REJECTED),
)
def key(
    ctx: typer.Context,
    action: Annotated[Literal["rotate"], typer.Argument(help=_("what to do"), show_default=False)],
    name: Annotated[str, typer.Argument(metavar="REPOSITORY", help=_("the repository"), show_default=False)],
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Killed anywhere, the password file opens the repository."""
    from bitools.backup.verbs import key

    context = Context.of(ctx, json=json, dry_run=dry_run)
    this = context.run
    context.confirm(
        _("give {name} a new password? copies of the old one become worthless").format(name=name), yes
    )
    context.finish(key.key(this, action, name), _show_key)


def _show_key(console: Console, document: Document[KeyItem]) -> None:
    for item in document.items:
        text = _("{name}: would get a new password, in {file}")
        if item["status"] == "rotated":
            text = _("{name}: has a new password, in {file}")
        console.sentence(text.format(name=item["repository"], file=item["file"]))
