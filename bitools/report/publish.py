"""`report changes` and `daily`: read what the runs wrote, say it, queue it, move the cursor, send it."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bitools import __version__
from bitools.errors import IntegrityBroken
from bitools.i18n import _, long_date, spoken
from bitools.ledger import Chain
from bitools.report import cursor
from bitools.report.acts import acts, since, tally
from bitools.report.changes import Device, Digest, backups_made, digest
from bitools.report.posting import queue, require_readers, send
from bitools.report.render import Day, Facts, Letter, letter
from bitools.report.subscribers import Readers, is_wanted
from bitools.report.troubles import Place
from bitools.run import Run
from bitools.sanitize import inert
from bitools.state import Document

_OPEN_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Report:
    """What the run found, and the letter that says it; None if there is nothing to say."""

    document: Document
    letter: Letter | None


def changes(run: Run, *, mail: bool, now: datetime) -> Report:
    """Report everything since the last mail. With `mail`: queue it, move the cursor, then send it.

    Once it is queued it is accounted for: the cursor moves, and if the relay does not take it now, the mail
    stays in the outbox and its failure in `failed`. So is what a reader's policy leaves to the daily report.

    Raise InventoryInvalid if it cannot be mailed at all: no mail server, no recipients, a broken template.
    """
    return _made(run, "changes", mail, now)


def daily(run: Run, *, mail: bool, now: datetime) -> Report:
    """One digest of everything since the last one: network, accounts, backups, the ledger and its head.

    A quiet day is no mail, a quiet week is one: that nothing is heard must not be able to mean that nothing
    works. Raise InventoryInvalid as `changes` does.
    """
    return _made(run, "daily", mail, now)


def _made(run: Run, kind: str, mail: bool, now: datetime) -> Report:
    now = now.astimezone(run.inventory.settings.zone)
    if not mail:
        return _Making(run, kind, now).report(())
    to = require_readers(run, kind)
    with run.state.lock("report"):
        return _Making(run, kind, now).report(to)


class _Making:
    """One report on its way: what was not told yet, and what else belongs into it."""

    def __init__(self, run: Run, kind: str, now: datetime) -> None:
        self.run, self.kind, self.now = run, kind, now
        self.document = run.document(f"bitools.report.{kind}/1")
        self.before = cursor.load(run.state, kind)
        unread = list(self.before.unread(run.state))
        self.told = [name for name, _content in unread]
        contents = [content for _name, content in unread]
        places = _places(run, now)
        self.found = digest(
            contents, self.before.failing, self.before.reported, now, places, self.before.lasting
        )
        self.chain, alarm = _proven(run, self.document)
        newly_open = [
            entry
            for entry in self.chain.open
            if int(entry["seq"]) > self.before.entries and entry["run"] != run.id
        ]
        self.facts = _facts(run, self.before.reported, now, self.chain, alarm, newly_open)
        self.day = self._day(contents) if kind == "daily" else None
        _describe(self.document, self.found, self.chain)

    def report(self, to: Sequence[Readers]) -> Report:
        """Write it; queue it for those to whom it is worth a mail, then send."""
        written = None
        if self.day or self._is_news(self.found):
            written = self._letter(self.found)
            self.document.more["subject"] = written.subject
        if not to or self.run.dry_run:
            return Report(self.document, written)
        mailed = [readers.key for readers in to if self._queued(readers)]
        entries = max(self.before.entries, self.chain.entries)
        found = self.found
        after = self.before.moved(self.told, found.failing, entries, self.now, mailed, found.lasting)
        cursor.save(self.run.state, self.kind, after)
        if mailed:
            send(self.run, self.document, self.now)
        return Report(self.document, written)

    def _queued(self, readers: Readers) -> bool:
        """Put the mail of these readers into the outbox, if it is worth one to them."""
        found = self.found.at(readers.sites) if readers.sites else self.found
        wanted = is_wanted(
            readers.when,
            news=self._is_news(found),
            problem=found.is_problem or self._is_alarming,
            mailed=self.before.mailed.get(readers.key),
            now=self.now,
            heartbeat=self.day is not None,
        )
        if wanted:
            severity = "security" if found.is_security else "normal"
            about = [*self.told, str(self.before.reported)]  # a report about nothing is one of its own, too
            letter_ = self._letter(found)
            queue(self.run, self.document, self.kind, letter_, readers.to, about, severity, self.now)
        return wanted

    def _letter(self, found: Digest) -> Letter:
        with spoken(self.run.inventory.settings.language):
            return letter(found, self.facts, self.run.inventory.folder, self.day)

    @property
    def _is_alarming(self) -> bool:
        return bool(self.facts.alarm or self.facts.open)

    def _is_news(self, found: Digest) -> bool:
        return found.is_news or self._is_alarming or (self.day is not None and self.day.is_news)

    def _day(self, contents: Sequence[Mapping[str, Any]]) -> Day:
        """What a daily report says beside the changes; of a broken ledger nothing is believed."""
        fresh = () if self.facts.alarm else since(acts(self.run.ledger.entries()), self.before.entries)
        return Day(backups_made(contents), tally(fresh, "action"), tally(fresh, "actor"))


def _places(run: Run, now: datetime) -> dict[str, Place]:
    """Where each device that is to be read is, and whether its failing is to be heard."""
    return {
        name: Place(device.site, device.silent_until is not None and now.date() < device.silent_until)
        for name, device in run.inventory.devices.items()
        if device.enabled
    }


def _proven(run: Run, document: Document) -> tuple[Chain, str]:
    """The ledger, walked; if it is broken the report goes out nevertheless, and says so first."""
    try:
        return run.ledger.verify(), ""
    except IntegrityBroken as error:
        document.fail(error, target="ledger")
        return Chain(), _("THE LEDGER IS BROKEN: {why}").format(why=error)


def _facts(
    run: Run,
    since: datetime | None,
    now: datetime,
    chain: Chain,
    alarm: str,
    newly_open: list[dict[str, object]],
) -> Facts:
    zone = run.inventory.settings.zone
    return Facts(
        organisation=inert(run.inventory.settings.organisation),
        site_names={name: inert(site.name or name) for name, site in run.inventory.sites.items()},
        since=since.astimezone(zone) if since else None,
        now=now,
        host=inert(socket.gethostname()),
        version=__version__,
        ledger="" if alarm else chain.head,
        entries=chain.entries,
        alarm=inert(alarm),
        open=_left_open(newly_open, run),
    )


def _left_open(newly_open: list[dict[str, object]], run: Run) -> tuple[str, ...]:
    """What crashes left open, the newest first, as many as anybody reads."""
    zone = run.inventory.settings.zone
    with spoken(run.inventory.settings.language):
        said = [
            inert(f"{entry['action']} {entry['target']}")
            + f" ({long_date(datetime.fromisoformat(str(entry['time'])).astimezone(zone))})"
            for entry in newly_open[::-1][:_OPEN_SHOWN]
        ]
        if more := len(newly_open) - len(said):
            said.append(_("and {count} more").format(count=more))
    return tuple(said)


def _describe(document: Document, found: Digest, chain: Chain) -> None:
    """`items` are the mails; `news` is what they are about, one entry a target."""
    news = [_changed(device, "changed") for device in found.devices]
    news += [_changed(device, "first_seen") for device in found.first_seen]
    for status, troubles in (("failed", found.troubles), ("backup_failed", found.backups)):
        news += [
            {
                "name": each.name,
                "status": status,
                "since": each.since,
                "error": each.what,
                "told": not each.news,
                "devices": each.devices or 1,
            }
            for each in troubles
        ]
    news += [{"name": name, "status": "recovered"} for name in found.recovered]
    reminders = found.reminders
    for status, devices in (("stale", reminders.stale), ("unsaved", reminders.unsaved)):
        told = reminders.news
        news += [
            {"device": name, "status": status, "since": since, "told": name not in told}
            for name, since in devices.items()
        ]
    news += [
        {"device": name, "status": "unreviewed", "since": times[0], "changes": len(times), "told": True}
        for name, times in reminders.unreviewed.items()
    ]
    news += [
        {"sam_account_name": account, "status": status, "action": action}
        for action, account, status in found.accounts
    ]
    document.more["news"] = news
    document.more["ledger"] = {"entries": chain.entries, "head": chain.head}


def _changed(device: Device, status: str) -> dict[str, object]:
    return {
        "device": device.name,
        "site": device.site,
        "role": device.role,
        "status": status,
        "severity": "security" if device.is_security else "normal",
        "changes": len(device.changes),
        "added": device.added,
        "removed": device.removed,
        "authors": list(device.authors),
    }
