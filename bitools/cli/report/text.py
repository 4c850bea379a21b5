"""Reports and mails on their way, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from bitools.cli.context import Context
from bitools.cli.report.options import Files
from bitools.i18n import _, ng, short_time

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.documents.report import MailItem, QueuedItem
    from bitools.report.activity.periodic import Periodic
    from bitools.report.digest.publish import Report
    from bitools.report.mail.letter import Letter
    from bitools.state import Document

_STYLES = (("+ ", "green"), ("- ", "red"), ("!! ", "red"), ("✗ ", "red"), ("== ", "bold"))


def digest(context: Context, report: Report, mail: bool, files: Files) -> NoReturn:
    """Put a report of changes or of a day where it was asked for."""
    from bitools.report.files import write_each

    if made := report.letter:
        write_each(((files.html, made.html), (files.text, made.text)), made.html, files.pdf)

    def show(console: Console, document: Document[QueuedItem]) -> None:
        if made is None:
            console.line(_nothing(document.more.get("since", "")))
        elif mail and not context.dry_run:
            mails(console, document)
        elif not any(files):
            letter(console, made)

    context.finish(report.document, show, record=mail, quiet=mail and not context.dry_run)


def _nothing(since: str) -> str:
    """What was looked for in vain."""
    if not since:
        return _("nothing to report")
    return _("nothing to report since {time}").format(time=short_time(since))


def period(context: Context, report: Periodic, mail: bool, files: Files) -> NoReturn:
    """Put the report of a month or a year where it was asked for."""
    from bitools.report.files import write_each

    if files.html:
        report.write_beside(files.html)
    write_each(((files.text, report.text),), report.html, files.pdf)

    def show(console: Console, document: Document[QueuedItem]) -> None:
        if mail and not context.dry_run:
            mails(console, document)
        elif not any(files):
            for line in report.text.splitlines():
                console.line(line)

    context.finish(report.document, show, record=mail, quiet=mail and not context.dry_run)


def letter(console: Console, written: Letter) -> None:
    """The letter on the screen."""
    console.line(written.subject, "bold")
    for line in written.text.splitlines():
        console.line(line, _style(line))


def _style(line: str) -> str:
    """What was added is green, what was removed or is wrong red; a critical line has a `!` first."""
    text = line.strip().removeprefix("! ")
    return next((style for mark, style in _STYLES if text.startswith(mark)), "")


def mails(console: Console, document: Document[QueuedItem]) -> None:
    """What became of each mail."""
    for mail in document.items:
        done = _("sent") if mail["status"] == "sent" else _("queued")
        console.line(f"{done}: {mail['subject']} → {', '.join(mail['to'])}")


def outbox(console: Console, document: Document[MailItem]) -> None:
    """Mails on their way."""
    if not document.items:
        console.line(_("skipped: running") if document.more.get("skipped") else _("the outbox is empty"))
        return
    words = {"waiting": _("waiting"), "sent": _("sent"), "dead": _("refused"), "forgotten": _("forgotten")}
    rows = [
        (
            words[item["status"]],
            short_time(item["queued"]),
            item["subject"],
            ", ".join(item["to"]),
            ng("{count} try", "{count} tries", item["attempts"]).format(count=item["attempts"]),
            item["error"],
        )
        for item in document.items
    ]
    console.table([_("status"), _("queued"), _("subject"), _("to"), _("tries"), _("answer")], rows)
