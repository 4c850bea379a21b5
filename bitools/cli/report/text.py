"""Reports and mails on their way, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitools.i18n import _, ng, short_time

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.documents.report import MailItem, QueuedItem
    from bitools.report.mail.letter import Letter
    from bitools.state import Document

_STYLES = (("+ ", "green"), ("- ", "red"), ("!! ", "red"), ("✗ ", "red"), ("== ", "bold"))


def nothing(since: str) -> str:
    """What was looked for in vain."""
    if not since:
        return _("nothing to report")
    return _("nothing to report since {time}").format(time=short_time(since))


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
