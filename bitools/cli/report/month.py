"""`bitools report month`: what was done in a month, article by article."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.frame.help import remarked
from bitools.cli.report import publish
from bitools.cli.report.options import CODES, Files, HtmlFile, MailFlag, PdfFile, TextFile
from bitools.i18n import _


@command(
    _("The activity report of a month, article by article; until the 5th of the month before."),
    "bitools report month",
    remarked("bitools report month 2026-11 --html kasim.html", _("its figures as JSON and CSV beside it")),
    codes=CODES,
)
def month(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="YYYY-MM", help=_("which month"))] = "",
    mail: MailFlag = False,
    html: HtmlFile = None,
    text: TextFile = None,
    pdf: PdfFile = None,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Report a month."""
    from bitools.report import month

    context = Context.of(ctx, json=json, dry_run=dry_run)
    with context.console.working(_("counting")):
        report = month.month(context.run, name, mail=mail, now=context.started)
    publish.period(context, report, mail, Files(html, text, pdf))
