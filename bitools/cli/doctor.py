"""`bitools doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.frame.command import command
from bitools.cli.frame.help import remarked
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.doctor import FindingItem
    from bitools.state import Document

_MARKS = {"good": ("✓", "green"), "warning": ("!", "yellow"), "missing": ("✗", "red")}


@command(
    _("Say what this machine lacks and what is dangerous."),
    "bitools doctor",
    remarked("bitools doctor --escrowed", _("copies of all keys lie in the safe")),
    "bitools doctor --recovery-sheet > kurtarma.md",
    codes=(Code.DIFFERENT, Code.REFUSED, Code.INVALID),
)
def doctor(
    ctx: typer.Context,
    escrowed: Annotated[
        bool, typer.Option("--escrowed", help=_("say that copies of all keys lie away from this machine"))
    ] = False,
    recovery_sheet: Annotated[
        bool,
        typer.Option(
            "--recovery-sheet",
            help=_("what to do when the backup server is dead, for the safe"),
        ),
    ] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Exit 4 if something is missing: a machine that cannot do its inventory's jobs is not set up."""
    from bitools import doctor
    from bitools.doctor import step

    context = Context.of(ctx, json=json, dry_run=dry_run)
    if recovery_sheet:
        _print_sheet(context)
        return
    document: Document[FindingItem] = context.document("bitools.doctor/1")
    if escrowed:
        document.changed = _confirm(context, yes)
    jobs, inventory = context.jobs, context.inventory
    document.items += doctor.doctor(jobs, inventory, context.state, context.started)
    document.more["next"] = step.following(jobs, inventory, document.items)
    document.more["empty"] = step.described_nothing(jobs, inventory)
    missing = any(item["grade"] == "missing" for item in document.items)
    context.finish(document, _show, record=False, proves=True, code=Code.DIFFERENT if missing else None)


def _print_sheet(context: Context) -> None:
    from bitools.backup.verbs import recovery_sheet

    for line in recovery_sheet.recovery_sheet(context.inventory, context.started).splitlines():
        context.console.line(line)


def _confirm(context: Context, yes: bool) -> bool:
    """Ask whether the keys are safe elsewhere, and record the answer. False if there are none."""
    from bitools.doctor import escrow
    from bitools.ledger import acts

    names = list(escrow.keys(context.inventory))
    if not names:
        return False
    question = _("Does a copy of each of these lie away from this machine: {keys}?")
    context.confirm(question.format(keys=", ".join(names)), yes)
    if not context.dry_run:
        ledger = context.ledger
        with ledger.intent(acts.DOCTOR_ESCROW, ", ".join(names)) as entry:
            entry.done(escrow.confirm(context.inventory, context.state, ledger.actor, context.started))
    return True


def _called() -> dict[str, str]:
    """What people call the things that are no program, file or server, and no key of the inventory."""
    from bitools.documents.status import titles

    return {
        **{str(part): text for part, text in titles().items()},
        "backup": _("backups"),
        "clock": _("clock"),
        "documents": _("records of runs"),
        "history": _("history"),
        "recovery": _("recovery copies"),
        "sizes": _("sizes"),
        "state": _("state folder"),
        "timestamp": _("time stamp"),
    }


def _show(console: Console, document: Document[FindingItem]) -> None:
    called = _called()
    for item in document.items:
        mark, style = _MARKS[item["grade"]]
        name = called.get(item["name"], item["name"])
        console.sentence(f"{mark} {name}: {item['text']}", style)
        if item["hint"]:
            console.line(f"    → {item['hint']}")
    if document.more["empty"]:
        console.line(_("nothing is described yet: there is no device, data set or directory"), "yellow")
    elif all(item["grade"] == "good" for item in document.items):
        console.line(_("nothing is missing"))
    console.sentence(_("next: {step}").format(step=document.more["next"]), "bold")
