"""The ledger, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitools.i18n import _, ng, short_time

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.documents.ledger import BreakItem, EnterItem, EntryItem, ExportItem, StampItem
    from bitools.state import Document

_STYLES = {"failed": "red", "interrupted": "yellow", "unknown": "yellow", "open": "yellow"}
_DETAIL = 60  # characters of what came of it; in full with --json


def entries(console: Console, document: Document[EntryItem]) -> None:
    """One row an act, its intent and what came of it; if there is none, what was looked for and where."""
    if not document.items:
        console.warn(_nothing(document.more["wanted"], document.more["among"]))
        return
    from bitools.figures.performed import ended, performed
    from bitools.ledger import acts

    found = list(performed(document.items))
    rows = [
        (
            act.number,
            short_time(act.time, seconds=True),
            act.actor,
            acts.named(act.action),
            act.target,
            ended(act.outcome),
            act.action,
            " ".join(act.duties),
            _short(act.result),
        )
        for act in found
    ]
    headings = (
        _("number"),
        _("time"),
        _("actor"),
        _("what was done"),
        _("target"),
        _("outcome"),
        _("action"),
        _("articles"),
        _("detail"),
    )
    console.table(headings, rows, [_STYLES.get(act.outcome, "") for act in found])


def _nothing(wanted: dict[str, str], among: dict[str, str | int]) -> str:
    if not among["entries"]:
        return _("the ledger has no entry yet")
    words = {
        "since": _("since"),
        "until": _("until"),
        "actor": _("actor"),
        "action": _("action"),
        "target": _("target"),
        "run": _("run"),
        "duty": _("article"),
    }
    times = ("since", "until")
    said = [
        f"{words[key]} {short_time(value, seconds=True) if key in times else value}"
        for key, value in wanted.items()
    ]
    text = _("no entry fits: {wanted}; there are {count}, from {first} to {last}")
    return text.format(
        wanted=", ".join(said),
        count=among["entries"],
        first=short_time(str(among["first"]), seconds=True),
        last=short_time(str(among["last"]), seconds=True),
    )


def _short(result: object) -> str:
    """What came of it, as words; in full with --json."""
    text = _words(result)
    return text if len(text) <= _DETAIL else text[: _DETAIL - 1] + "…"


def _words(result: object) -> str:
    """`commit 4f1c9a, devices 3`: the names of fields are those of the JSON, what is empty is left out."""
    if isinstance(result, dict):
        pairs = {key: _words(value) for key, value in result.items()}
        return ", ".join(f"{key} {value}" for key, value in pairs.items() if value)
    if isinstance(result, list | tuple):
        return " ".join(map(_words, result))
    return "" if result is None else str(result)


def chain(console: Console, document: Document[EntryItem]) -> None:
    """That it is whole, its head, and what is open."""
    from bitools.ledger.acts import named

    count = document.more["entries"]
    console.line(ng("{count} entry, whole", "{count} entries, whole", count).format(count=count), "green")
    console.line(_("head {head}").format(head=document.more["head"]))
    if newest := document.more.get("stamped"):
        text = _("stamped up to entry {entry}, {time}")
        console.line(text.format(entry=newest["entry"], time=short_time(newest["time"], seconds=True)))
    for entry in document.items:
        said = _("open: {seq} {time} {actor} {action} {target}")
        words = {"time": short_time(entry["time"], seconds=True), "action": named(entry["action"])}
        console.sentence(said.format(**{**entry, **words}), "yellow")


def exported(console: Console, document: Document[ExportItem]) -> None:
    """The file, and what proves it."""
    for item in document.items:
        text = ng("{count} entry in {file}", "{count} entries in {file}", item["entries"])
        console.line(text.format(count=item["entries"], file=item["file"]))
        console.line(f"SHA-256 {item['sha256']}")
        console.line(_("head {head}").format(head=item["head"]))


def continued(console: Console, document: Document[BreakItem]) -> None:
    """What was acknowledged."""
    if not document.items:
        console.line(_("nothing is broken"))
    for item in document.items:
        console.line(_("acknowledged: {what}").format(what=item["error"]))


def stamped(console: Console, document: Document[StampItem]) -> None:
    """Up to where, and when."""
    for item in document.items:
        if item["time"]:
            text = _("stamped up to entry {entry}, {time}")
            console.line(text.format(entry=item["entry"], time=short_time(item["time"], seconds=True)))
        else:
            console.line(_("entry {entry} would be stamped").format(entry=item["entry"]))
    if not document.items:
        console.line(_("nothing to stamp today"))


def entered(console: Console, document: Document[EnterItem]) -> None:
    """Each line of the file, and whether the ledger had it."""
    entered = _("entered") if document.applied else _("would be entered")
    words = {"entered": entered, "known": _("was there already")}
    for item in document.items:
        text = _("{action} of {target}, {time}: {status}")
        console.line(
            text.format(**item | {"time": short_time(item["time"]), "status": words[item["status"]]})
        )
