"""Backups that are gone and nobody here asked to forget: a failure of one run, an alarm until accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bitools.backup.decisions.absence import Absent, unasked
from bitools.backup.decisions.memory import Memory
from bitools.backup.decisions.runs import BackupRun, RunKey
from bitools.backup.verbs.history import copies_of, local, policy_in_copy, policy_of
from bitools.backup.wire import memory_file
from bitools.errors import BitoolsError, IntegrityBroken, Locked
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document


def tell(
    run: Run,
    memory: Memory,
    runs: Mapping[str, Sequence[BackupRun]],
    datasets: Sequence[Dataset],
    document: Document[Any],
) -> None:
    """Make a failure of each of these data sets that has lost runs unasked, and record it.

    In a copy it is the copy's failure. What is explained is let go. The memory is the caller's to save.
    """
    chosen = {one.name for one in datasets}
    left: dict[RunKey, Absent] = {}
    for name in dict.fromkeys(name for name, _run in memory.absent):
        if name not in chosen:
            if _described(run, memory, name):  # its own run tells it
                left |= {key: one for key, one in memory.absent.items() if key[0] == name}
            continue
        absent = unexplained(run, memory, name, runs.get(name, []))
        if new := {one: each for one, each in absent.items() if not each.told}:
            copy = run.inventory.repositories[memory.repository].copy_of
            document.fail(_error(run, memory.repository, name, new), memory.repository if copy else name)
            if not run.dry_run:
                after = {"repository": memory.repository, "runs": sorted(new)}
                run.ledger.append(acts.BACKUP_ABSENT, name, "done", after=after)
        left |= {(name, one): replace(each, told=True) for one, each in absent.items()}
    memory.absent = left


def unexplained(run: Run, memory: Memory, name: str, runs: Sequence[BackupRun]) -> dict[str, Absent]:
    """The runs of one data set that are absent, and were neither forgotten here nor let go by its policy."""
    mine = {key: one for key, one in memory.absent.items() if key[0] == name}
    told = {one: each for (_name, one), each in mine.items() if each.told}
    if len(told) == len(mine):
        return told
    if (dataset := _described(run, memory, name)) is None:
        return {}
    copy = run.inventory.repositories[memory.repository].copy_of
    policy = policy_in_copy(run, dataset, memory.repository) if copy else policy_of(run, dataset)
    asked = _forgotten(run, memory.repository)
    return unasked(mine, name, runs, policy, asked, run.started) | told


def _described(run: Run, memory: Memory, name: str) -> Dataset | None:
    """The data set as the inventory has it; None if it is another host's, or not in this repository any more:
    who forgets that goes by a policy that we do not know.
    """
    dataset, copy = run.inventory.datasets.get(name), run.inventory.repositories[memory.repository].copy_of
    return dataset if dataset and dataset.repository in (memory.repository, copy) else None


def words(run: Run, absent: Mapping[str, Absent]) -> str:
    """What is said of them."""
    message = _("{count} backups are gone that nobody here asked to forget, the newest of {time}")
    return message.format(count=len(absent), time=local(run, max(one.time for one in absent.values())))


def allow(run: Run, repository: str, dataset: str, memory: Memory, document: Document[Any]) -> list[str]:
    """It is right that they are gone, from the copies too. Give the runs."""
    accepted = memory.accept_absent(dataset)
    for copy in copies_of(run, repository):
        try:
            with run.state.lock(f"backup-{copy}"):
                theirs = memory_file.load(run.state, copy)
                accepted += theirs.accept_absent(dataset)
                memory_file.save(theirs, run.state)
        except Locked as error:
            document.warnings.append(f"{copy}: {error.message}")
    return accepted


def _forgotten(run: Run, repository: str) -> set[str]:
    """The runs that we ourselves forgot there, by the ledger; killed meanwhile or not."""
    forgotten: set[str] = set()
    try:
        for entry in run.ledger.entries():
            if (entry["action"], entry["target"]) == (acts.BACKUP_FORGET.name, repository):
                before = entry["before"]
                for runs in before.values() if isinstance(before, dict) else ():
                    forgotten.update(runs)
    except BitoolsError:
        pass  # every run proves the ledger, and says so
    return forgotten


def _error(run: Run, repository: str, name: str, absent: Mapping[str, Absent]) -> IntegrityBroken:
    message = _("{repository} has lost backups of {name}: {why}")
    message = message.format(repository=repository, name=name, why=words(run, absent))
    hint = _(
        "who was it? look who can reach the repository; if it was right:"
        " bitools backup run {name} --accept --reason TEXT"
    )
    return IntegrityBroken(message, hint=hint.format(name=name), reason="absent")
