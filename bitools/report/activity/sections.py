"""The sections of a monthly or yearly report: which figures stand under which article. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bitools.documents.report import Cell
from bitools.i18n import _
from bitools.report.activity import addresses
from bitools.report.activity.charts import Chart, bars
from bitools.report.activity.count import CLOSING, Activity
from bitools.report.activity.duties import duties
from bitools.report.performed import OPEN, tally, tier_named
from bitools.report.tables import Column, Given, Kind, Table, Value


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, the articles it answers to, a chart if there is one, tables."""

    key: str
    title: str
    articles: tuple[str, ...]
    charts: tuple[Chart, ...]
    tables: tuple[Table, ...]


def sections(found: Activity, site_names: Mapping[str, str]) -> tuple[Section, ...]:
    """All sections, in the language that is spoken now."""
    return (
        _summary(found),
        _network(found, site_names),
        _backups(found),
        _accounts(found),
        *_addresses(found),
        _ledger(found),
        _articles(found),
    )


def _summary(found: Activity) -> Section:
    devices, datasets = found.devices.values(), found.datasets.values()
    read, unread = sum(one.read for one in devices), sum(one.unread for one in devices)
    complete, failed = sum(one.complete for one in datasets), sum(one.failed for one in datasets)
    rows: list[tuple[str, str, Cell, Kind]] = [
        ("devices_followed", _("Devices followed"), len(devices), "number"),
        ("devices_changed", _("Devices that changed"), sum(1 for one in devices if one.changes), "number"),
        ("changes", _("Changes of configurations"), sum(found.changes.values()), "number"),
        ("security_changes", _("of which critical"), sum(found.critical.values()), "number"),
        ("changes_reviewed", _("Changes reviewed"), len(found.reviews), "number"),
        ("review_hours", _("Hours until the review (median)"), _hours(found.reviews), "number"),
        ("readings", _("Readings of configurations"), read + unread, "number"),
        ("readings_share", _("Readings that succeeded"), _share(read, unread), "percent"),
        ("backups", _("Complete backups"), complete, "number"),
        ("backups_share", _("Backups that succeeded"), _share(complete, failed), "percent"),
        ("backup_bytes", _("Data added by backups"), sum(one.bytes for one in datasets), "bytes"),
        ("restores", _("Restores, also tried out"), _done(found, "backup.restore", "backup.drill"), "number"),
        ("accounts_opened", _("Accounts opened"), _done(found, "user.add"), "number"),
        ("accounts_closed", _("Accounts closed"), _done(found, *CLOSING), "number"),
        ("days_sealed", _("Days of the IP-distribution log sealed"), _done(found, "iplog.seal"), "number"),
        ("address_queries", _("Inquiries about addresses answered"), _done(found, "iplog.who"), "number"),
        ("custody_overrides", _("Leavers cleared despite custody"), _overrides(found), "number"),
        ("acts", _("Acts in the ledger"), len(found.acts), "number"),
        ("acts_not_done", _("of which not done"), sum(not one.went_well for one in found.acts), "number"),
    ]
    shown = tuple(
        (key, title, Column(key, title, kind).shown(value), value) for key, title, value, kind in rows
    )
    return Section("summary", _("Summary"), ("14.5",), (), (_figures(shown),))


def _figures(rows: tuple[tuple[str, str, str, Cell], ...]) -> Table:
    """One figure a row, of different kinds: shown as text, kept as a value."""
    columns = (Column("name", _("figure")), Column("value", _("value"), "number"))
    cells = tuple((Given(title, key), Given(text, value)) for key, title, text, value in rows)
    return Table("summary", _("Figures"), columns, cells)


def _share(good: int, bad: int) -> float | None:
    return good / (good + bad) if good + bad else None


def _hours(waits: Sequence[float]) -> int | None:
    return round(median(waits)) if waits else None


def _overrides(found: Activity) -> int:
    return sum(1 for act in found.acts if act.action == "user.offboard" and act.went_well and act.overridden)


