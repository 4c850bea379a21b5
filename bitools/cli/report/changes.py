"""`bitools report changes`: everything since the last mail."""

from __future__ import annotations

import typer

from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.report import publish
from bitools.cli.report.options import CODES, Files, HtmlFile, MailFlag, PdfFile, TextFile
from bitools.i18n import _


@command(
    _("Everything since the last mailed report: changes, devices that fail, accounts, backups."),
    "bitools report changes",
    "bitools report changes --mail",
    "bitools report changes --html rapor.html",
    codes=CODES,
)
def changes(
    ctx: typer.Context,
    mail: MailFlag = False,
    html: HtmlFile = None,
    text: TextFile = None,
    pdf: PdfFile = None,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Report, and mail it if that is wanted."""
    from bitools.report import changes

    context = Context.of(ctx, json=json, dry_run=dry_run)
    report = changes.changes(context.run, mail=mail, now=context.started)
    publish.digest(context, report, mail, Files(html, text, pdf))
