"""`bitools net platforms`: which platforms there are, and what each is proven by."""

from __future__ import annotations

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.net import text
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("List the platforms, and what each is proven by."),
    "bitools net platforms",
    "bitools net platforms --json",
    codes=(Code.INVALID,),
)
def platforms(ctx: typer.Context, json: JsonFlag = False) -> None:
    """The shipped platforms and those of the inventory's own folder, if there is an inventory."""
    from bitools.net.verbs import platforms

    context = Context.of(ctx, json=json)
    document = platforms.platforms(context.document("bitools.net.platforms/1"), context.inventory_folder)
    context.finish(document, text.platforms, record=False)
