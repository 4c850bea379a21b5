"""A digest on its way: read what the runs wrote, say it, queue it, move the cursor, send it."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bitools import __version__
from bitools.collection import no_collection
from bitools.documents.ledger import EntryItem
from bitools.documents.report import (
    ChangedNews,
    FailedNews,
    LedgerHead,
    News,
    QueuedItem,
    RecoveredNews,
    ReminderNews,
)
from bitools.documents.stored import Known
from bitools.errors import IntegrityBroken, Locked
from bitools.figures.performed import performed, since, tally
from bitools.i18n import _, long_date, ng, number, spoken
from bitools.job import Jobs
from bitools.ledger import Chain, stamps, witness
from bitools.past.outcomes import Trouble
from bitools.past.places import Place
from bitools.past.reading import Past
from bitools.report.digest import cursor
from bitools.report.digest.devices import ChangedDevice
from bitools.report.digest.digest import Digest, backups_made, digest
from bitools.report.digest.letter import Day, Letterhead, letter
from bitools.report.digest.reminders import Reminders
from bitools.report.mail.enqueue import queue, require_readers, send
from bitools.report.mail.letter import Letter
from bitools.report.mail.subscribers import Readers, is_wanted
from bitools.run import Run
from bitools.sanitize import inert
from bitools.state import Document

_OPEN_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Report:
    """What the run found, and the letter that says it; None if there is nothing to say."""

    document: Document[QueuedItem]
    letter: Letter | None


def publish(run: Run, kind: str, mail: bool, now: datetime, jobs: Jobs = ()) -> Report:
    """The report `changes` or `daily`. With `mail`: queue it, move the cursor, then send it.

    `jobs`: those that tell of themselves in a daily one.

    Raise InventoryInvalid if it cannot be mailed at all. If another run is mailing it, there is nothing left
    to do: the document says so.
    """
    now = now.astimezone(run.inventory.settings.zone)
    if not mail:
        return _Making(run, jobs, kind, now).report(())
    to = require_readers(run, kind)
    try:
        with run.state.lock("report"):
            return _Making(run, jobs, kind, now).report(to)
    except Locked:
        document: Document[QueuedItem] = run.document(f"bitools.report.{kind}/1")
        document.more["skipped"] = "running"
        return Report(document, None)


class _Making:
    """One report on its way: what was not told yet, and what else belongs into it."""

    def __init__(self, run: Run, jobs: Jobs, kind: str, now: datetime) -> None:
        self.run, self.jobs, self.kind, self.now = run, jobs, kind, now
        self.document: Document[QueuedItem] = run.document(f"bitools.report.{kind}/1")
        self.before = cursor.load(run.state, kind)
        with no_collection():
            contents = self._read()
            places, before = _places(run, now), self.before
            self.found = digest(contents, before.failing, before.reported, now, places, before.lasting)
        self.chain, alarm = _proven(run, self.document)
        if self.found.accounts and not alarm:  # of a broken ledger nothing is believed
            self.found = self.found.done_by({one["run"]: one["actor"] for one in run.ledger.entries()})
        newly_open = [
            entry
            for entry in self.chain.open
            if int(entry["seq"]) > self.before.entries and entry["run"] != run.id
        ]
        self.facts = _facts(run, self.before.reported, now, self.chain, alarm, newly_open)
        self.day = self._day(contents) if kind == "daily" else None
        if since := self.facts.since:
            self.document.more["since"] = since.isoformat(timespec="seconds")
        _describe(self.document, self.found, self.chain)

    def _read(self) -> list[Known]:
        """The documents that were not told yet; `told`: their names."""
        past = Past(self.run.state)
        for error in past.broken:
            self.document.fail(error)
        unread = list(self.before.unread(past, self.document.warnings))
        self.told = [name for each in unread for name in each.names]
        return [each.document for each in unread if each.document]

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
            about = [*self.told, str(self.before.reported)]  # a report about nothing is one of its own, too
            letter_ = self._letter(found)
            queue(self.run, self.document, self.kind, letter_, readers.to, about, found.severity, self.now)
        return wanted

    def _letter(self, found: Digest) -> Letter:
        settings = self.run.inventory.settings
        with spoken(settings.language, settings.zone):
            return letter(found, self.facts, self.run.inventory.folder, self.day)

    @property
    def _is_alarming(self) -> bool:
        return bool(self.facts.alarm or self.facts.open)

    def _is_news(self, found: Digest) -> bool:
        return found.is_news or self._is_alarming or (self.day is not None and self.day.is_news)

    def _day(self, contents: Sequence[Known]) -> Day:
        """What a daily report says beside the changes; of a broken ledger nothing is believed."""
        every = () if self.facts.alarm else tuple(performed(self.run.ledger.entries()))
        fresh = since(every, self.before.entries)
        settings = self.run.inventory.settings
        authority = settings.timestamp is not None
        with spoken(settings.language, settings.zone):
            told = [part for job in self.jobs for part in job.day(every, fresh, authority=authority)]
        return Day(backups_made(contents), tally(fresh, "action"), tally(fresh, "actor"), tuple(told))


def _places(run: Run, now: datetime) -> dict[str, Place]:
    """Where each device that is to be read is, and whether its failing is to be heard."""
    return {
        name: Place(device.site, device.silent_until is not None and now.date() < device.silent_until)
        for name, device in run.inventory.devices.items()
        if device.enabled
    }


def _proven(run: Run, document: Document[QueuedItem]) -> tuple[Chain, str]:
    """The ledger, walked; if it is broken the report goes out nevertheless, and says so first."""
    try:
        return run.ledger.verify(), ""
    except IntegrityBroken as error:
        document.fail(error, target="ledger")
        return Chain(), _("THE LEDGER IS BROKEN: {why}").format(why=error)


def _facts(
    run: Run,
    reported: datetime | None,
    now: datetime,
    chain: Chain,
    alarm: str,
    newly_open: list[EntryItem],
) -> Letterhead:
    zone = run.inventory.settings.zone
    return Letterhead(
        organisation=inert(run.inventory.settings.organisation),
        site_names={name: inert(site.name or name) for name, site in run.inventory.sites.items()},
        since=reported.astimezone(zone) if reported else None,
        now=now,
        host=inert(socket.gethostname()),
        version=__version__,
        ledger="" if alarm else chain.head,
        entries=chain.entries,
        commit=witness.commit(run.state),
        stamped="" if alarm else _stamped(run, now),
        alarm=inert(alarm),
        open=_left_open(newly_open, run),
    )


def _stamped(run: Run, now: datetime) -> str:
    """How far the time authority vouches for the ledger; nothing where there is none."""
    settings = run.inventory.settings
    if settings.timestamp is None:
        return ""
    standing = stamps.standing(run.ledger, run.state)
    with spoken(settings.language, settings.zone):
        if days := standing.days(now):
            text = ng(
                "the ledger is unstamped for {days} day", "the ledger is unstamped for {days} days", days
            )
            return text.format(days=days)
        if standing.stamped:
            text = _("stamped up to entry {entry}, {time}")
            return text.format(entry=number(standing.entry), time=long_date(standing.stamped))
    return ""


def _left_open(newly_open: list[EntryItem], run: Run) -> tuple[str, ...]:
    """What crashes left open, the newest first, as many as anybody reads."""
    settings = run.inventory.settings
    with spoken(settings.language, settings.zone):
        said = [
            inert(f"{entry['action']} {entry['target']}") + f" ({long_date(entry['time'])})"
            for entry in newly_open[::-1][:_OPEN_SHOWN]
        ]
        if more := len(newly_open) - len(said):
            said.append(_("and {count} more").format(count=more))
    return tuple(said)


def _describe(document: Document[QueuedItem], found: Digest, chain: Chain) -> None:
    """`items` are the mails; `news` is what they are about, one entry a target."""
    news: list[News] = [_changed(device, "changed") for device in found.devices]
    news += [_changed(device, "first_seen") for device in found.first_seen]
    news += [_failed(each, "failed") for each in found.troubles]
    news += [_failed(each, "backup_failed") for each in found.backups]
    news += [RecoveredNews(name=name, status="recovered") for name in found.recovered]
    news += _reminded(found.reminders)
    news += [
        {
            "sam_account_name": act.account,
            "status": act.status,
            "action": act.action,
            "time": act.time,
            "actor": act.actor or None,
        }
        for act in found.accounts
    ]
    document.more["news"] = news
    document.more["ledger"] = LedgerHead(entries=chain.entries, head=chain.head)


def _changed(device: ChangedDevice, status: Literal["changed", "first_seen"]) -> ChangedNews:
    return {
        "device": device.name,
        "site": device.site,
        "role": device.role,
        "status": status,
        "severity": device.severity,
        "changes": len(device.changes),
        "added": device.added,
        "removed": device.removed,
        "authors": list(device.authors),
    }


def _failed(trouble: Trouble, status: Literal["failed", "backup_failed"]) -> FailedNews:
    return {
        "name": trouble.name,
        "status": status,
        "since": trouble.since,
        "error": trouble.what,
        "told": not trouble.news,
        "devices": trouble.devices or 1,
    }


def _reminded(reminders: Reminders) -> Iterator[ReminderNews]:
    for name, when in reminders.stale.items():
        yield {"device": name, "status": "stale", "since": when, "told": name not in reminders.news}
    for name, when in reminders.unsaved.items():
        yield {"device": name, "status": "unsaved", "since": when, "told": name not in reminders.news}
    for name, times in reminders.unreviewed.items():
        yield {"device": name, "status": "unreviewed", "since": times[0], "changes": len(times), "told": True}
