"""`bitools setup`: one account for the state, a group that may run bitools, and what runs by itself."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.frame.command import command
from bitools.cli.schedule.options import As, caller
from bitools.errors import Code, Refused
from bitools.i18n import _, ng

if TYPE_CHECKING:
    from bitools.documents.setup import StepItem
    from bitools.inventory.model import Inventory
    from bitools.setup.plan import Step
    from bitools.state import Document

Row = tuple[str, str, str, str]


@command(
    _("Give the state to an account of its own, and let the group bitools run it."),
    "sudo bitools setup --dry-run",
    "sudo bitools setup",
    "sudo bitools setup --remove",
    codes=(Code.REFUSED, Code.INVALID, Code.REJECTED, Code.INTEGRITY),
)
def setup(
    ctx: typer.Context,
    kind: Annotated[
        As | None, typer.Option("--as", help=_("a crontab, or systemd's timers"), show_default=False)
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help=_("undo it; the state stays, as root's"))] = False,
    timers: Annotated[
        bool, typer.Option("--timers/--no-timers", help=_("let the jobs run by themselves from now on"))
    ] = True,
    shell: Annotated[
        Literal["bash", "zsh", "fish"] | None,
        typer.Option(
            "--completion", help=_("print what this shell completes by, and do nothing"), show_default=False
        ),
    ] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Safe to repeat: what is there already is left as it is."""
    from bitools import process, setup
    from bitools.cli.frame import manual
    from bitools.cli.frame.app import audited
    from bitools.setup import completion

    context = Context.of(ctx, json=json, dry_run=dry_run)
    if shell:
        context.console.put(completion.script(shell))
        raise typer.Exit
    if os.geteuid() != 0:
        hint = _("try: {command}").format(command="sudo bitools setup")
        raise Refused(_("only root makes accounts"), hint=hint, reason="root")
    document: Document[StepItem] = context.document("bitools.setup/1")
    state = context.state_folder.absolute()
    inventory = None if remove else _inventory(context, document)
    if remove:
        steps = setup.back(state)
    else:
        kind = kind or ("systemd" if Path("/run/systemd/system").is_dir() else "cron")
        by = replace(caller(context), account=True)
        pages = manual.installed() if process.installed("man") else {}
        folder, jobs = context.inventory_folder, context.jobs
        machine = setup.Machine(jobs, inventory, folder, by, kind, timers, pages, audited())
        steps = setup.wanted(machine)
        document.warnings += setup.suspicions(steps)
    if steps and not context.dry_run and not yes and context.console.interactive:
        _show_steps(context.console, steps)
    if steps:
        context.confirm(_("Do this?"), yes or not context.console.answering)
    if remove:
        setup.undone(document, steps, state, context.ledger)
    else:
        proofs = (_ledger, _history, _documents, _mails(context))
        setup.setup(document, steps, state, context.ledger, proofs, inventory)
    context.finish(document, _show, record=False, quiet=not dry_run)


def _inventory(context: Context, document: Document[StepItem]) -> Inventory | None:
    """The inventory, whoever may write it yet: that is what is set right."""
    from bitools.inventory.load import load

    if context.inventory_folder.is_dir():
        return load(context.inventory_folder)
    message = _("{folder}: no inventory yet, so nothing is scheduled; run it again when there is one")
    document.warnings.append(message.format(folder=context.inventory_folder))
    return None


def _ledger(state: Path) -> list[str]:
    """The chain is whole. Raise IntegrityBroken."""
    from bitools.ledger import Ledger
    from bitools.state import State

    Ledger(State(state), "", "", "").verify()
    return []


def _history(state: Path) -> list[str]:
    """git finds every object of the history, and nothing that it would obey."""
    from bitools.net.verbs import evidence
    from bitools.state import State

    here = State(state)
    evidence.examine(here)
    return here.notices


def _documents(state: Path) -> list[str]:
    from bitools.state import State

    here = State(state)
    for _document in here.documents():
        pass
    return here.notices


def _mails(context: Context) -> Callable[[Path], list[str]]:
    """Mails that wait are from the sender that the inventory names: nobody else's are sent."""
    from bitools.report.mail.outbox import Outbox
    from bitools.state import State

    def proof(state: Path) -> list[str]:
        here = State(state)
        mail = None
        if context.inventory_folder.is_dir():
            from bitools.inventory.load import load

            mail = load(context.inventory_folder).settings.mail
        Outbox(here).expect(mail.sender if mail else "")
        return here.notices

    return proof


def _show_steps(console: Console, steps: Sequence[Step]) -> None:
    for kind, target, before, after in _rows((one.kind, one.target, one.before, one.after) for one in steps):
        console.warn(f"  {kind} {target}: {before or '-'} → {after or '-'}")


def _show(console: Console, document: Document[StepItem]) -> None:
    rows = ((item["kind"], item["target"], item["before"], item["after"]) for item in document.items)
    console.table([_("what"), _("of"), _("before"), _("after")], _rows(rows))


def _rows(steps: Iterable[Row]) -> list[Row]:
    """A row a step, its kind in words; the manual pages, two dozen of a kind, are one."""
    from bitools.cli.frame.manual import PLACE

    words = {
        "group": _("group"),
        "account": _("account"),
        "state": _("state folder"),
        "owner": _("owner"),
        "rights": _("rights"),
        "folder": _("folder"),
        "file": _("file"),
        "remove": _("removal"),
        "run": _("start"),
    }
    rows: list[Row] = []
    pages: Counter[Row] = Counter()
    for step, target, before, after in steps:
        kind = words[step]
        if target.startswith(f"{PLACE}/"):
            pages[kind, str(PLACE), before, after] += 1
        else:
            rows.append((kind, target, before, after))
    for (kind, target, before, after), count in pages.items():
        named = ng("{folder}: {count} manual page", "{folder}: {count} manual pages", count)
        rows.append((kind, named.format(folder=target, count=count), before, after))
    return rows
