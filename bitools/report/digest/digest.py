"""What happened since the last report, from the documents of the runs that saw it. Pure.

One digest for everything: what changed on which devices (the same change on many devices once), devices seen
for the first time, devices that could not be read, accounts, backups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bitools.documents.net import Snapshot
from bitools.documents.stored import Known, is_accounts, moment
from bitools.documents.user import AccountsDocument
from bitools.documents.words import Severity, gravest, kind
from bitools.past.outcomes import Outcome, Trouble, devices_of, of_backups, of_proof, of_snapshot
from bitools.past.places import Place, sites_down
from bitools.report.digest.again import Again
from bitools.report.digest.devices import AlikeDevices, ChangedDevice, devices, groups
from bitools.report.digest.reminders import Lasting, Reminders, last, remind
from bitools.report.digest.troubles import follow
from bitools.sanitize import inert

# What else proves that backups are good, in the order in which it is told.
PROOFS = ("backup.copy", "backup.verify", "backup.drill", "backup.prune", "backup.status")


@dataclass(frozen=True, slots=True)
class AccountAct:
    """What was done to an account, in which run; `actor` as the ledger names them, empty if it does not."""

    action: str
    account: str
    status: str
    time: str
    run: str
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything one report says. `failing` maps what still fails to the time it began."""

    groups: tuple[AlikeDevices, ...] = ()
    first_seen: tuple[ChangedDevice, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    recovered: tuple[str, ...] = ()
    accounts: tuple[AccountAct, ...] = ()  # in the order in which they were done
    backups: tuple[Trouble, ...] = ()
    failing: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)  # device → site
    reminders: Reminders = field(default_factory=Reminders)
    lasting: Lasting = field(default_factory=Lasting)
    read: int = 0  # devices that were read, and whole
    kept: int = 0  # data sets that were backed up, or are covered

    @property
    def devices(self) -> tuple[ChangedDevice, ...]:
        """Every device that changed, in the report's order."""
        return tuple(device for group in self.groups for device in group.devices)

    @property
    def is_critical(self) -> bool:
        """Is a critical change among them?"""
        return any(group.is_critical for group in self.groups)

    @property
    def severity(self) -> Severity:
        """The gravest of all changes."""
        return gravest(device.severity for device in self.devices)

    @property
    def is_problem(self) -> bool:
        """Does something need a person at once: a WAN or a critical change, a new failure?"""
        failed = any(trouble.news for trouble in (*self.troubles, *self.backups))
        return failed or self.is_critical or any("wan" in group.roles for group in self.groups)

    def done_by(self, actors: Mapping[str, str]) -> Digest:
        """The same with who did what; `actors` by run."""
        acts = [replace(act, actor=inert(actors.get(act.run, ""))) for act in self.accounts]
        return replace(self, accounts=tuple(acts))

    def at(self, sites: Sequence[str]) -> Digest:
        """The part that concerns these sites: their devices, nobody's accounts or backups."""
        here = [device for device in self.devices if device.site in sites]
        return Digest(
            groups=groups(here),
            first_seen=tuple(device for device in self.first_seen if device.site in sites),
            troubles=tuple(trouble for trouble in self.troubles if trouble.site in sites),
            recovered=tuple(name for name in self.recovered if self.places.get(name) in sites),
            failing=self.failing,
            places=self.places,
            reminders=self.reminders.of({name for name, site in self.places.items() if site in sites}),
            lasting=self.lasting,
        )

    @property
    def is_news(self) -> bool:
        """Is there anything to say?"""
        told = any(trouble.news for trouble in (*self.troubles, *self.backups))
        happened = self.groups or self.first_seen or self.recovered or self.accounts
        return bool(happened or told or self.reminders.news)


