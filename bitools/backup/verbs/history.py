"""The runs of data sets as the repositories hold them, and what their policies say of them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bitools.backup.decisions import guards
from bitools.backup.decisions.memory import Memory
from bitools.backup.decisions.retention import Policy, Reason, Verdict, decide, hold
from bitools.backup.decisions.runs import BackupRun
from bitools.backup.wire import answering, memory_file, ssh
from bitools.backup.wire.access import Access
from bitools.backup.wire.restic import Repository
from bitools.backup.wire.restic_answers import NoRepository, RepositoryUnreachable
from bitools.errors import BitoolsError, IntegrityBroken, NotFound, Usage
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.run import Run
from bitools.state import Document

_SFTP = re.compile(r"^sftp:([^/:@]+):")


@dataclass(frozen=True, slots=True)
class DatasetHistory:
    """One data set, its repository and its runs, newest first; `strangers` are the runs of data sets that the
    inventory does not describe any more.
    """

    dataset: Dataset
    repository: Repository
    memory: Memory
    runs: Sequence[BackupRun]
    strangers: Mapping[str, Sequence[BackupRun]] = field(default_factory=dict)


def open_repository(run: Run, name: str) -> Repository:
    """The repository of this name, as the inventory describes it. Raise Unreachable if its disk is elsewhere
    and does not answer.
    """
    described = run.inventory.repositories[name]
    if described.location.startswith("/"):
        answering.prove(Path(described.location), answering.REPOSITORY)
    access = Access(
        described.location,
        described.password,
        described.environment,
        upload=described.upload,
        download=described.download,
        gentle=described.gentle,
        patience=described.lock_wait,
        silence=described.silence,
    )
    found = _SFTP.match(described.location)
    if found and found[1] in run.inventory.hosts:
        words = ssh.command(run.inventory.hosts[found[1]], found[1], run.state)
        access.options = ("-o", f"sftp.command={shlex.join([*words, '-s', 'sftp'])}")
    return Repository(name, access, described.append_only)


def histories(
    run: Run,
    datasets: Sequence[Dataset],
    document: Document[Any],
    source: str = "",
    *,
    rescue: bool = False,
) -> Iterator[DatasetHistory]:
    """Each data set's history; one listing a repository, and nothing is written.

    `source` names the repository to look into instead of each data set's own: a copy of it. With `rescue` it
    goes on where what we remember of a repository cannot be read, and says so.

    A repository that cannot be listed is the failure of each of its data sets. Raise NotFound, or Usage, if
    `source` is none or holds no copy of them.
    """
    if source:
        _proven_source(run, datasets, source)
    for name in dict.fromkeys(source or one.repository for one in datasets):
        members = [one for one in datasets if source or one.repository == name]
        try:
            repository = open_repository(run, name)
            memory = _remembered(run, name, document if rescue else None)
            runs = memory.look(repository.snapshots(), run.started)
            document.warnings.extend(repository.notes)
            repository.notes.clear()
        except BitoolsError as error:
            failure = naming_copies(run, name, error).as_document()
            document.failed.extend(failure | {"target": one.name} for one in members)
            continue
        strangers = {one: found for one, found in runs.items() if one not in run.inventory.datasets}
        for one in members:
            yield DatasetHistory(one, repository, memory, runs.get(one.name, []), strangers)


def _remembered(run: Run, name: str, rescue: Document[Any] | None) -> Memory:
    try:
        return memory_file.load(run.state, name)
    except IntegrityBroken as error:
        if rescue is None:
            raise
        text = _("{why}; it goes on without: which runs are whole is told by their tags alone")
        rescue.warnings.append(text.format(why=error.message))
        return Memory(name)


def copies_of(run: Run, name: str) -> list[str]:
    """The repositories that are a copy of this one."""
    return [copy for copy, described in run.inventory.repositories.items() if described.copy_of == name]


def naming_copies(run: Run, name: str, error: BitoolsError) -> BitoolsError:
    """The error; of a repository that cannot be used it says that what is in it can be had from its copy."""
    about_it = isinstance(error, NoRepository | RepositoryUnreachable | IntegrityBroken)
    if about_it and (copies := copies_of(run, name)):
        text = _("{copy} is a copy of it: bitools backup restore NAME --from {copy}")
        return error.but(hint="; ".join(filter(None, [error.hint, text.format(copy=copies[0])])))
    return error


def _proven_source(run: Run, datasets: Sequence[Dataset], source: str) -> None:
    known = ", ".join(run.inventory.repositories)
    if source not in run.inventory.repositories:
        message = _('the inventory has no repository "{name}"').format(name=source)
        raise NotFound(message, hint=_("known: {names}").format(names=known))
    first = run.inventory.repositories[source].copy_of or source
    for one in datasets:
        if one.repository != first:
            message = _("{repository} holds no copy of {name}").format(repository=source, name=one.name)
            copies = ", ".join([one.repository, *copies_of(run, one.repository)])
            raise Usage(message, hint=_("known: {names}").format(names=copies))


def local(run: Run, moment: datetime) -> str:
    """A time as documents write it: in the inventory's zone, whatever zone the snapshot was made in."""
    return moment.astimezone(run.inventory.settings.zone).isoformat(timespec="seconds")


