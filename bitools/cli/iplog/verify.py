"""`bitools iplog verify`: prove that nothing was altered."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.iplog import text
from bitools.cli.iplog.options import Since, Until
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Prove that no line was altered, no day dropped, and every time stamp holds."),
    "bitools iplog verify",
    "bitools iplog verify --from 2026-11-01 --to 2026-11-28",
    codes=(Code.PARTIAL, Code.INVALID, Code.INTEGRITY),
)
def verify(
    ctx: typer.Context,
    since: Since = "",
    until: Until = "",
    expect_head: Annotated[
        str,
        typer.Option("--expect-head", metavar="SHA256", help=_("a head that was mailed"), show_default=False),
    ] = "",
    json: JsonFlag = False,
) -> None:
    """The whole chain is walked always, the lines of the named days."""
    from bitools.iplog.verbs import verify

    context = Context.of(ctx, json=json)
    this = context.run
    begins = this.day(since) if since else None
    ends = this.day(until) if until else None
    with context.console.working(_("proving …")):
        document = verify.verify(this, begins, ends, expect_head)
    context.finish(document, text.verify, code=Code.INTEGRITY if document.failed else None)
