"""`bitools ledger verify`: is it whole?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.frame.help import remarked
from bitools.cli.ledger import text
from bitools.errors import BitoolsError, Code, Usage
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.ledger import EntryItem
    from bitools.state import Document


@command(
    _("Prove that no entry was changed, removed or moved since it was written."),
    "bitools ledger verify",
    remarked("bitools ledger verify --head 4f1c…", _("the head at the end of a mailed report")),
    "bitools ledger verify --file denetim.jsonl",
    codes=(Code.INVALID, Code.INTEGRITY),
)
def verify(
    ctx: typer.Context,
    head: Annotated[
        str, typer.Option(metavar="HASH", help=_("a head from a mail: shows a cut-off end, too"))
    ] = "",
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help=_("an exported file instead"))
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Walk the chain."""
    from bitools.ledger import verify

    context = Context.of(ctx, json=json)
    if head and (len(head) != 64 or not set(head) <= set("0123456789abcdef")):
        hint = _("copy it from the end of a mailed report")
        raise Usage(_("a head is 64 digits and letters a-f"), hint=hint)
    context.show_times_of_inventory()
    document: Document[EntryItem] = context.document("bitools.ledger.verify/1")
    verify.verify(context.ledger, document, head, file, context.state, _authority(context))
    broken = Code.INTEGRITY if document.failed else None
    context.finish(document, text.chain, record=False, proves=file is None, code=broken)


def _authority(context: Context) -> Path | None:
    """Whom time stamps are trusted by; an inventory that cannot be read was told already."""
    try:
        authority = context.inventory.settings.timestamp
    except BitoolsError:
        return None
    return authority.ca if authority else None