def digest(
    documents: Iterable[Known],
    failing: Mapping[str, str],
    reported: datetime | None,
    now: datetime,
    places: Mapping[str, Place] | None = None,
    before: Lasting | None = None,
) -> Digest:
    """Given the documents that were not reported yet, oldest first, say what happened.

    `failing` is what failed when the last report was made, at `reported`. Dry runs are passed over.
    `places`: the devices that are to be read; by them a site that is down is one trouble, and a device that
    is to be silent none. `before`: what lasted then.
    """
    known, earlier = places or {}, before or Lasting()
    every = [_timed(document, now) for document in documents if document["applied"]]
    every.sort(key=_began)  # runs of one second have names that say nothing of their order
    after = last(earlier, every, known, now)
    found = _Sorted(every, {name for name, place in known.items() if place.silent})
    net, net_failing, net_over = follow(found.net, "net:", failing, reported, now)
    jobs, jobs_failing, jobs_over = follow(found.backups, "backup:", failing, reported, now)
    for proof in PROOFS:
        more, failing_on, over = follow(found.proofs[proof], f"{proof}:", failing, reported, now)
        jobs, jobs_over = (*jobs, *more), (*jobs_over, *over)
        jobs_failing |= failing_on
    changed = devices(found.snapshots)
    return Digest(
        groups=groups(device for device in changed if not device.is_new),
        first_seen=tuple(device for device in changed if device.is_new),
        troubles=sites_down(net, known),
        recovered=(*net_over, *jobs_over),
        accounts=_accounts(found.accounts),
        backups=jobs,
        failing={**net_failing, **jobs_failing},
        places={name: place.site for name, place in known.items()},
        reminders=remind(earlier, after, known, {trouble.name for trouble in net}, reported, now),
        lasting=after,
        read=len({name for name, trouble in found.net if trouble is None}),
        kept=len({name for name, trouble in found.backups if trouble is None}),
    )


class _Sorted:
    """The documents by what they tell of."""

    def __init__(self, documents: Iterable[Known], silent: set[str]) -> None:
        self.snapshots: list[Snapshot] = []
        self.accounts: list[AccountsDocument] = []
        self.net: list[Outcome] = []
        self.backups: list[Outcome] = []
        self.proofs: dict[str, list[Outcome]] = {name: [] for name in PROOFS}
        named = Again(devices_of)
        for document in documents:
            if document["schema"] == "bitools.net.snapshot/1":
                self.snapshots.append(document)
                self.net += of_snapshot(document, silent, named)
            elif document["schema"] == "bitools.backup.run/1":
                self.backups += of_backups(document)
            elif is_accounts(document):
                self.accounts.append(document)
            elif document["schema"] != "bitools.net.diff/1" and document["schema"] != "bitools.net.ack/1":
                self.proofs[kind(document["schema"])] += of_proof(document)


def _timed(document: Known, now: datetime) -> Known:
    """The document, with a time that can be counted with: it may come from another machine."""
    if moment(document["started"]):
        return document
    timed = document.copy()
    timed["started"] = now.isoformat(timespec="seconds")
    return timed


def _began(document: Known) -> datetime:
    return datetime.fromisoformat(document["started"])


def _accounts(documents: Sequence[AccountsDocument]) -> tuple[AccountAct, ...]:
    """What was done to accounts, in order of time; a look at one is no act."""
    acts = [
        AccountAct(
            inert(item["action"]),
            inert(item["sam_account_name"] or ""),
            inert(item["status"]),
            document["started"],
            document["run"],
        )
        for document in documents
        if document["changed"]
        for item in document["items"]
        if item["status"] not in ("unchanged", "planned")
    ]
    return tuple(dict.fromkeys(acts))


def backups_made(documents: Iterable[Known]) -> tuple[tuple[str, tuple[str, ...], int], ...]:
    """Each data set with the tiers it was backed up for and the number of complete backups."""
    tiers: dict[str, list[str]] = {}
    counts: Counter[str] = Counter()
    for document in documents:
        if document["schema"] == "bitools.backup.run/1" and document["applied"]:
            for item in document["items"]:
                if item["status"] == "complete":
                    name = inert(item["dataset"])
                    counts[name] += 1
                    tiers.setdefault(name, []).extend(item["tiers"])
    return tuple((name, tuple(dict.fromkeys(tiers[name])), counts[name]) for name in sorted(counts))