def policy_of(run: Run, dataset: Dataset) -> Policy:
    """The data set's policy, in the inventory's zone."""
    return Policy(run.inventory.policy(dataset), run.inventory.settings.zone)


def policy_in_copy(run: Run, dataset: Dataset, name: str) -> Policy:
    """By which policy a second repository keeps a data set."""
    policy = policy_of(run, dataset)
    return replace(policy, counts=run.inventory.repositories[name].keep or policy.counts)


def verdict_of(
    run: Run, memory: Memory, dataset: Dataset, history: Sequence[BackupRun], now: datetime
) -> Verdict:
    """What stays and what may go: by the policy, and by what else still needs a run."""
    verdict = decide(history, policy_of(run, dataset), now)
    wanted = _wanted_by_copies(run, memory, dataset, history, now)
    return hold(verdict, wanted | _newest_proven(memory, dataset, history))


def guard(
    run: Run,
    memory: Memory,
    dataset: Dataset,
    history: Sequence[BackupRun],
    verdict: Verdict,
    confirmed: bool = False,
    policy: Policy | None = None,
) -> None:
    """Let the guards speak; by the data set's own policy if no other is given. Raise Refused."""
    policy = policy or policy_of(run, dataset)
    past = memory.applied.get(dataset.name)
    before = None
    if past:
        former = replace(policy, counts=past.counts, zone=ZoneInfo(past.zone))
        before = decide(history, former, run.started)
    last = past.time if past else None
    guards.check(
        dataset.name, verdict, policy, run.started, before=before, last_run=last, confirmed=confirmed
    )


def _newest_proven(memory: Memory, dataset: Dataset, history: Sequence[BackupRun]) -> dict[str, Reason]:
    """The newest complete run that a listing has shown stays until the one just made is shown too."""
    unproven = {run for name, run in memory.unproven if name == dataset.name}
    if not unproven.intersection(one.id for one in history):
        return {}
    newest = next((one.id for one in history if one.complete and one.id not in unproven), None)
    return {newest: Reason("newest_proven")} if newest else {}


def _wanted_by_copies(
    run: Run, memory: Memory, dataset: Dataset, history: Sequence[BackupRun], now: datetime
) -> dict[str, Reason]:
    """Runs that a second repository should have and may not have yet: it could not get them any more."""
    wanted: dict[str, Reason] = {}
    for name, described in run.inventory.repositories.items():
        if described.copy_of != memory.repository or name not in memory.copied:
            continue
        since, policy = memory.copied[name], policy_in_copy(run, dataset, name)
        for one in decide(history, policy, now).keep:
            if one.time > since:
                wanted[one.id] = Reason("wanted_by_copy", by=name)
    return wanted
