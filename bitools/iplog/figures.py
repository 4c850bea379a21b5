"""What reports say of the address log: its newest seal, what no token covers, what was asked. Counts only.

From the ledger alone: it holds the hash of each seal, and of each question that there was one, never who
asked about whom. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from bitools.figures.count import Activity
from bitools.figures.performed import Performed
from bitools.figures.section import Paragraph, Section, Total, act_column, part_column, tallied
from bitools.figures.tables import Column, Given, Table, Value
from bitools.i18n import _, ng, number, short_date

SEAL, STAMP, WHO, EXPORT, PURGE = "iplog.seal", "iplog.stamp", "iplog.who", "iplog.export", "iplog.purge"
ACTIONS = (SEAL, STAMP, WHO, EXPORT, PURGE, "iplog.hold", "iplog.release")
_ARTICLES = ("6.6", "6.32", "11.35")
_COUNTED = ("lines", "gaps", "unparsed")  # what each seal leaves in the ledger
Line = tuple[Literal["plain", "code", "alarm"], str]


def totals(found: Activity) -> Iterator[Total]:
    """Figures of the summary."""
    yield Total("days_sealed", _("Days of the IP-distribution log sealed"), found.done(SEAL))
    yield Total("address_queries", _("Inquiries about addresses answered"), found.done(WHO))


def sections(found: Activity) -> Iterator[Section]:
    """What was sealed, lost, asked and removed; nothing if no log is kept."""
    about = [act for act in found.acts if act.action in ACTIONS]
    if about:
        tables = (
            tallied("address_log", _("Acts on the address log"), act_column(), about),
            Table("address_log_by_part", _("The address log over time"), _columns(found), _rows(found)),
        )
        yield Section("addresses", _("The address log"), _ARTICLES, (), tables)


def _columns(found: Activity) -> tuple[Column, ...]:
    return (
        part_column(found),
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
        if row is None or act.action not in ACTIONS:
            continue
        row["sealed"] += _done([act], SEAL)
        for key in _COUNTED:
            row[key] += _total([act], key)
        row["asked"] += _done([act], WHO)
        row["refused"] += act.outcome == "refused"
    names = [column.key for column in _columns(found)[1:]]
    return tuple(
        (Given(found.period.named(part), part), *(row[name] for name in names))
        for part, row in counts.items()
    )


def day(every: Iterable[Performed], fresh: Sequence[Performed], *, authority: bool) -> Iterator[Paragraph]:
    """How the log stands, and what came since the last report; nothing before the first seal.

    Without a time authority nothing is said of what no token covers.
    """
    last: Performed | None = None
    waiting = 0
    for act in every:
        if act.action == SEAL and act.went_well:
            last, waiting = act, waiting + 1
        elif act.action == STAMP and act.went_well:
            waiting = 0  # a token covers all seals before it
    if last is not None:
        lines = _lines(last, waiting if authority else 0, fresh)
        yield Paragraph(_("Address log"), _("ADDRESS LOG"), tuple(lines))


def _lines(last: Performed, unstamped: int, fresh: Sequence[Performed]) -> Iterator[Line]:
    yield "plain", _("sealed until {day}").format(day=short_date(_text(last, "day")))
    yield "code", _("head: {head}").format(head=_text(last, "manifest"))
    gaps, unparsed = _total(fresh, "gaps"), _total(fresh, "unparsed")
    if unstamped:
        text = ng("{count} sealed day has no time stamp", "{count} sealed days have no time stamp", unstamped)
        yield "alarm", text.format(count=number(unstamped))
    if gaps:
        text = ng("lines were lost at {count} place", "lines were lost at {count} places", gaps)
        yield "alarm", text.format(count=number(gaps))
    if unparsed:
        text = ng("{count} line was not understood", "{count} lines were not understood", unparsed)
        yield "plain", text.format(count=number(unparsed))
    refused = sum(act.action in (WHO, EXPORT) and act.outcome == "refused" for act in fresh)
    asked, handed_out = _done(fresh, WHO), _done(fresh, EXPORT)
    text = _("questions: {asked} answered, {refused} refused, {handed_out} exports")
    yield (
        "plain",
        text.format(asked=number(asked), refused=number(refused), handed_out=number(handed_out)),
    )


def _done(acts: Iterable[Performed], action: str) -> int:
    """How many of one kind went well."""
    return sum(act.action == action and act.went_well for act in acts)


def _total(acts: Iterable[Performed], key: str) -> int:
    """The sum of a count that each seal left in the ledger."""
    found = 0
    for act in acts:
        if act.action == SEAL and act.went_well and isinstance(act.result, dict):
            value = act.result.get(key)
            found += value if isinstance(value, int) else 0
    return found


def _text(act: Performed, key: str) -> str:
    """A word that the act left in the ledger."""
    value = act.result.get(key) if isinstance(act.result, dict) else None
    return value if isinstance(value, str) and value.isascii() and len(value) <= 64 else ""
