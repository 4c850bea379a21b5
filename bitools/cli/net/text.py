"""How net's documents look to people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from bitools.cli.console import Console, safe
from bitools.i18n import _, ng, short_time

if TYPE_CHECKING:
    from bitools.documents.net import (
        Change,
        DiffItem,
        RenderItem,
        ShowItem,
        SnapshotItem,
        TrustItem,
    )
    from bitools.documents.net_history import HistoryItem, LookedFor, RecoverItem, VerifyItem
    from bitools.net.verbs.trust import Shown
    from bitools.state import Document

Text = TypeVar("Text", "ShowItem", "RenderItem")
_SIGNS = {"added": "+", "removed": "-", "modified": "~", "moved": "↕", "reordered": "↕"}
_STYLES = {"added": "green", "removed": "red", "modified": "yellow", "moved": "yellow", "reordered": "yellow"}
_NAMED = 10  # devices that an answer names
_SEVERITIES = {"critical": "red", "warning": "yellow", "info": ""}
_STATUSES = {
    "stored": "green",
    "unchanged": "dim",
    "quarantined": "red",
    "silent": "dim",
    "pinned": "green",
    "changed": "red",
}


def _words() -> dict[str, str]:
    return {
        "stored": _("stored"),
        "unchanged": _("unchanged"),
        "quarantined": _("quarantined"),
        "silent": _("silent, as expected"),
        "critical": _("critical"),
        "warning": _("warning"),
        "info": _("info"),
        "known": _("known"),
        "new": _("new"),
        "changed": _("changed"),
        "pinned": _("pinned"),
    }


def snapshot(console: Console, document: Document[SnapshotItem]) -> None:
    """A row for each device that was stored or failed, and a count of the rest."""
    if document.more.get("skipped"):
        console.line(_("skipped: another run is at work"))
        return
    words = _words()
    told = [item for item in document.items if item["status"] != "unchanged"]
    if told:
        rows = [
            [
                item["device"],
                item["site"],
                words[item["status"]],
                _count(item),
                _who(item),
                _short(item),
            ]
            for item in told
        ]
        headings = [_("device"), _("site"), _("status"), _("changes"), _("author"), _("commit")]
        console.table(headings, rows, [_STATUSES[item["status"]] for item in told])
    same = len(document.items) - len(told)
    if same:
        console.line(
            ng("{count} device unchanged", "{count} devices unchanged", same).format(count=same), "dim"
        )


def _count(item: SnapshotItem) -> str:
    if item["status"] != "stored":
        return ""
    return _("first") if item["first"] else _size(item)


def _size(item: SnapshotItem | DiffItem) -> str:
    """How many lines came, went, and stand elsewhere."""
    moved = item.get("moved", 0)
    return f"+{item['added']} -{item['removed']}" + (f" ↕{moved}" if moved else "")


def _who(item: SnapshotItem | HistoryItem) -> str:
    """Everybody who changed it."""
    return ", ".join(item.get("authors", ())) or item.get("author") or ""


def _short(item: SnapshotItem) -> str:
    return (item["commit"] or "")[:10]


def diff(console: Console, document: Document[DiffItem]) -> None:
    """Section by section; devices with exactly the same changes are told together."""
    from bitools.net.decisions.comparison.grouping import group_identical

    told = [item for item in document.items if item["changes"]]
    for items in group_identical(told):
        _header(console, items)
        shown: tuple[str, ...] = ()
        for path, changes in groupby(items[0]["changes"], key=lambda change: tuple(change["path"])):
            shown = _section(console, path, list(changes), shown)
        console.line()
    if hidden := document.more.get("hidden"):
        text = ng("{count} lesser change is not shown", "{count} lesser changes are not shown", hidden)
        console.line(text.format(count=hidden))
    same = sum(not item["changes"] and not _lesser(item) for item in document.items)
    if same:
        console.line(
            ng("{count} device without a change", "{count} devices without a change", same).format(count=same)
        )


def _lesser(item: DiffItem) -> bool:
    """Did it change in what `--severity` leaves out?"""
    return bool(item["added"] or item["removed"] or item.get("moved"))


def _header(console: Console, items: Sequence[DiffItem]) -> None:
    names = ", ".join(item["device"] for item in items)
    console.line(f"{names}  ({_facts(items)})", "bold")


def _facts(items: Sequence[DiffItem]) -> str:
    """Where, how much and by whom: what several devices have in common."""
    severities = [change["severity"] for change in items[0]["changes"]]
    worst = next((level for level in _SEVERITIES if level in severities), "info")
    places = ", ".join(sorted({item["site"] for item in items if item["site"]}))
    roles = "/".join(sorted({item["role"].upper() for item in items}))
    authors = ", ".join(sorted({item["author"] for item in items if item["author"]}))
    facts = [places, roles, _words()[worst], _size(items[0]), authors]
    return safe(" · ".join(fact for fact in facts if fact))


def _section(
    console: Console, path: tuple[str, ...], changes: Sequence[Change], shown: tuple[str, ...]
) -> tuple[str, ...]:
    """The headers that do not stand above already, then the changes; gives the headers above now."""
    for depth, header in enumerate(path):
        if path[: depth + 1] != shown[: depth + 1]:
            console.line(f"  {'  ' * depth}{header}", "cyan")
    indent = "  " * (len(path) + 1)
    for change in changes:
        for sign, text in _signed_lines(change):
            style = {"+": "green", "-": "red"}.get(sign, _STYLES[change["kind"]])
            console.line(f"{indent}{sign} {text}", style)
    return (*path, changes[-1]["line"])


def _signed_lines(change: Change) -> list[tuple[str, str]]:
    """The lines of one change, each with its sign."""
    if change["kind"] == "modified":
        old, new = (change["old"] or "").splitlines(), (change["new"] or "").splitlines()
        return [*(("-", line) for line in old), *(("+", line) for line in new)]
    if change["kind"] in ("moved", "reordered"):
        after = change["new"]
        where = _("now after: {line}").format(line=after) if after else _("now first")
        return [(_SIGNS[change["kind"]], f"{change['line']}  ({where})")]
    text = change["new"] if change["kind"] == "added" else change["old"]
    first, *rest = (text or change["line"]).splitlines()
    if "after" in change:
        after = change["after"]
        first += "  (" + (_("after: {line}").format(line=after) if after else _("first in its list")) + ")"
    return [(_SIGNS[change["kind"]], line) for line in (first, *rest)]


def unified(console: Console, document: Document[DiffItem]) -> None:
    """As `diff -u` writes it."""
    styles = {"+": "green", "-": "red", "@": "cyan"}
    for item in document.items:
        for line in item["diff"].splitlines():
            console.line(line, styles.get(line[:1], ""))


def html(console: Console, document: Document[DiffItem]) -> None:
    """One self-contained page, for a desk and for a phone; the same change on many devices once."""
    from pathlib import Path

    from bitools.net.decisions.comparison.grouping import group_identical, heaviest
    from bitools.templates import render_template

    groups = [
        {
            "devices": [safe(item["device"]) for item in items],
            "severity": heaviest(items),
            "facts": _facts(items),
            "rows": list(_rows(items[0]["changes"])),
        }
        for items in group_identical(document.items)
    ]
    same = sum(not item["changes"] and not _lesser(item) for item in document.items)
    page = render_template(
        "net-diff.html.j2",
        Path(),
        groups=groups,
        same=same,
        failed=[{key: safe(str(one[key])) for key in ("target", "error")} for one in document.failed],
        started=document.started,
        words=_words(),
    )
    for line in page.splitlines():
        console.put(line + "\n")


def _rows(changes: Sequence[Change]) -> Iterator[dict[str, str | int]]:
    """Section headers and signed lines, in the order of the configuration."""
    shown: tuple[str, ...] = ()
    for path, group in groupby(changes, key=lambda change: tuple(change["path"])):
        for depth, header in enumerate(path):
            if path[: depth + 1] != shown[: depth + 1]:
                yield {"sign": "", "kind": "path", "depth": depth, "text": safe(header), "severity": ""}
        for change in group:
            for number, (sign, text) in enumerate(_signed_lines(change)):
                kind = {"+": "added", "-": "removed"}.get(sign, "moved")
                weight = change["severity"] if number == 0 else ""
                yield {
                    "sign": sign,
                    "kind": kind,
                    "depth": len(path),
                    "text": safe(text),
                    "severity": weight,
                }
            shown = (*path, change["line"])


def history(console: Console, document: Document[HistoryItem]) -> None:
    """One row a stored change, or a paragraph with its lines; nothing says what was looked for."""
    if not document.items:
        console.line(_nothing_of(document.more["looked_for"]))
    elif "diff" in document.items[0]:
        _patches(console, document.items)
    else:
        _changes(console, document.items)


def _changes(console: Console, items: Sequence[HistoryItem]) -> None:
    words = {"changed": _("changed"), "first snapshot": _("first snapshot")}
    shown = cache(short_time)  # a run stores many changes at one time
    rows = [
        [
            shown(item["time"]),
            item["device"],
            _who(item) or "?",
            f"+{item['added']} -{item['removed']}" if "added" in item and "removed" in item else "",
            words.get(item["reason"], ""),
            item["review"]["by"] if item["review"] else "",
            item["commit"][:10],
        ]
        for item in items
    ]
    headings = [_("time"), _("device"), _("author"), _("lines"), _("cause"), _("reviewed by"), _("commit")]
    console.table(headings, rows)


def _patches(console: Console, items: Sequence[HistoryItem]) -> None:
    styles = {"+": "green", "-": "red", "@": "cyan"}
    for item in items:
        facts = [short_time(item["time"]), item["device"], _who(item) or "?", item["commit"][:10]]
        console.sentence("  ".join(facts), "bold")
        for line in item["diff"].splitlines():
            if not line.startswith(("diff ", "index ", "--- ", "+++ ", "new file")):
                console.line(f"  {line}", styles.get(line[:1], ""))
        console.line()


def _nothing_of(asked: LookedFor) -> str:
    """`No stored change of sw-1 · since … · by mehmet`."""
    names = ", ".join(asked["devices"][:_NAMED])
    more = len(asked["devices"]) - _NAMED
    facts = [
        _("no stored change"),
        names + (f" (+{more})" if more > 0 else ""),
        _("since {time}").format(time=short_time(asked["since"])) if asked["since"] else "",
        _("until {time}").format(time=short_time(asked["until"])) if asked["until"] else "",
        _("by {author}").format(author=asked["author"]) if asked["author"] else "",
        _("not reviewed") if asked["unreviewed"] else "",
    ]
    return " · ".join(fact for fact in facts if fact)


def texts(console: Console, document: Document[Text]) -> None:
    """Configurations as they are."""
    for item in document.items:
        for line in item["text"].splitlines():
            console.line(line)


def fingerprints(console: Console, shown: Sequence[Shown]) -> None:
    """What somebody has to compare before saying yes; on stderr, it is a question and no data."""
    for one in shown:
        console.warn(
            f"{one.device.name}  {one.device.host}:{one.device.port}  {one.key.kind}  {one.key.fingerprint}"
        )


def trust(console: Console, document: Document[TrustItem]) -> None:
    """One row a device."""
    words = _words()
    rows = [
        [item["device"], item["host"], words[item["status"]], item["fingerprint"]] for item in document.items
    ]
    styles = [_STATUSES.get(item["status"], "") for item in document.items]
    console.table([_("device"), _("address"), _("status"), _("fingerprint")], rows, styles)


def verified(console: Console, document: Document[VerifyItem]) -> None:
    """What is wrong with the history."""
    if not document.items:
        count = document.more["changes"]
        text = ng("whole; the ledger knows {count} change", "whole; the ledger knows {count} changes", count)
        console.line(text.format(count=count), "green")
    for item in document.items:
        console.line(f"✗ {item['problem']}" + (f": {item['commit'][:12]}" if item["commit"] else ""), "red")


def recovered(console: Console, document: Document[RecoverItem]) -> None:
    """What stayed, what was made anew, what is lost."""
    words = {
        "from_object": _("from what was left of the history"),
        "from_document": _("from its run's document"),
        "from_copy": _("from its recovery copy"),
        "lost": _("lost"),
    }
    count = document.more["kept"]
    text = ng("{count} change is as it was", "{count} changes are as they were", count)
    console.line(text.format(count=count))
    for item in document.items:
        style = "red" if item["status"] == "lost" else ""
        console.line(f"{item['device']} {item['commit'][:12]}: {words[item['status']]}", style)
