"""`bitools report daily`: the day in one mail."""

from __future__ import annotations

import typer

from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.frame.help import remarked
from bitools.cli.report import publish
from bitools.cli.report.options import CODES, Files, HtmlFile, MailFlag, PdfFile, TextFile
from bitools.i18n import _


@command(
    _("One digest of the day: network, accounts, backups, the ledger and its head."),
    "bitools report daily",
    remarked("bitools report daily --mail", _("once a day from cron; a quiet week is one mail")),
    codes=CODES,
)
def daily(
    ctx: typer.Context,
    mail: MailFlag = False,
    html: HtmlFile = None,
    text: TextFile = None,
    pdf: PdfFile = None,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Report the day, and mail it if that is wanted."""
    from bitools.report import daily

    context = Context.of(ctx, json=json, dry_run=dry_run)
    report = daily.daily(context.run, mail=mail, now=context.started)
    publish.digest(context, report, mail, Files(html, text, pdf))
