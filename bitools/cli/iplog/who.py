"""`bitools iplog who`: who had this address at that time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.iplog import text
from bitools.cli.iplog.options import FileNumber, Reason, Since, Until
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Say who had an address at a time, how sure that is, and by which lines."),
    "bitools iplog who 10.1.2.3 --at '2026-11-28 14:30:05' --reason Savcılık --file-number 2026/1234",
    "bitools iplog who 203.0.113.4 --port 50123 --at 2026-11-28T14:30:05+03:00 --reason … --file-number …",
    "bitools iplog who 00:1a:2b:3c:4d:5e --from 2026-11-01 --to 2026-11-28 --reason … --file-number …",
    codes=(Code.REFUSED, Code.INVALID, Code.REJECTED, Code.INTEGRITY),
)
def who(
    ctx: typer.Context,
    subject: Annotated[
        str, typer.Argument(metavar="IP|MAC|HOST", help=_("an address, a hardware address or a host name"))
    ],
    at: Annotated[str, typer.Option(metavar="TIME", help=_("of an address: when"), show_default=False)] = "",
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help=_("the port it had outside: who was behind it"), show_default=False
        ),
    ] = None,
    since: Since = "",
    until: Until = "",
    reason: Reason = "",
    file_number: FileNumber = "",
    file: Annotated[
        Path | None,
        typer.Option(
            "--bundle",
            metavar="FILE.zip",
            help=_("write lines, proofs and a page to sign"),
            show_default=False,
        ),
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Every question is recorded, every refusal too; the answer is stored nowhere."""
    from bitools.cli.iplog.asking import instant
    from bitools.iplog.verbs import who

    context = Context.of(ctx, json=json)
    this = context.run
    question = who.Question(
        subject,
        reason,
        file_number,
        instant(this, at) if at else None,
        port,
        this.moment(since) if since else None,
        this.moment(until, end=True) if until else None,
    )
    document = who.who(this, question)
    if file is not None:
        from bitools.iplog.verbs import bundle
        from bitools.report import pdf

        bundle.bundle(this, document, file, pdf.printed)
    context.finish(document, text.who, record=False)
