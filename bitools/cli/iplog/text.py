"""What iplog's commands say to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitools.cli.console import Console
from bitools.i18n import _, ng, number, short_date, short_time

if TYPE_CHECKING:
    from bitools.documents.iplog import (
        FrozenItem,
        IngestedItem,
        ProvenItem,
        PurgedItem,
        SealedItem,
        SourceItem,
        WhoItem,
    )
    from bitools.state import Document


def problems() -> dict[str, str]:
    """What a source or the whole log lacks, in people's words."""
    return {
        "silent": _("silent"),
        "unparsed": _("too many lines not understood"),
        "gap": _("lines lost"),
        "missing": _("no file"),
        "few": _("far fewer lines than usual"),
        "lease_unknown": _("lease: is missing"),
        "unsealed": _("finished days are not sealed"),
        "unstamped": _("sealed days have no time stamp"),
        "clock": _("the clock is off"),
    }


def ingest(console: Console, document: Document[IngestedItem]) -> None:
    """What each source gave."""
    if document.more.get("skipped"):
        console.sentence(_("another run is at it"))
        return
    rows = [
        (
            item["source"],
            number(item["lines"]),
            number(item["unparsed"]),
            number(item["gaps"]),
            _("too many lines not understood") if item["alarm"] else "",
        )
        for item in document.items
    ]
    styles = ["yellow" if item["alarm"] or item["gaps"] else "" for item in document.items]
    console.table([_("source"), _("new lines"), _("not understood"), _("gaps"), ""], rows, styles)


def seal(console: Console, document: Document[SealedItem]) -> None:
    """What was sealed and stamped, and the head that belongs elsewhere too."""
    named = {"sealed": _("sealed"), "stamped": _("sealed and stamped"), "unstamped": _("sealed, not stamped")}
    rows = [
        (f"{item['segment']:06d}", short_date(item["day"]), number(item["lines"]), named[item["status"]])
        for item in document.items
    ]
    console.table([_("seal"), _("day"), _("lines"), _("status")], rows)
    if document.more.get("head"):
        console.sentence(_("head: {head}").format(head=document.more["head"]))
    if document.more.get("unstamped"):
        count = document.more["unstamped"]
        told = ng("{count} sealed day has no time stamp", "{count} sealed days have no time stamp", count)
        console.sentence(told.format(count=number(count)))


def verify(console: Console, document: Document[ProvenItem]) -> None:
    """How many seals hold; each that does not is told as a failure."""
    counted: dict[str, int] = {}
    for item in document.items:
        counted[item["status"]] = counted.get(item["status"], 0) + 1
    parts = [
        _("{count} seals whole").format(count=counted.get("whole", 0)),
        _("{count} purged").format(count=counted.get("purged", 0)),
        _("{count} broken").format(count=counted.get("broken", 0)),
    ]
    stamped = sum(item["stamp"] in ("good", "covered", "late") for item in document.items)
    parts.append(_("{count} vouched for by a time stamp").format(count=stamped))
    console.sentence(", ".join(parts), "red" if counted.get("broken") else "green")
    if document.more["missing"]:
        days = ", ".join(short_date(day) for day in document.more["missing"][:20])
        console.sentence(_("nothing was taken on: {days}").format(days=days), "yellow")
    if document.more["head"]:
        console.sentence(_("head: {head}").format(head=document.more["head"]))


def who(console: Console, document: Document[WhoItem]) -> None:
    """The answer, with the lines it stands on."""
    if document.more["at"]:
        times = _("{local} local time, {utc} UTC")
        console.sentence(
            times.format(
                local=short_time(document.more["at"], seconds=True),
                utc=document.more["utc"][:19].replace("T", " "),
            ),
            "bold",
        )
    for item in document.items:
        _holder(console, item)
    if document.more["candidates"]:
        console.sentence(_("within the clocks' error also:"), "yellow")
        for item in document.more["candidates"]:
            _holder(console, item)
    if document.more["bundle"]:
        console.sentence(_("bundle: {file}").format(file=document.more["bundle"]))


