"""`bitools report year`: what was done in a year, article by article."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.report import publish
from bitools.cli.report.options import CODES, Files, HtmlFile, MailFlag, PdfFile, TextFile
from bitools.i18n import _


@command(
    _("The activity report of a year, article by article; until the end of February of the year before."),
    "bitools report year",
    "bitools report year 2026 --html 2026.html --pdf 2026.pdf",
    codes=CODES,
)
def year(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="YYYY", help=_("which year"))] = "",
    mail: MailFlag = False,
    html: HtmlFile = None,
    text: TextFile = None,
    pdf: PdfFile = None,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Report a year."""
    from bitools.report import year

    context = Context.of(ctx, json=json, dry_run=dry_run)
    with context.console.working(_("counting")):
        report = year.year(context.run, name, mail=mail, now=context.started)
    publish.period(context, report, mail, Files(html, text, pdf))
