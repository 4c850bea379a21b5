"""The runs of data sets as the repositories hold them, and what their policies say of them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bitools.backup.decisions import guards
from bitools.backup.decisions.retention import Policy, Verdict, decide
from bitools.backup.decisions.runs import BackupRun
from bitools.backup.wire import ssh
from bitools.backup.wire.access import Access
from bitools.backup.wire.memory import Memory
from bitools.backup.wire.restic import Repository
from bitools.errors import BitoolsError
from bitools.inventory.backups import Dataset
from bitools.run import Run
from bitools.state import Document

_SFTP = re.compile(r"^sftp:([^/:@]+):")


@dataclass(frozen=True, slots=True)
class History:
    """One data set, its repository and its runs, newest first."""

    dataset: Dataset
    repository: Repository
    memory: Memory
    runs: Sequence[BackupRun]


def open_repository(run: Run, name: str) -> Repository:
    """The repository of this name, as the inventory describes it."""
    described = run.inventory.repositories[name]
    access = Access(
        described.location,
        described.password,
        described.environment,
        upload=described.upload,
        download=described.download,
        gentle=described.gentle,
        patience=described.lock_wait,
    )
    found = _SFTP.match(described.location)
    if found and found[1] in run.inventory.hosts:
        words = ssh.command(run.inventory.hosts[found[1]], found[1], run.state)
        access.options = ("-o", f"sftp.command={shlex.join([*words, '-s', 'sftp'])}")
    return Repository(name, access, described.append_only)


def histories(run: Run, datasets: Sequence[Dataset], document: Document) -> Iterator[History]:
    """Each data set's history; one listing a repository, and nothing is written.

    A repository that cannot be listed is the failure of each of its data sets.
    """
    for name in dict.fromkeys(one.repository for one in datasets):
        members = [one for one in datasets if one.repository == name]
        repository = open_repository(run, name)
        try:
            memory = Memory.load(run.state, name)
            runs = memory.look(repository.snapshots(), run.started)
        except BitoolsError as error:
            document.failed.extend(error.as_document() | {"target": one.name} for one in members)
            continue
        for one in members:
            yield History(one, repository, memory, runs.get(one.name, []))


def local(run: Run, moment: datetime) -> str:
    """A time as documents write it: in the inventory's zone, whatever zone the snapshot was made in."""
    return moment.astimezone(run.inventory.settings.zone).isoformat(timespec="seconds")


def policy_of(run: Run, dataset: Dataset) -> Policy:
    """The data set's policy, in the inventory's zone."""
    return Policy(run.inventory.policy(dataset), run.inventory.settings.zone)


def judge(
    run: Run, memory: Memory, dataset: Dataset, history: Sequence[BackupRun], confirmed: bool = False
) -> Verdict:
    """Decide, and let the guards speak. Raise Refused."""
    policy = policy_of(run, dataset)
    verdict = decide(history, policy, run.started)
    past = memory.applied.get(dataset.name)
    before, last = None, None
    if past:
        last = datetime.fromisoformat(past["time"])
        former = replace(policy, counts=past["counts"], zone=ZoneInfo(past["zone"]))
        before = decide(history, former, run.started)
    guards.check(
        dataset.name, verdict, policy, run.started, before=before, last_run=last, confirmed=confirmed
    )
    return verdict