def _done(found: Activity, *actions: str) -> int:
    return sum(1 for act in found.acts if act.action in actions and act.went_well)


def _network(found: Activity, names: Mapping[str, str]) -> Section:
    columns = (
        Column("device", _("device")),
        Column("site", _("site")),
        Column("role", _("role")),
        Column("read", _("read"), "number"),
        Column("unread", _("not read"), "number"),
        Column("changes", _("changes"), "number"),
        Column("security_changes", _("critical"), "number"),
        Column("lines_added", _("lines added"), "number"),
        Column("lines_removed", _("lines removed"), "number"),
        Column("last_change", _("last change"), "time"),
    )
    ordered = sorted(found.devices.values(), key=lambda one: (-one.changes, one.name))
    rows = tuple(
        (
            one.name,
            Given(names.get(one.site, one.site) or "–", one.site),
            one.role,
            one.read,
            one.unread,
            one.changes,
            one.critical,
            one.added,
            one.removed,
            one.last.astimezone(found.period.start.tzinfo) if one.last else None,
        )
        for one in ordered
    )
    series = ((_("changes"), found.changes), (_("critical"), found.critical))
    chart = bars(
        _("Changes of configurations"), _parts(found), found.period.parts, series, found.period.named
    )
    table = Table("network", _("Devices, those that changed most first"), columns, rows)
    words = (
        ("changes", _("changes"), found.changes),
        ("security_changes", _("critical"), found.critical),
    )
    over_time = _by_part(found, "changes_by_part", (_("Changes by month"), _("Changes by day")), words)
    tables = (table, over_time)
    return Section("network", _("Network changes"), ("6.31", "11.24", "11.30"), (chart,), tables)


def _parts(found: Activity) -> str:
    return (
        _("by month; the numbers are in the table")
        if found.period.kind == "year"
        else _("by day; the numbers are in the table")
    )


def _by_part(
    found: Activity, key: str, titles: tuple[str, str], series: tuple[tuple[str, str, Mapping[str, int]], ...]
) -> Table:
    """What a chart shows, as numbers; `titles`: of a year's months, of a month's days."""
    yearly = found.period.kind == "year"
    columns = (
        Column("month", _("month")) if yearly else Column("day", _("day")),
        *(Column(name, words, "number") for name, words, _values in series),
    )
    rows = tuple[tuple[Value, ...], ...](
        (Given(found.period.named(part), part), *(values.get(part, 0) for _name, _words, values in series))
        for part in found.period.parts
    )
    return Table(key, titles[0] if yearly else titles[1], columns, rows)


def _backups(found: Activity) -> Section:
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
            _share(one.complete, one.failed),
            one.bytes,
            one.last.astimezone(zone) if one.last else None,
        )
        for one in sorted(found.datasets.values(), key=lambda one: one.name)
    )
    tiers = ("hourly", "daily", "weekly", "monthly", "quarterly", "biannual", "yearly")
    used = [tier for tier in tiers if any(one.tiers[tier] for one in found.datasets.values())]
    by_tier = Table(
        "tiers",
        _("Backups by tier"),
        (Column("dataset", _("data set")), *(Column(tier, tier_named(tier), "number") for tier in used)),
        tuple(
            (one.name, *(one.tiers[tier] for tier in used))
            for one in sorted(found.datasets.values(), key=lambda one: one.name)
        ),
    )
    made = found.counted("backup.make"), found.counted("backup.make", well=False)
    series = ((_("made"), made[0]), (_("not made"), made[1]))
    chart = bars(_("Backups made"), _parts(found), found.period.parts, series, found.period.named)
    tables = [Table("backups", _("Data sets"), columns, rows), *([by_tier] if used else [])]
    tables.append(_proofs(found))
    words = (("made", _("made"), made[0]), ("not_made", _("not made"), made[1]))
    tables.append(_by_part(found, "backups_by_part", (_("Backups by month"), _("Backups by day")), words))
    return Section("backups", _("Backups"), ("6.20", "11.15", "11.32"), (chart,), tuple(tables))


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


