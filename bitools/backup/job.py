"""What backups hand to those that serve every job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from bitools.i18n import _, ng
from bitools.inventory.model import Inventory
from bitools.job import Job
from bitools.job.timer import Timer

if TYPE_CHECKING:
    from bitools.documents.backup import ProofDocument, RunDocument
    from bitools.documents.doctor import FindingItem
    from bitools.figures.count import Activity
    from bitools.figures.section import Section, Total
    from bitools.job.finding import Finding
    from bitools.job.standing import Standing
    from bitools.past.outcomes import Trouble
    from bitools.past.reading import Past
    from bitools.state import State

_PROOFS = ("backup.copy", "backup.verify", "backup.drill", "backup.prune")


class Backups(Job):
    """Tiered backups, their copies and proofs."""

    def described(self, inventory: Inventory) -> bool:
        """Are there data sets?"""
        return bool(inventory.datasets)

    def timers(self, inventory: Inventory) -> Iterator[Timer]:
        """Runs, copies, and what proves and tidies them."""
        if not inventory.datasets:
            return
        yield from _runs(inventory)
        if any(one.copy_of for one in inventory.repositories.values()):
            why = _("every day: the second repositories")
            yield Timer("copy", ("backup", "copy"), "27 5 * * *", "*-*-* 05:27:00", why)
        why = _("every day: a part of what is stored is read back")
        yield Timer("verify", ("backup", "verify"), "37 5 * * *", "*-*-* 05:37:00", why)
        if inventory.settings.mail:
            why = _("every morning: what is overdue; the reports tell it")
            words = ("backup", "status", "--exit-code")
            yield Timer("watch", words, "12 7 * * *", "*-*-* 07:12:00", why, mute=True)
        why = _("every Sunday: space is reclaimed")
        yield Timer("prune", ("backup", "prune"), "47 6 * * 0", "Sun *-*-* 06:47:00", why)
        why = _("every Saturday: backups are restored into a scratch place")
        yield Timer("drill", ("backup", "drill"), "47 6 * * 6", "Sat *-*-* 06:47:00", why)

    def examined(self, inventory: Inventory, state: State, now: datetime) -> Iterable[FindingItem]:
        """Whether the database servers answer, and to programs as new as they are."""
        if not inventory.datasets:
            return ()
        from bitools.backup.verbs import servers

        return servers.examine(inventory.datasets.values())

    def overdue(self, inventory: Inventory, past: Past, now: datetime) -> Iterator[Finding]:
        """Data sets without a backup; then what nobody has copied, read back or restored."""
        from bitools.job.finding import Finding
        from bitools.past.missing import missing

        ages = inventory.settings.ages.backup
        expected = {
            name: now - min(ages[tier] for tier in inventory.policy(dataset))
            for name, dataset in inventory.datasets.items()
        }
        for name in missing(past, "backup.run", "dataset", ("complete", "skipped"), expected):
            age = now - expected[name]
            if age < timedelta(days=2):
                text = _("{name}: no complete backup in the last {hours} hours")
            else:
                text = _("{name}: no complete backup in the last {days} days")
            said = text.format(name=name, days=age.days, hours=age // timedelta(hours=1))
            yield Finding("backup", "warning", said, f"bitools backup run {name}")
        yield from _unproven(inventory, past, now)

    def standings(
        self, inventory: Inventory, past: Past, now: datetime, overdue: Sequence[Finding]
    ) -> Iterator[Standing]:
        """The backups; their copies and proofs."""
        yield _backups(inventory, past, overdue)
        yield _copies(inventory, past, overdue)

    def totals(self, found: Activity) -> Iterator[Total]:
        """Backups made, restores."""
        from bitools.backup import figures

        return figures.totals(found)

    def sections(self, found: Activity, site_names: Mapping[str, str]) -> Iterable[Section]:
        """Data sets, tiers, proofs, backups over time."""
        from bitools.backup import figures

        return (figures.section(found),)


def _runs(inventory: Inventory) -> Iterator[Timer]:
    """What runs programs of the inventory runs apart: it may need more rights."""
    hourly = any("hourly" in inventory.policy(one) for one in inventory.datasets.values())
    cron, calendar = (
        ("17 * * * *", "*-*-* *:17:00") if hourly else ("17 1,7,13,19 * * *", "*-*-* 1,7,13,19:17:00")
    )
    programs = {one.runs_programs for one in inventory.datasets.values()}
    if programs != {True}:
        words = ("backup", "run", *(("--no-programs",) if True in programs else ()))
        yield Timer("backup", words, cron, calendar, _("all backups that are due"))
    if True in programs:
        why = _("backups that run programs of the inventory, which may need more rights")
        words = ("backup", "run", *(("--programs",) if False in programs else ()))
        later = cron.replace("17", "32", 1), calendar.replace(":17:", ":32:")
        yield Timer("backup-programs", words, *later, why)


def _unproven(inventory: Inventory, past: Past, now: datetime) -> Iterator[Finding]:
    """Backups that nobody has read back or restored; of a young state nobody expects it yet."""
    from bitools.job.finding import Finding
    from bitools.past.missing import missing

    ages, began = inventory.settings.ages, past.oldest() or now
    used = {one.repository for one in inventory.datasets.values()}
    copies = [name for name, one in inventory.repositories.items() if one.copy_of in used]
    copied = _("{name}: not brought up to date in the last {days} days")
    read = _("{name}: nothing of it was read back in the last {days} days")
    tried = _("{name}: no restore was tried in the last {days} days")
    for kind, key, good, names, age, text, step in (
        ("backup.copy", "target", ("covered", "copied"), copies, ages.copy_, copied, "copy"),
        ("backup.verify", "repository", ("intact",), inventory.repositories, ages.verify, read, "verify"),
        ("backup.drill", "dataset", ("passed",), inventory.datasets, ages.drill, tried, "drill {name}"),
    ):
        if began < now - age:
            for name in missing(past, kind, key, good, dict.fromkeys(names, now - age)):
                said, command = text.format(name=name, days=age.days), step.format(name=name)
                yield Finding("backup", "warning", said, f"bitools backup {command}")


def _backups(inventory: Inventory, past: Past, overdue: Sequence[Finding]) -> Standing:
    from bitools.job.standing import failing, late, standing, unset
    from bitools.past.lately import lately
    from bitools.past.outcomes import of_backups

    if not inventory.datasets:
        return unset("backups", _("no data set is described"))
    found = lately(
        past, "backup.run", lambda document: of_backups(cast("RunDocument", document)), inventory.datasets
    )
    problems = [failing(one, _once_more(one)) for one in found.troubles]
    problems += late(overdue, ("backup",), "bitools backup run ")
    whole = ng("{count} data set is backed up", "{count} data sets are backed up", len(inventory.datasets))
    return standing("backups", problems, whole.format(count=len(inventory.datasets)), found.last)


def _once_more(trouble: Trouble) -> str:
    accept = " --accept --reason …" if trouble.reason == "suspicious" else ""
    return f"bitools backup run {trouble.name}{accept}"


def _copies(inventory: Inventory, past: Past, overdue: Sequence[Finding]) -> Standing:
    from bitools.job.standing import failing, late, standing, unset
    from bitools.past.lately import lately
    from bitools.past.outcomes import of_proof

    if not inventory.repositories:
        return unset("copies", _("no repository is described"))
    targets = {*inventory.repositories, *inventory.datasets}
    each = {
        kind: lately(past, kind, lambda document: of_proof(cast("ProofDocument", document)), targets)
        for kind in _PROOFS
    }
    problems = [
        failing(one, f"bitools {kind.replace('.', ' ')} {one.name}")
        for kind, found in each.items()
        for one in found.troubles
    ]
    problems += late(
        overdue, ("backup",), "bitools backup verify", "bitools backup drill", "bitools backup copy"
    )
    copies = sum(1 for one in inventory.repositories.values() if one.copy_of)
    text = ng("{count} second repository, read back", "{count} second repositories, read back", copies)
    well = text.format(count=copies) if copies else _("no second repository; the first is read back")
    last = max((found.last for found in each.values() if found.last), default=None)
    return standing("copies", problems, well, last)
