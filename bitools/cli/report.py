"""`bitools report`: say what happened, by mail, on the screen or as a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli import report_outbox
from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.help import describe, exit_codes, remarked
from bitools.errors import Code, Locked
from bitools.i18n import _, ng

if TYPE_CHECKING:
    from collections.abc import Callable

    from bitools.report.digest.publish import Report
    from bitools.report.mail.letter import Letter
    from bitools.state import Document

CODES = (
    Code.PARTIAL,
    Code.INVALID,
    Code.LOCKED,
    Code.CREDENTIALS,
    Code.UNREACHABLE,
    Code.REJECTED,
    Code.INTEGRITY,
)
_STYLES = (("+ ", "green"), ("- ", "red"), ("!! ", "red"), ("✗ ", "red"), ("== ", "bold"))

MailFlag = Annotated[bool, typer.Option("--mail", help=_("mail it; what was mailed is not reported again"))]
HtmlFile = Annotated[Path | None, typer.Option("--html", metavar="FILE", help=_("write the HTML here"))]
TextFile = Annotated[Path | None, typer.Option("--text", metavar="FILE", help=_("write the text here"))]
PdfFile = Annotated[
    Path | None,
    typer.Option("--pdf", metavar="FILE", help=_("print it here; needs Chromium or WeasyPrint")),
]

app = typer.Typer(
    no_args_is_help=True,
    help=describe(
        _("Say what happened, by mail, on the screen or as a file."),
        "bitools report changes --mail",
        "bitools report year 2026 --html rapor.html --pdf rapor.pdf",
    ),
    epilog=exit_codes(*CODES),
)


@app.command(
    help=describe(
        _("Everything since the last mailed report: changes, devices that fail, accounts, backups."),
        "bitools report changes",
        "bitools report changes --mail",
        "bitools report changes --html rapor.html",
    ),
    epilog=exit_codes(*CODES),
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
    from bitools.report.digest import publish

    context = Context.of(ctx, json=json, dry_run=dry_run)
    _publish(context, publish.changes, "changes", mail, (html, text, pdf))


@app.command(
    help=describe(
        _("One digest of the day: network, accounts, backups, the ledger and its head."),
        "bitools report daily",
        remarked("bitools report daily --mail", _("once a day from cron; a quiet week is one mail")),
    ),
    epilog=exit_codes(*CODES),
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
    from bitools.report.digest import publish

    context = Context.of(ctx, json=json, dry_run=dry_run)
    _publish(context, publish.daily, "daily", mail, (html, text, pdf))


@app.command(
    help=describe(
        _("The activity report of a month, article by article; until the 5th of the month before."),
        "bitools report month",
        remarked(
            "bitools report month 2026-11 --html kasim.html", _("its figures as JSON and CSV beside it")
        ),
    ),
    epilog=exit_codes(*CODES),
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
    context = Context.of(ctx, json=json, dry_run=dry_run)
    _report_period(context, "month", name, mail, (html, text, pdf))


@app.command(
    help=describe(
        _("The activity report of a year, article by article; until the end of February of the year before."),
        "bitools report year",
        "bitools report year 2026 --html 2026.html --pdf 2026.pdf",
    ),
    epilog=exit_codes(*CODES),
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
    context = Context.of(ctx, json=json, dry_run=dry_run)
    _report_period(context, "year", name, mail, (html, text, pdf))


@app.command(
    help=describe(
        _("Pages for any web server: each device with its history, backups, accounts, the ledger."),
        "bitools report site /var/www/bitools",
        "bitools report site ./site --json",
    ),
    epilog=exit_codes(Code.REFUSED, Code.INVALID, Code.INTEGRITY),
)
def site(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=_("where the pages go"), show_default=False)],
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Write the pages."""
    from bitools.report.pages import write as pages

    context = Context.of(ctx, json=json, dry_run=dry_run)
    document = pages.site(context.run, folder, now=context.started)

    def show(console: Console, document: Document) -> None:
        count = len(document.items)
        text = ng("{count} page in {folder}", "{count} pages in {folder}", count)
        console.line(text.format(count=count, folder=folder))

    context.finish(document, show, record=False, quiet=not dry_run)


def _report_period(
    context: Context, kind: str, name: str, mail: bool, files: tuple[Path | None, Path | None, Path | None]
) -> None:
    """Make the report of a period and put it where it was asked for."""
    from bitools.report.activity.periodic import periodic
    from bitools.report.files import write_each

    html, text, pdf = files
    with context.console.working(_("counting")):
        report = periodic(context.run, kind, name, mail=mail, now=datetime.now().astimezone())
    if html:
        report.write_beside(html)
    write_each(((text, report.text),), report.html, pdf)

    def show(console: Console, document: Document) -> None:
        if mail and not context.dry_run:
            report_outbox.show_mails(console, document)
        elif not any(files):
            for line in report.text.splitlines():
                console.line(line)

    context.finish(report.document, show, record=mail, quiet=mail and not context.dry_run)


def _publish(
    context: Context,
    make: Callable[..., Report],
    kind: str,
    mail: bool,
    files: tuple[Path | None, Path | None, Path | None],
) -> None:
    """Make a report and put it where it was asked for."""
    from bitools.report.files import write_each

    html, text, pdf = files
    letter: Letter | None = None
    try:
        report = make(context.run, mail=mail, now=datetime.now().astimezone())
        document, letter = report.document, report.letter
    except Locked:  # another run is mailing it: this tick of cron has nothing left to do
        document = context.document(f"bitools.report.{kind}/1")
        document.more["skipped"] = "running"
    if letter:
        write_each(((html, letter.html), (text, letter.text)), letter.html, pdf)

    def show(console: Console, document: Document) -> None:
        if letter is None:
            console.line(_("nothing to report"))
        elif mail and not context.dry_run:
            report_outbox.show_mails(console, document)
        elif not any(files):
            show_letter(console, letter)

    context.finish(document, show, record=mail, quiet=mail and not context.dry_run)


def show_letter(console: Console, letter: Letter) -> None:
    """The letter on the screen."""
    console.line(letter.subject, "bold")
    for line in letter.text.splitlines():
        console.line(line, _style(line))


def _style(line: str) -> str:
    """What was added is green, what was removed or is wrong red; a security-relevant line has a `!` first."""
    text = line.strip().removeprefix("! ")
    return next((style for mark, style in _STYLES if text.startswith(mark)), "")


report_outbox.add_to(app)