def _accounts(found: Activity) -> Section:
    opened, closed = found.counted("user.add"), found.counted(*CLOSING)
    series = ((_("opened"), opened), (_("closed"), closed))
    chart = bars(
        _("Accounts opened and closed"), _parts(found), found.period.parts, series, found.period.named
    )
    about = [act for act in found.acts if act.action.startswith("user.")]
    rows = tuple((each.name, each.done, each.failed) for each in tally(about, "action"))
    tables = (
        Table("accounts", _("Acts on accounts"), _tally_columns(_("act")), rows),
        _by_part(
            found, "accounts_by_part", (_("Accounts opened and closed"), _("Accounts opened and closed")),
            (("opened", _("opened"), opened), ("closed", _("closed"), closed)),
        ),
    )  # fmt: skip
    return Section("accounts", _("Accounts"), ("6.19", "12.3", "14.3"), (chart,), tables)


def _addresses(found: Activity) -> tuple[Section, ...]:
    tables = addresses.tables(found)
    return (Section("addresses", _("The address log"), addresses.ARTICLES, (), tables),) if tables else ()


def _tally_columns(title: str) -> tuple[Column, ...]:
    return (
        Column("action", title, "action"),
        Column("done", _("done"), "number"),
        Column("not_done", _("not done"), "number"),
    )


def _ledger(found: Activity) -> Section:
    acts = tuple((each.name, each.done, each.failed) for each in tally(found.acts, "action"))
    actors = tuple((each.name, each.done, each.failed) for each in tally(found.acts, "actor"))
    outcomes: dict[str, dict[str, int]] = {"done": {}, "other": {}}
    for act in found.acts:
        counts = outcomes["done" if act.went_well else "other"]
        part = found.period.part(act.time)
        counts[part] = counts.get(part, 0) + 1
    left_open = tuple(
        (act.number, act.time.astimezone(found.period.start.tzinfo), act.action, act.target, act.actor)
        for act in found.acts
        if act.outcome == OPEN
    )
    columns = (
        Column("number", _("number"), "number"),
        Column("time", _("time"), "time"),
        Column("action", _("act"), "action"),
        Column("target", _("target")),
        Column("actor", _("actor")),
    )
    who = (Column("actor", _("actor")), *_tally_columns("")[1:])
    tables = [
        Table("acts", _("What was done"), _tally_columns(_("act")), acts),
        Table("actors", _("Who did it"), who, actors),
        _by_part(
            found, "acts_by_part", (_("Acts by month"), _("Acts by day")),
            (("done", _("done"), outcomes["done"]), ("not_done", _("not done"), outcomes["other"])),
        ),
    ]  # fmt: skip
    if left_open:
        tables.append(Table("open", _("Begun, and never ended: a crash"), columns, left_open))
    return Section("ledger", _("The ledger"), ("9", "14.4"), (), tuple(tables))


def _articles(found: Activity) -> Section:
    columns = (
        Column("article", _("article")),
        Column("duty", _("what it asks for"), "words"),
        Column("done", _("acts done"), "number"),
        Column("not_done", _("not done"), "number"),
        Column("first_entry", _("first entry"), "number"),
        Column("last_entry", _("last entry"), "number"),
    )
    by_duty, known = found.by_duty, duties()
    rows = []
    for article in [*known, *sorted(by_duty.keys() - known.keys())]:
        acts = by_duty.get(article, [])
        good = sum(act.went_well for act in acts)
        numbers = [act.number for act in acts]
        first, last = min(numbers, default=None), max(numbers, default=None)
        rows.append((article, known.get(article, ""), good, len(acts) - good, first, last))
    table = Table("articles", _("From article to evidence"), columns, tuple(rows))
    return Section("articles", _("Article by article"), (), (), (table,))
