"""`bitools net remask`: mask what older versions left readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.net_history import RemaskItem
    from bitools.state import Document


@command(
    _("Mask secrets that older versions left readable, in all that is kept."),
    "bitools net remask --dry-run",
    "bitools net remask --yes",
    codes=(Code.REFUSED, Code.INVALID),
)
def remask(ctx: typer.Context, yes: Yes = False, dry_run: DryRun = False, json: JsonFlag = False) -> None:
    """Rewrite history, documents and outbox; name the devices whose secrets are to be changed."""
    from bitools.net.verbs import remask
    from bitools.report.mail import masked

    context = Context.of(ctx, json=json, dry_run=dry_run)
    if not dry_run:
        context.confirm(_("Write the history anew? Its commits get other ids."), yes)
    document = remask.remask(context.run)
    document.more["mails"] = masked.mask(context.state, remask.of_anyone(context.run), dry_run=dry_run)
    document.changed = document.changed or bool(document.more["mails"])
    context.finish(document, _show)


def _show(console: Console, document: Document[RemaskItem]) -> None:
    rows = [[item["device"], str(item["commits"])] for item in document.items]
    if rows:
        console.table([_("device"), _("stored states")], rows)
