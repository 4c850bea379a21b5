"""`bitools report test`: a test mail."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.report import text
from bitools.cli.report.options import CODES
from bitools.i18n import _


@command(
    _("Send a test mail to everyone who gets the report of changes."),
    "bitools report test",
    "bitools report test --to ali@belediye.test",
    codes=CODES,
)
def test(
    ctx: typer.Context,
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help=_("only to this address"))] = "",
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Try the way to the mail server."""
    from bitools.report import test

    context = Context.of(ctx, json=json, dry_run=dry_run)
    document = test.test(context.run, to, now=context.started)
    context.finish(document, text.outbox, record=False, quiet=True)
