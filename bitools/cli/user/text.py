"""How accounts, and what was done to them, are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bitools.i18n import _, ng

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.documents.user import AccountItem, UserSyncItem
    from bitools.state import Document


def show_for(slip_to: Path | None) -> Callable[[Console, Document[UserSyncItem]], None]:
    """How an act is shown that wrote slips there; `-` is the terminal."""
    return _show_with_slips if str(slip_to) == "-" else show_changes


def _show_with_slips(console: Console, document: Document[UserSyncItem]) -> None:
    """What was done, and the slips themselves: for the terminal of somebody who has asked for that."""
    show_changes(console, document)
    for item in document.items:
        if "slip" in item:
            console.line()
            for line in Path(item["slip"]).read_text(encoding="utf-8").splitlines():
                console.line(line)


def show_changes(console: Console, document: Document[UserSyncItem]) -> None:
    """One line an account; of a plan, what would change and by which right."""
    for line in lines(document):
        console.sentence(line)


def show_sync(console: Console, document: Document[UserSyncItem]) -> None:
    """What changed or would, and how many did not."""
    for line in lines(document):
        console.sentence(line)
    same = sum(item["status"] == "unchanged" for item in document.items)
    console.note(ng("{count} account unchanged", "{count} accounts unchanged", same).format(count=same))


def state_of(item: AccountItem) -> str:
    """In words, whether an account can be used."""
    words = {
        "enabled": _("is enabled"),
        "disabled": _("is disabled"),
        "expired": _("has expired"),
        "locked": _("is locked out"),
        "pending": _("is unfinished"),
    }
    return words.get(item["status"]) or _done()[item["status"]]


def _done() -> dict[str, str]:
    """What was done to an account, or what came of it, in words."""
    return {
        "created": _("created"),
        "completed": _("completed"),
        "disabled": _("disabled"),
        "enabled": _("enabled"),
        "unlocked": _("unlocked"),
        "unchanged": _("unchanged"),
        "planned": _("planned"),
        "moved": _("moved"),
        "granted": _("granted"),
        "revoked": _("revoked"),
        "expires": _("expires"),
        "never_expires": _("never expires"),
        "password_set": _("new password"),
        "offboarded": _("off-boarded"),
        "checklist": _("check-list open"),
        "held": _("held back"),
        "restored": _("restored"),
        "changed": _("changed"),
        "adopted": _("adopted"),
        "set": _("set"),
        "renamed": _("renamed"),
        "pending": _("is unfinished"),
        "violation": _("against the rules"),
    }


def lines(document: Document[UserSyncItem]) -> Iterator[str]:
    """The document in words."""
    words = _done()
    many = len(document.items) > 1
    for item in document.items:
        if many and item["status"] == "unchanged" and "line" in item:
            continue  # of a staff list only what changes is of interest
        status = words[item["status"]]
        yield f"{item['sam_account_name'] or '-'}  {status}  {item['dn'] or ''}".rstrip()
        yield from _details(item)


def _details(item: UserSyncItem) -> Iterator[str]:
    if item["status"] == "planned":
        for change in item["changes"]:
            yield f"  {change['attribute']}: {_value(change['old'])} → {_value(change['new'])}"
        for right in item.get("rights", ()):
            yield "  " + _("by the right to {right}").format(right=right)
    if "slip" in item:
        yield "  " + _("slip: {path}").format(path=item["slip"])
    for thing in item.get("custody", ()):
        yield "  " + _("registered: {thing}").format(thing=thing)
    for task in item.get("checklist", ()):
        yield f"  [{'x' if task['done'] else ' '}] {task['name']}: {task['text']}"


def _value(value: object) -> str:
    return "" if value is None else str(value)
