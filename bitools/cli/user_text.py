"""What the account commands share: their options, their questions, how accounts are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bitools.errors import Code, Refused, Usage
from bitools.i18n import _, ng

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.cli.context import Context
    from bitools.state import Document
    from bitools.user.verbs.changing import Consent

WIRE = (Code.INVALID, Code.CREDENTIALS, Code.UNREACHABLE, Code.REJECTED)
CHANGE = (Code.PARTIAL, Code.REFUSED, Code.LOCKED, Code.INTEGRITY, *WIRE)

Accounts = Annotated[list[str], typer.Argument(metavar="ACCOUNT", help=_("account names (sAMAccountName)"))]
Privileged = Annotated[bool, typer.Option("--privileged", help=_("administrators too; needs --reason"))]
Reason = Annotated[str, typer.Option("--reason", help=_("why; it is recorded"))]
MaxChanges = Annotated[
    int | None,
    typer.Option("--max-changes", min=1, help=_("how many at once; else guards: in directory.yaml")),
]


def consent(
    context: Context,
    yes: bool,
    privileged: bool = False,
    reason: str = "",
    max_changes: int | None = None,
    *,
    quiet: bool = False,
) -> Consent:
    """What the command line agrees to; with `quiet` nobody is asked. Raise Usage without a reason."""
    from bitools.user.verbs.changing import Consent

    if privileged and not reason.strip():
        raise Usage(_("--privileged needs --reason"))

    def ask(plan: Document) -> None:
        if not yes and context.console.answering:
            for line in lines(plan):
                context.console.warn(line)
        context.confirm(_("Do this?"), yes)

    return (
        Consent(privileged, reason.strip(), max_changes)
        if quiet
        else Consent(privileged, reason.strip(), max_changes, ask)
    )


def slip_place(context: Context, wanted: Path | None) -> Path | None:
    """Where a slip is to go; `-` is the terminal. Raise Refused if that is none, or JSON was asked for."""
    if wanted is None or str(wanted) != "-":
        return wanted
    if context.console.json or not context.console.interactive:
        hint = _("name a file; without --slip-to it goes into the state folder")
        raise Refused(_("a slip is shown on a terminal only"), target="--slip-to -", hint=hint)
    return None


def show_for(slip_to: Path | None) -> Callable[[Console, Document], None]:
    """How an act is shown that wrote slips there; `-` is the terminal."""
    return _show_with_slips if str(slip_to) == "-" else show_changes


def _show_with_slips(console: Console, document: Document) -> None:
    """What was done, and the slips themselves: for the terminal of somebody who has asked for that."""
    show_changes(console, document)
    for item in document.items:
        if "slip" in item:
            console.line()
            for line in Path(item["slip"]).read_text(encoding="utf-8").splitlines():
                console.line(line)


def show_changes(console: Console, document: Document) -> None:
    """One line an account; of a plan, what would change and by which right."""
    for line in lines(document):
        console.line(line)


def show_sync(console: Console, document: Document) -> None:
    """What changed or would, and how many did not."""
    for line in lines(document):
        console.line(line)
    same = sum(item["status"] == "unchanged" for item in document.items)
    console.note(ng("{count} account unchanged", "{count} accounts unchanged", same).format(count=same))


def state_of(item: dict[str, Any]) -> str:
    """In words, whether an account can be used."""
    words = {
        "enabled": _("is enabled"),
        "disabled": _("is disabled"),
        "expired": _("has expired"),
        "locked": _("is locked out"),
        "pending": _("is unfinished"),
    }
    return words.get(item["status"], str(item["status"]))


def lines(document: Document) -> Iterator[str]:
    """The document in words."""
    words = {
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
    }
    many = len(document.items) > 1
    for item in document.items:
        if many and item["status"] == "unchanged" and "line" in item:
            continue  # of a staff list only what changes is of interest
        status = words.get(item["status"], item["status"])
        yield f"{item['sam_account_name'] or '-'}  {status}  {item['dn'] or ''}".rstrip()
        yield from _details(item)


def _details(item: dict[str, Any]) -> Iterator[str]:
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


def _value(value: Any) -> str:
    return "" if value is None else str(value)
