"""`bitools setup`: make a machine's state one account's, and say who may run it: observe, plan, apply."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bitools import privilege, process
from bitools.documents.setup import StepItem
from bitools.i18n import _
from bitools.inventory import names
from bitools.inventory.lists import IMPORTED
from bitools.inventory.model import Inventory
from bitools.job import Jobs
from bitools.ledger import Ledger, acts
from bitools.owned import ACCOUNT, AUDITORS
from bitools.privilege import SystemAccount
from bitools.schedule import install, needs, show
from bitools.schedule.show import Kind
from bitools.schedule.timers import Caller, timers
from bitools.setup import completion, observe
from bitools.setup.adopt import MEMORY
from bitools.setup.apply import Applying, Memory
from bitools.setup.plan import Ownership, Step, plan, sudoers, undo
from bitools.state import Document

SUDOERS = Path("/etc/sudoers.d/bitools")
_BOOTED = Path("/run/systemd/system")
Proof = Callable[[Path], list[str]]


@dataclass(frozen=True, slots=True)
class Machine:
    """What is set up: the inventory, if there is one yet, how jobs call bitools, and by what they run.

    Without `timers` nothing begins to run by itself, and what runs already is let be. `manual`: what
    man(1) shows, by file. `audited`: the commands that auditors may run.
    """

    jobs: Jobs
    inventory: Inventory | None
    folder: Path
    caller: Caller
    kind: Kind
    timers: bool = True
    manual: Mapping[Path, str] = field(default_factory=dict)
    audited: Sequence[tuple[str, str]] = ()


def wanted(machine: Machine) -> list[Step]:
    """The steps that this machine still needs. Raise Refused if program or account cannot be trusted."""
    observe.prove_program(Path(machine.caller.program))
    files = _files(machine)
    secrets = [] if machine.inventory is None else list(needs.secrets(machine.inventory))
    auditors = _auditors(machine.inventory)
    logs = [] if machine.inventory is None else _logs(machine.jobs, machine.inventory)
    stale = _stale(files) if machine.timers else []
    observed = observe.observe(
        machine.caller.state, secrets, machine.folder, files, stale, logs=logs, auditors=auditors
    )
    steps = plan(observed, machine.caller.state, files, auditors)
    units = [step.target for step in steps if step.target.startswith(str(install.UNITS))]
    timers = [path.name for path in files if path.suffix == ".timer"]
    if units and timers and _BOOTED.is_dir():
        steps.append(Step("run", "systemctl daemon-reload", words=("systemctl", "daemon-reload")))
        steps.append(Step("run", "systemctl enable", words=("systemctl", "enable", "--now", *timers)))
    return steps


def suspicions(steps: Sequence[Step]) -> list[str]:
    """What others could write until now, and is obeyed from now on: somebody should read it first."""
    message = _("{file}: others could write it until now; look at what it says before anything runs by it")
    return [message.format(file=step.target) for step in steps if step.kind == "owner" and _open(step.before)]


def _open(before: str) -> bool:
    """Was it another's than root's, or open to be written by others (`Ownership`)?"""
    was = Ownership.read(before)
    return was.owner not in ("root", ACCOUNT) or bool(was.mode & 0o022)


def back(state: Path) -> list[Step]:
    """The steps that undo it; none where nothing was set up."""
    if not os.path.lexists(state / MEMORY):
        return []
    known = Memory.load(state)
    there = [name for name in known.made if observe.exists(name)]
    written = sorted({*known.files, *map(str, _stale({}))})
    return undo(there, known.owners, written, known.rights, known.above, state)


def setup(
    document: Document[StepItem],
    steps: Sequence[Step],
    state: Path,
    ledger: Ledger,
    proofs: Sequence[Proof],
    inventory: Inventory | None = None,
) -> None:
    """Do the steps and record them, as the account. Raise Rejected, IntegrityBroken, OSError."""
    document.items += [_item(step, "planned") for step in steps]
    if not document.applied or not steps:
        return
    applying = Applying(state, proofs)
    applying.begin(steps)
    for step, item in zip(steps, document.items, strict=True):
        applying.step(step)
        item["status"] = "done"
    document.changed = True
    document.warnings += [
        _("{file} was set aside, in {place}: {why}").format(
            file=name, place=state / "set-aside", why=_("nobody can say who wrote it, and what for")
        )
        for name in applying.aside
    ]
    entry = pwd.getpwnam(ACCOUNT)
    privilege.drop(SystemAccount(entry.pw_uid, entry.pw_gid, ACCOUNT))
    if inventory is not None:
        names.keep(names.of(inventory), state)
    _record(ledger, state, document, applying.aside)


def undone(document: Document[StepItem], steps: Sequence[Step], state: Path, ledger: Ledger) -> None:
    """Undo it and record that, as root. Raise Rejected, OSError."""
    document.items += [_item(step, "planned") for step in steps]
    if not document.applied or not steps:
        return
    applying = Applying(state, ())
    for step, item in zip(steps, document.items, strict=True):
        applying.step(step)
        item["status"] = "done"
    (state / MEMORY).unlink(missing_ok=True)
    if _BOOTED.is_dir():
        process.run(["systemctl", "daemon-reload"], check=True)
    document.changed = True
    _record(ledger, state, document, [], undo=True)


def _record(
    ledger: Ledger, state: Path, document: Document[StepItem], aside: Sequence[str], *, undo: bool = False
) -> None:
    done = {item["target"]: item["after"] or "-" for item in document.items}
    act = acts.SETUP_REMOVE if undo else acts.SETUP_APPLY
    ledger.append(act, str(state), "done", after={"steps": done, "set_aside": list(aside)})


def _item(step: Step, status: str) -> StepItem:
    return {
        "kind": step.kind,
        "target": step.target,
        "before": step.before,
        "after": step.after,
        "status": "planned" if status == "planned" else "done",
    }


def _files(machine: Machine) -> Mapping[Path, tuple[str, int]]:
    """Every file that is wanted, with its content and mode."""
    files: dict[Path, tuple[str, int]] = {}
    if process.installed("visudo"):
        files[SUDOERS] = sudoers(machine.caller.program, _auditors(machine.inventory), machine.audited), 0o440
    for shell, place in completion.PLACES.items():
        if shell == "bash" or process.installed(shell):
            files[place] = completion.script(shell), 0o644
    files |= {place: (page, 0o644) for place, page in machine.manual.items()}
    if machine.inventory is not None:
        folder = install.UNITS if machine.kind == "systemd" else install.CRON
        imported = machine.folder / IMPORTED
        if machine.inventory.settings.devices_from and not imported.exists():
            files[imported] = "devices: {}\n", 0o640
        if machine.timers:
            every = timers(machine.jobs, machine.inventory)
            for name, content in show.files(every, machine.inventory, machine.kind, machine.caller).items():
                files[folder / name] = content, 0o644
    return files


def _logs(jobs: Jobs, inventory: Inventory) -> list[Path]:
    return [path for job in jobs for path in job.logs(inventory)]


def _auditors(inventory: Inventory | None) -> str:
    return AUDITORS if inventory is None else inventory.settings.auditors


def _stale(files: Mapping[Path, object]) -> list[Path]:
    """What an earlier installation left and nobody wants any more."""
    found = [install.UNITS / name for name in install.ours(install.UNITS)]
    return [path for path in (*found, install.CRON / "bitools") if path not in files and path.exists()]