_STYLES = {
    "certain": "green",
    "within_lease": "green",
    "assigned": "green",
    "conflict": "red",
    "unknown": "yellow",
}


def _holder(console: Console, item: WhoItem) -> None:
    from bitools.iplog.decisions import words

    device = item["mac"] or {"none": "–", "unknown": "?"}.get(item["grade"], _("somebody unknown"))
    place = f"{item['ip']}" + (" (" + _("port") + f" {item['port']})" if item["port"] else "")
    console.sentence(f"{place}  {device}  {words.grades()[item['grade']]}", _STYLES.get(item["grade"], ""))
    if item["randomised"]:
        console.sentence("  " + _("the device made this hardware address up: it names no device"))
    told = [(_("name"), item["host"]), (_("person"), item["person"]), (_("source"), item["source"])]
    told += [(_("relay"), item["relay"]), (_("circuit"), item["circuit"])]
    if said := [f"{word}: {value}" for word, value in told if value]:
        console.sentence("  " + ", ".join(said))
    if item["from"] or item["sign"]:
        span = _("from {begins}, last sign {sign}, until {ends}")
        console.sentence(
            "  "
            + span.format(
                begins=short_time(item["from"] or "", seconds=True) or "?",
                sign=short_time(item["sign"] or "", seconds=True) or "?",
                ends=short_time(item["to"] or "", seconds=True) or "?",
            )
        )
    for cause in item["causes"]:
        console.sentence("  " + _("because: {cause}").format(cause=words.causes()[cause]), "yellow")
    for word, one in ((_("before"), item["before"]), (_("after"), item["after"])):
        if one:
            begins = short_time(one["begins"], seconds=True)
            ends = short_time(one["ends"] or "", seconds=True) or "?"
            console.sentence(f"  {word}: {one['mac'] or '?'}  {begins} – {ends}", "dim")
    for line in item["evidence"]:
        place = f"{line['segment']:06d}/{line['source']}:{line['line']}"
        sealed = "" if line["sealed"] else " " + _("(not sealed yet)")
        console.sentence(f"  {place}{sealed}  {line['text']}", "dim")


def status(console: Console, document: Document[SourceItem]) -> None:
    """Every source, then the seals."""
    rows = [
        (
            item["source"],
            short_time(item["last"] or "") or _("never"),
            number(item["lines"]),
            number(item["usual"]),
            number(item["unparsed"]),
            ", ".join(problems()[one] for one in item["problems"]),
        )
        for item in document.items
    ]
    styles = ["yellow" if item["problems"] else "" for item in document.items]
    headings = [_("source"), _("last line"), _("today"), _("usual"), _("not understood"), _("problems")]
    console.table(headings, rows, styles)
    more = document.more
    sealed = short_date(more["sealed"]) if more["sealed"] else _("never")
    console.sentence(
        _("sealed until {day}; {count} days without a time stamp").format(day=sealed, count=more["unstamped"])
    )
    for problem in more["problems"]:
        console.sentence(problems()[problem], "red")
    if more["held"]:
        console.sentence(_("frozen for: {numbers}").format(numbers=", ".join(more["held"])))


def purge(console: Console, document: Document[PurgedItem]) -> None:
    """What went, and what is frozen."""
    named = {"purged": _("removed"), "held": _("frozen"), "due": _("due")}
    rows = [
        (f"{item['segment']:06d}", short_date(item["day"]), named[item["status"]]) for item in document.items
    ]
    console.table([_("seal"), _("day"), _("status")], rows)
    for snapshot in document.more.get("backups", []):
        console.sentence(_("still in a backup: {snapshot}").format(snapshot=snapshot), "yellow")


def held(console: Console, document: Document[FrozenItem]) -> None:
    """The ranges that are frozen, or were released."""
    for item in document.items:
        span = f"{short_date(item['begins'])} – {short_date(item['ends'])}"
        console.sentence(_("{number}: {span}").format(number=item["file_number"], span=span))
