"""`bitools ledger show`: what was done."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.ledger import text
from bitools.cli.ledger.options import Since, Until, span
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("List what was done, oldest first; all filters must fit, and a part of the word is enough."),
    "bitools ledger show --since 2026-11-01 --actor ayse",
    "bitools ledger show --action user. --target ali.veli --json",
    codes=(Code.INVALID, Code.INTEGRITY),
)
def show(
    ctx: typer.Context,
    since: Since = "",
    until: Until = "",
    actor: Annotated[str, typer.Option(help=_("who did it"))] = "",
    action: Annotated[str, typer.Option(help=_("what was done, for example user.disable"))] = "",
    target: Annotated[str, typer.Option(help=_("to what"))] = "",
    run: Annotated[str, typer.Option(help=_("in which run"))] = "",
    duty: Annotated[str, typer.Option(metavar="ARTICLE", help=_("for which article, for example 6.19"))] = "",
    json: JsonFlag = False,
) -> None:
    """List entries."""
    from bitools.ledger import show
    from bitools.ledger.filter import Filter

    context = Context.of(ctx, json=json)
    wanted = Filter(span(context, since, until), actor, action, target, run, duty)
    document = show.show(context.ledger, context.document("bitools.ledger.show/1"), wanted)
    context.finish(document, text.entries, record=False)
