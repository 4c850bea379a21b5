"""What a month or a year says of backups. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bitools.figures.count import Activity
from bitools.figures.performed import tier_named
from bitools.figures.section import Section, Total, by_part, over_time, share
from bitools.figures.tables import Column, Table, Value
from bitools.i18n import _

_TIERS = ("hourly", "daily", "weekly", "monthly", "quarterly", "biannual", "yearly")


def totals(found: Activity) -> Iterator[Total]:
    """Figures of the summary."""
    datasets = found.datasets.values()
    complete, failed = sum(one.complete for one in datasets), sum(one.failed for one in datasets)
    yield Total("backups", _("Complete backups"), complete)
    yield Total("backups_share", _("Backups that succeeded"), share(complete, failed), "percent")
    yield Total("backup_bytes", _("Data added by backups"), sum(one.bytes for one in datasets), "bytes")
    restores = found.done("backup.restore", "backup.drill")
    yield Total("restores", _("Restores, also tried out"), restores)


def section(found: Activity) -> Section:
    """Data sets, tiers, proofs, backups over time."""
    made = found.counted("backup.make"), found.counted("backup.make", well=False)
    series = (("made", _("made"), made[0]), ("not_made", _("not made"), made[1]))
    chart = over_time(found, _("Backups made"), series)
    parts = by_part(found, "backups_by_part", (_("Backups by month"), _("Backups by day")), series)
    tables = (_datasets(found), *_by_tier(found), _proofs(found), parts)
    return Section("backups", _("Backups"), ("6.20", "11.15", "11.32"), (chart,), tables)


def _datasets(found: Activity) -> Table:
    columns = (
        Column("dataset", _("data set")),
        Column("complete", _("complete"), "number"),
        Column("failed", _("failed or partial"), "number"),
        Column("share", _("succeeded"), "percent"),
        Column("bytes", _("data added"), "bytes"),
        Column("last_complete", _("last complete backup"), "time"),
    )
    zone = found.period.start.tzinfo
    rows = tuple(
        (
            one.name,
            one.complete,
            one.failed,
            share(one.complete, one.failed),
            one.bytes,
            one.last.astimezone(zone) if one.last else None,
        )
        for one in sorted(found.datasets.values(), key=lambda one: one.name)
    )
    return Table("backups", _("Data sets"), columns, rows)


def _by_tier(found: Activity) -> tuple[Table, ...]:
    used = [tier for tier in _TIERS if any(one.tiers[tier] for one in found.datasets.values())]
    if not used:
        return ()
    columns = (Column("dataset", _("data set")), *(Column(tier, tier_named(tier), "number") for tier in used))
    rows = tuple[tuple[Value, ...], ...](
        (one.name, *(one.tiers[tier] for tier in used))
        for one in sorted(found.datasets.values(), key=lambda one: one.name)
    )
    return (Table("tiers", _("Backups by tier"), columns, rows),)


def _proofs(found: Activity) -> Table:
    """What proves that backups can be read: restores, drills, verifications, each with its last time."""
    zone, rows = found.period.start.tzinfo, []
    for action in ("backup.restore", "backup.drill", "backup.verify", "backup.copy"):
        acts = [act for act in found.acts if act.action == action]
        good = [act for act in acts if act.went_well]
        last = max((act.time for act in good), default=None)
        rows.append((action, len(good), len(acts) - len(good), last.astimezone(zone) if last else None))
    columns = (
        Column("action", _("proof"), "action"),
        Column("done", _("done"), "number"),
        Column("not_done", _("not done"), "number"),
        Column("last", _("last time"), "time"),
    )
    return Table("proofs", _("Proof that backups can be read"), columns, tuple(rows))
