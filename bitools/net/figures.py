"""What a month or a year says of the network. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from bitools.figures.count import Activity
from bitools.figures.section import Section, Total, by_part, over_time, share
from bitools.figures.tables import Column, Given, Table
from bitools.i18n import _


def totals(found: Activity) -> Iterator[Total]:
    """Figures of the summary."""
    devices = found.devices.values()
    read, unread = sum(one.read for one in devices), sum(one.unread for one in devices)
    yield Total("devices_followed", _("Devices followed"), len(devices))
    yield Total("devices_changed", _("Devices that changed"), sum(1 for one in devices if one.changes))
    yield Total("changes", _("Changes of configurations"), sum(found.changes.values()))
    yield Total("security_changes", _("of which critical"), sum(found.critical.values()))
    yield Total("changes_reviewed", _("Changes reviewed"), len(found.reviews))
    yield Total("review_hours", _("Hours until the review (median)"), _hours(found.reviews))
    yield Total("readings", _("Readings of configurations"), read + unread)
    yield Total("readings_share", _("Readings that succeeded"), share(read, unread), "percent")


def _hours(waits: Sequence[float]) -> int | None:
    return round(median(waits)) if waits else None


def section(found: Activity, names: Mapping[str, str]) -> Section:
    """Devices, those that changed most first, and changes over time; `names` are those of sites."""
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
    series = (
        ("changes", _("changes"), found.changes),
        ("security_changes", _("critical"), found.critical),
    )
    chart = over_time(found, _("Changes of configurations"), series)
    table = Table("network", _("Devices, those that changed most first"), columns, rows)
    parts = by_part(found, "changes_by_part", (_("Changes by month"), _("Changes by day")), series)
    articles = ("6.31", "11.24", "11.30")
    return Section("network", _("Network changes"), articles, (chart,), (table, parts))
