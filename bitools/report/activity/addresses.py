"""What a month or a year says of the address log: counts, never who asked about whom. Pure."""

from __future__ import annotations

from collections import Counter

from bitools.i18n import _
from bitools.report import addresses
from bitools.report.activity.count import Activity
from bitools.report.performed import tally
from bitools.report.tables import Column, Given, Table, Value

ARTICLES = ("6.6", "6.32", "11.35")


def tables(found: Activity) -> tuple[Table, ...]:
    """What was sealed, lost, asked and removed; nothing if no log is kept."""
    about = [act for act in found.acts if act.action in addresses.ACTIONS]
    if not about:
        return ()
    acts = tuple((each.name, each.done, each.failed) for each in tally(about, "action"))
    columns = (
        Column("action", _("act"), "action"),
        Column("done", _("done"), "number"),
        Column("not_done", _("not done"), "number"),
    )
    return (
        Table("address_log", _("Acts on the address log"), columns, acts),
        Table("address_log_by_part", _("The address log over time"), _columns(found), _rows(found)),
    )


def _columns(found: Activity) -> tuple[Column, ...]:
    yearly = found.period.kind == "year"
    return (
        Column("month", _("month")) if yearly else Column("day", _("day")),
        Column("sealed", _("days sealed"), "number"),
        Column("lines", _("lines"), "number"),
        Column("gaps", _("gaps"), "number"),
        Column("unparsed", _("not understood"), "number"),
        Column("asked", _("questions answered"), "number"),
        Column("refused", _("refused"), "number"),
    )


def _rows(found: Activity) -> tuple[tuple[Value, ...], ...]:
    counts: dict[str, Counter[str]] = {part: Counter() for part in found.period.parts}
    for act in found.acts:
        row = counts.get(found.period.part(act.time))
        if row is None or act.action not in addresses.ACTIONS:
            continue
        row["sealed"] += addresses.done([act], addresses.SEAL)
        for key in ("lines", "gaps", "unparsed"):
            row[key] += addresses.total([act], key)
        row["asked"] += addresses.done([act], addresses.WHO)
        row["refused"] += act.outcome == "refused"
    names = [column.key for column in _columns(found)[1:]]
    return tuple(
        (Given(found.period.named(part), part), *(row[name] for name in names))
        for part, row in counts.items()
    )
