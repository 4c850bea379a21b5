"""`bitools net verify`: is the history whole?"""

from __future__ import annotations

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.net import text
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Read the whole history, and look for every change that the ledger knows; 15 if something is wrong."),
    "bitools net verify",
    "bitools net verify --json",
    codes=(Code.INVALID, Code.INTEGRITY),
)
def verify(
    ctx: typer.Context,
    json: JsonFlag = False,
) -> None:
    """Read everything; nothing is changed."""
    from bitools.net.verbs import verify

    context = Context.of(ctx, json=json)
    document = verify.verify(context.run)
    context.finish(document, text.verified, record=False)
