"""A report goes where it was asked for: mailed, into files, onto the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from bitools.cli.report import text
from bitools.cli.report.options import Wish

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.documents.report import QueuedItem
    from bitools.report.activity.periodic import Periodic
    from bitools.report.digest.publish import Report
    from bitools.state import Document


def digest(wish: Wish, report: Report) -> NoReturn:
    """Put a report of changes or of a day where it was asked for."""
    from bitools.report.files import write_each

    context, mail, files = wish.context, wish.mail, wish.files

    if made := report.letter:
        write_each(((files.html, made.html), (files.text, made.text)), made.html, files.pdf)

    def show(console: Console, document: Document[QueuedItem]) -> None:
        if made is None:
            console.line(text.nothing(document.more.get("since", "")))
        elif mail and not context.dry_run:
            text.mails(console, document)
        elif not any(files):
            text.letter(console, made)

    context.finish(report.document, show, record=mail, quiet=mail and not context.dry_run, proves=True)


def period(wish: Wish, report: Periodic) -> NoReturn:
    """Put the report of a month or a year where it was asked for."""
    from bitools.report.files import write_each

    context, mail, files = wish.context, wish.mail, wish.files

    if files.html:
        report.write_beside(files.html)
    write_each(((files.text, report.text),), report.html, files.pdf)

    def show(console: Console, document: Document[QueuedItem]) -> None:
        if mail and not context.dry_run:
            text.mails(console, document)
        elif not any(files):
            for line in report.text.splitlines():
                console.line(line)

    context.finish(report.document, show, record=mail, quiet=mail and not context.dry_run, proves=True)
