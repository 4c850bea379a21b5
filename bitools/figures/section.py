"""What a job adds to a report: a section, figures of the summary, a paragraph of the day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bitools.documents.report import Cell
from bitools.figures.charts import Chart, bars
from bitools.figures.count import Activity
from bitools.figures.performed import Performed, tally
from bitools.figures.tables import Column, Given, Kind, Table, Value
from bitools.i18n import _

Series = tuple[str, str, Mapping[str, int]]  # key, words, value by part of the period


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, the articles it answers to, a chart if there is one, tables."""

    key: str
    title: str
    articles: tuple[str, ...]
    charts: tuple[Chart, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """One figure of the summary."""

    key: str
    title: str
    value: Cell
    kind: Kind = "number"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A heading, the same in capitals for a plain text, and lines: how each is meant to be seen."""

    title: str
    capitals: str
    lines: tuple[tuple[Literal["plain", "code", "alarm"], str], ...]


def share(good: int, bad: int) -> float | None:
    """Of both; None of nothing."""
    return good / (good + bad) if good + bad else None


def over_time(found: Activity, title: str, series: Sequence[Series]) -> Chart:
    """The chart of these values by month or day."""
    summary = (
        _("by month; the numbers are in the table")
        if found.period.kind == "year"
        else _("by day; the numbers are in the table")
    )
    shown = tuple((words, values) for _key, words, values in series)
    return bars(title, summary, found.period.parts, shown, found.period.named)


def by_part(found: Activity, key: str, titles: tuple[str, str], series: Sequence[Series]) -> Table:
    """What a chart shows, as numbers; `titles`: of a year's months, of a month's days."""
    columns = (part_column(found), *(Column(name, words, "number") for name, words, _values in series))
    rows = tuple[tuple[Value, ...], ...](
        (Given(found.period.named(part), part), *(values.get(part, 0) for _name, _words, values in series))
        for part in found.period.parts
    )
    return Table(key, titles[0] if found.period.kind == "year" else titles[1], columns, rows)


def part_column(found: Activity) -> Column:
    """The first column of a table over time."""
    return Column("month", _("month")) if found.period.kind == "year" else Column("day", _("day"))


def tallied(key: str, title: str, first: Column, acts: Iterable[Performed]) -> Table:
    """How many acts were done and how many were not, by what the first column is of: `action` or `actor`."""
    columns = (first, Column("done", _("done"), "number"), Column("not_done", _("not done"), "number"))
    rows = tuple((each.name, each.done, each.failed) for each in tally(acts, first.key))
    return Table(key, title, columns, rows)


def act_column() -> Column:
    """The first column of a table of acts."""
    return Column("action", _("act"), "action")
