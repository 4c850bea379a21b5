"""What reports say of themselves, and of what they found."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope
from bitools.documents.words import Moment, Severity


class QueuedItem(TypedDict):
    """One mail of a report."""

    name: str
    """Its name in the outbox; the same report to the same people has the same name."""
    status: Literal["queued", "waiting", "sent", "dead"]
    """`waiting`: the relay did not take it, it will be tried again; `dead`: refused for good."""
    to: list[str]
    """Addresses."""
    subject: str
    """As the readers see it."""
    message_id: str
    """RFC 5322; a second copy of the same mail has the same."""
    bytes: int
    """Size of the whole mail."""


class LedgerHead(TypedDict):
    """How far the ledger went when the report was made."""

    entries: int
    """How many."""
    head: str
    """The hash of the last entry."""


class ChangedNews(TypedDict):
    """A device whose configuration changed, or that was read for the first time."""

    device: str
    """Its name in the inventory."""
    status: Literal["changed", "first_seen"]
    """`first_seen`: read for the first time."""
    site: str
    """Its site in the inventory."""
    role: str
    """`wan` or `lan`."""
    severity: Severity
    """The gravest of its changes."""
    changes: int
    """How many, over all snapshots that this report tells of."""
    added: int
    """Lines."""
    removed: int
    """Lines."""
    authors: list[str]
    """Who changed it, as far as that is known."""


class FailedNews(TypedDict):
    """Something that fails."""

    name: str
    """A device, a site, a data set or a repository."""
    status: Literal["failed", "backup_failed"]
    """`failed`: a device; `backup_failed`: anything about backups."""
    since: Moment
    """When it was first seen to fail."""
    error: str
    """What is wrong."""
    told: bool
    """Was it in an earlier mail?"""
    devices: int
    """Above 1: a whole site."""


class RecoveredNews(TypedDict):
    """Something that failed and works again."""

    name: str
    """A device, a data set or a repository."""
    status: Literal["recovered"]
    """Always this word."""


class ReminderNews(TypedDict):
    """A device that waits for somebody: not read any more, not saved, changes that nobody has reviewed."""

    device: str
    """Its name in the inventory."""
    status: Literal["stale", "unsaved", "unreviewed"]
    """Not read any more; not saved on the device; changes that nobody has reviewed."""
    since: Moment
    """Last reading; first time seen unsaved; oldest change."""
    told: bool
    """Was it in an earlier mail?"""
    changes: NotRequired[int]
    """How many are not reviewed."""


class AccountNews(TypedDict):
    """What was done to an account."""

    sam_account_name: str
    """The account."""
    status: str
    """As the item of the run says that did it."""
    action: str
    """What was asked for: `add`, `disable`, …"""
    time: Moment
    """When the run began that did it."""
    actor: str | None
    """Who did it, by the ledger; null if it does not say."""


News = ChangedNews | FailedNews | RecoveredNews | ReminderNews | AccountNews


class Digest(Envelope):
    """What `report changes` and `report daily` print."""

    items: list[QueuedItem]
    """The mails, if any were to be sent."""
    news: NotRequired[list[News]]
    """One entry a target."""
    since: NotRequired[Moment]
    """When the last report was mailed; absent if none was."""
    ledger: NotRequired[LedgerHead]
    """How far the ledger goes; 0 entries if it is broken."""
    subject: NotRequired[str]
    """Absent if there is nothing to say."""
    skipped: NotRequired[Literal["running"]]
    """Another run is mailing it; this one did nothing."""


class ChangesDocument(Digest):
    """What `bitools report changes` prints."""

    schema: Literal["bitools.report.changes/1"]


class DailyDocument(Digest):
    """What `bitools report daily` prints."""

    schema: Literal["bitools.report.daily/1"]


class PeriodSpan(TypedDict):
    """The month or the year."""

    name: str
    """`2026-11` or `2026`."""
    start: Moment
    """Its first moment, in the inventory's zone."""
    end: Moment
    """The first moment after it."""


class Sources(TypedDict):
    """What the figures were counted from."""

    entries: int
    """Of the ledger."""
    head: str
    """Empty if the ledger is broken."""
    alarm: str
    """Why the ledger is broken; empty if it is not."""
    commit: NotRequired[str]
    """The newest of the history; empty if there is none."""
    documents: int
    """Of how many runs."""
    documents_sha256: str
    """Of what `sha256sum *.json` says of the documents of the period's runs, in the order of their names."""


Cell = str | int | float | bool | None
Figures = dict[str, list[dict[str, Cell]] | dict[str, Cell]]


class Activity(Envelope):
    """What `report month` and `report year` print."""

    items: list[QueuedItem]
    """The mails, if any were to be sent."""
    period: PeriodSpan
    """What it is about."""
    figures: Figures
    """Each table of the report by its key, a row an object; `summary` is one object."""
    sources: Sources
    """What it was counted from, and how that can be proven."""
    subject: str
    """Of the mail."""


class MonthDocument(Activity):
    """What `bitools report month` prints."""

    schema: Literal["bitools.report.month/1"]


class YearDocument(Activity):
    """What `bitools report year` prints."""

    schema: Literal["bitools.report.year/1"]


MailStatus = Literal["waiting", "sent", "dead", "forgotten"]


class MailItem(TypedDict):
    """One mail of the outbox."""

    name: str
    """The same report to the same people has the same name."""
    status: MailStatus
    """`dead`: refused for good; `forgotten`: it was, and somebody has seen it."""
    to: list[str]
    """Addresses."""
    subject: str
    """As the readers see it."""
    queued: Moment
    """When it was put into the outbox."""
    attempts: int
    """How often the relay was tried."""
    not_before: Moment | None
    """When it is tried again."""
    error: str
    """The relay's last answer; empty if it was not asked yet."""
    bytes: int
    """Size of the whole mail."""


class OutboxDocument(Envelope):
    """What `bitools report outbox` prints."""

    schema: Literal["bitools.report.outbox/1"]
    items: list[MailItem]
    """What waits, then what was refused for good."""


class FlushDocument(Envelope):
    """What `bitools report flush` prints."""

    schema: Literal["bitools.report.flush/1"]
    items: list[MailItem]
    """What became of each mail."""
    skipped: NotRequired[Literal["running"]]
    """Another run is sending."""


class FailedDocument(Envelope):
    """What `bitools report failed` prints."""

    schema: Literal["bitools.report.failed/1"]
    items: list[QueuedItem]
    """The mails."""


class TestDocument(Envelope):
    """What `bitools report test` prints."""

    schema: Literal["bitools.report.test/1"]
    items: list[MailItem]
    """The one mail."""


class PageItem(TypedDict):
    """One page of the site."""

    file: str
    """Relative to the folder."""
    bytes: int
    """Its size."""


class SiteDocument(Envelope):
    """What `bitools report site` prints."""

    schema: Literal["bitools.report.site/1"]
    items: list[PageItem]
    """The pages that were written."""
    removed: list[str]
    """Pages of devices that are gone."""
