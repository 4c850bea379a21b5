"""Mails to those whose password ends soon, one a password: of what `user list --password-expires` found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from bitools.documents.directory import UserListItem
from bitools.documents.report import QueuedItem
from bitools.i18n import _, long_date, ng, spoken
from bitools.inventory.base import ADDRESS
from bitools.report.mail.enqueue import queue
from bitools.report.mail.letter import Letter
from bitools.run import Run
from bitools.state import Document
from bitools.templates import render_template


def passwords(run: Run, items: Iterable[UserListItem], warnings: list[str]) -> int:
    """Queue a mail to each whose password ends within the days of settings.yaml; give how many are new.

    Who was told of this very end is not told again. Who has no address is told of in `warnings`.
    Raise InventoryInvalid if no mail can leave.
    """
    limit = run.started + timedelta(days=run.inventory.settings.reports.passwords or 0)
    count = 0
    for item in items:
        expires = item.get("password_expires")
        ends = datetime.fromisoformat(expires) if expires else None
        if ends is None or not run.started < ends <= limit:
            continue  # it has ended: nobody would read the mail
        address = str(item["attributes"].get("mail", ""))
        if not re.fullmatch(ADDRESS, address):
            why = _("{name}: its password ends on {day}, and it has no mail address")
            warnings.append(why.format(name=item["sam_account_name"], day=long_date(ends)))
            continue
        queued: Document[QueuedItem] = run.document("bitools.report.outbox/1")
        with spoken(run.inventory.settings.language):
            about = item["guid"] or "", ends.isoformat()
            queue(run, queued, "password", _letter(run, item, ends), (address,), about, "info", run.started)
        count += queued.changed
    return count


def _letter(run: Run, item: UserListItem, ends: datetime) -> Letter:
    settings = run.inventory.settings
    days = (ends.astimezone(settings.zone).date() - run.started.astimezone(settings.zone).date()).days
    when = ng("in {count} day", "in {count} days", days).format(count=days) if days else _("today")
    title = _("Your password ends on {day}").format(day=long_date(ends))
    values = {
        "title": title,
        "organisation": settings.organisation,
        "display_name": item["attributes"].get("displayName") or item["sam_account_name"],
        "login": item["sam_account_name"],
        "ends": ends.astimezone(settings.zone),
        "when": when,
    }
    text, html = (
        render_template(f"mail-password.{kind}.j2", run.inventory.folder, **values)
        for kind in ("txt", "html")
    )
    return Letter(title, text, html, "")
