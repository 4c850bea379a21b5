"""The sections of a monthly or yearly report: which figures stand under which article. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bitools.documents.report import Cell
from bitools.figures.count import Activity
from bitools.figures.performed import OPEN
from bitools.figures.section import Section, Total, act_column, by_part, tallied
from bitools.figures.tables import Column, Given, Table
from bitools.i18n import _
from bitools.job import Jobs
from bitools.report.activity.duties import duties


def sections(jobs: Jobs, found: Activity, site_names: Mapping[str, str]) -> tuple[Section, ...]:
    """All sections, in the language that is spoken now: each job's own, and what is about all of them."""
    own = [section for job in jobs for section in job.sections(found, site_names)]
    return _summary(jobs, found), *own, _ledger(found), _articles(found)


def _summary(jobs: Jobs, found: Activity) -> Section:
    rows = [
        *(total for job in jobs for total in job.totals(found)),
        Total("acts", _("Acts in the ledger"), len(found.acts)),
        Total("acts_not_done", _("of which not done"), sum(not one.went_well for one in found.acts)),
    ]
    shown = tuple(
        (one.key, one.title, Column(one.key, one.title, one.kind).shown(one.value), one.value) for one in rows
    )
    return Section("summary", _("Summary"), ("14.5",), (), (_figures(shown),))


def _figures(rows: tuple[tuple[str, str, str, Cell], ...]) -> Table:
    """One figure a row, of different kinds: shown as text, kept as a value."""
    columns = (Column("name", _("figure")), Column("value", _("value"), "number"))
    cells = tuple((Given(title, key), Given(text, value)) for key, title, text, value in rows)
    return Table("summary", _("Figures"), columns, cells)


def _ledger(found: Activity) -> Section:
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
        act_column(),
        Column("target", _("target")),
        Column("actor", _("actor")),
    )
    tables = [
        tallied("acts", _("What was done"), act_column(), found.acts),
        tallied("actors", _("Who did it"), Column("actor", _("actor")), found.acts),
        by_part(
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
