"""How planned changes look to people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bitools.cli.console import Console, safe
from bitools.i18n import _, ng

if TYPE_CHECKING:
    from bitools.documents.net_change import Question, Refusal, RemediateItem
    from bitools.state import Document


def remediate(console: Console, document: Document[RemediateItem]) -> None:
    """What to type; devices that need exactly the same are told together."""
    told = [item for item in document.items if item["commands"] or item["questions"]]
    for items in _alike(told):
        _header(console, items)
        for line in items[0]["text"].splitlines():
            console.line(safe(line))
        for question in items[0]["questions"]:
            console.sentence(_asked(question), "yellow")
        for refusals in _told_at_once(items[0]["refusals"]):
            console.sentence(*_refused(refusals))
        if any(refusal["rests_on"] == "configuration" for refusal in items[0]["refusals"]):
            console.sentence(_("judged by the configuration alone: the device did not say how it sees us"))
        console.line()
    if plan := document.more.get("plan_id"):
        console.line(_("plan {plan}").format(plan=plan))
    same = len(document.items) - len(told)
    if same:
        console.line(
            ng("{count} device as it should be", "{count} devices as they should be", same).format(count=same)
        )


def _alike(items: Sequence[RemediateItem]) -> list[list[RemediateItem]]:
    groups: dict[str, list[RemediateItem]] = {}
    for item in items:
        same = (item["platform"], item["text"], item["questions"], item["refusals"])
        groups.setdefault(repr(same), []).append(item)
    return list(groups.values())


def _told_at_once(refusals: Sequence[Refusal]) -> list[list[Refusal]]:
    """Lines of one section that one reason speaks against."""
    groups: dict[tuple[str, ...], list[Refusal]] = {}
    for refusal in refusals:
        section = (*refusal["path"], refusal["line"])[0]
        groups.setdefault((section, refusal["rule"], refusal["weight"], refusal["why"]), []).append(refusal)
    return list(groups.values())


def _refused(refusals: Sequence[Refusal]) -> tuple[str, str]:
    first, more = refusals[0], len(refusals) - 1
    where = safe(" / ".join((*first["path"], first["line"])))
    if more:
        where += " " + ng("(and {count} more line of it)", "(and {count} more lines of it)", more).format(
            count=more
        )
    sign, style = ("✗", "red") if first["weight"] == "refuse" else ("!", "yellow")
    return f"{sign} {first['rule']}: {where}: {first['why']}", style


def _header(console: Console, items: Sequence[RemediateItem]) -> None:
    names = ", ".join(item["device"] for item in items)
    count = len(items[0]["commands"])
    size = ng("{count} command", "{count} commands", count).format(count=count)
    console.line(f"! {safe(names)}  ({items[0]['platform']} · {size})", "bold")


def _asked(question: Question) -> str:
    where = safe(" / ".join((*question["path"], question["line"])))
    sign = "-" if question["removes"] else "+"
    return f"! ? {sign} {where}: {_reasons()[question['why']]}"


def _reasons() -> dict[str, str]:
    return {
        "default": _("what holds without it differs by model: decide, and type it"),
        "all": _("without it everything would pass: decide, and type it"),
        "secret": _("it has a secret in it: type it yourself"),
        "order": _("its place in the list cannot be typed: write the list anew"),
        "removal": _("nobody has said what removes it on this platform"),
        "emptied": _("its list would stand empty meanwhile, and let everything through"),
        "shown": _("it is typed in another way than it is shown: type it yourself"),
        "help": _("its question mark would ask the device for help: type it with Ctrl-V before it"),
    }
