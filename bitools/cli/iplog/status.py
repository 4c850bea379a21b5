"""`bitools iplog status`: how the log stands."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.iplog import text
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Say of every source when it was last heard and what was not understood; what is sealed and stamped."),
    "bitools iplog status",
    "bitools iplog status --exit-code",
    codes=(Code.DIFFERENT, Code.INVALID),
)
def status(
    ctx: typer.Context,
    exit_code: Annotated[bool, typer.Option("--exit-code", help=_("4 if anything needs a person"))] = False,
    json: JsonFlag = False,
) -> None:
    """Nothing is changed."""
    from bitools.iplog.verbs import status

    context = Context.of(ctx, json=json)
    document = status.status(context.run)
    alarm = exit_code and (document.more["problems"] or any(item["problems"] for item in document.items))
    context.finish(document, text.status, record=exit_code, code=Code.DIFFERENT if alarm else None)
