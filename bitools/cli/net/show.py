"""`bitools net show`: one stored configuration."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.net import text
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Show a stored configuration; secrets are hashes."),
    "bitools net show sw-merkez-01",
    "bitools net show sw-merkez-01 --at 2026-11-01",
    codes=(Code.INVALID,),
)
def show(
    ctx: typer.Context,
    device: Annotated[str, typer.Argument(help=_("the device"))],
    at: Annotated[str, typer.Option("--at", "--rev", metavar="REV|DATE", help=_("as it was then"))] = "",
    json: JsonFlag = False,
) -> None:
    """Read one configuration from the history."""
    from bitools.net.verbs import show

    context = Context.of(ctx, json=json)
    document = show.show(context.run, context.inventory.select_devices([device])[0], at)
    context.finish(document, text.texts, record=False)
