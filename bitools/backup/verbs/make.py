"""Making one data set's backup: is it due, is its source whole, its hooks, its snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bitools import process
from bitools.backup import sources
from bitools.backup.decisions import tiers
from bitools.backup.decisions.runs import PARTIAL, tags
from bitools.backup.decisions.suspicion import Suspicion
from bitools.backup.sources.source import Scene, Source
from bitools.backup.verbs import same_host
from bitools.backup.verbs.history import local
from bitools.backup.verbs.judge import judge, parent, tell_others
from bitools.backup.verbs.repository_run import RepositoryRun
from bitools.backup.verbs.suspected import suspected
from bitools.backup.wire import memory_file
from bitools.backup.wire.made import Made
from bitools.backup.wire.producer import content, in_memory
from bitools.backup.wire.restic_answers import named
from bitools.backup.wire.watch import TimeLimits
from bitools.errors import BitoolsError, Code, Rejected, Unreachable
from bitools.i18n import _
from bitools.inventory.backups import Dataset

if TYPE_CHECKING:
    from bitools.documents.backup import RunItem, Tier


class Unreadable(BitoolsError):
    """A snapshot was made, but some files could not be read."""

    code = Code.PARTIAL


def skipped(dataset: Dataset, reason: str, tiers: Sequence[str] = ()) -> RunItem:
    """The item of a data set for which nothing is made."""
    return {
        "dataset": dataset.name,
        "status": "skipped",
        "tiers": _words(tiers),
        "snapshot": None,
        "bytes": 0,
        "reason": reason,
    }


def make(work: RepositoryRun, dataset: Dataset) -> None:
    """Back up one data set if it is due, and add its item."""
    options, run = work.options, work.run
    same_host.check(dataset, work.runs.get(dataset.name, []))
    policy = run.inventory.policy(dataset)
    covered = tiers.covering(policy, work.runs.get(dataset.name, []), work.now, work.zone)
    due = [tier for tier, by in covered.items() if by is None]
    asked = [options.tier] if options.tier else list(policy)
    item = skipped(dataset, "covered", asked)
    if not options.now and not set(asked) & set(due):
        by = next(covered[tier] for tier in asked)
        assert by is not None
        item |= {"snapshot": by.snapshots[-1].id, "time": local(run, by.time)}
        work.document.items.append(item)
        return
    item["reason"] = "now" if options.now else "due"
    with _hooks(work, dataset):
        mounted = work.memory.mounts.get(dataset.name, {})
        scene = Scene(run, work.repository, mounted, options.confirmed)
        source = sources.of(dataset).dump(dataset, scene)
        if run.dry_run:
            work.document.items.append(item | {"status": "due", "tiers": _words(due)})
            return
        made = _store(work, dataset, replace(source, options=(*source.options, *parent(work, dataset.name))))
        suspicions = judge(work, dataset, source, made)  # before what was mounted for it is gone again
    work.document.items.append(_as_item(item, made, work.tag, due, suspicions))
    if suspicions:
        raise suspected(dataset, suspicions)
    if not made.complete:
        raise Unreadable(
            _("not everything could be read: {complaint}").format(complaint=made.complaint),
            target=dataset.name,
            hint=_("it is kept, but does not count: the next run tries again"),
            reason="partial",
        )


@contextmanager
def _hooks(work: RepositoryRun, dataset: Dataset) -> Iterator[None]:
    """Run what the data set wants before and after; after, whatever became of it. Raise Rejected.

    A dry run runs neither.
    """
    if work.run.dry_run:
        yield
        return
    _hook(dataset, "before", dataset.before)
    try:
        yield
    finally:
        try:
            _hook(dataset, "after", dataset.after)
        except BitoolsError as error:
            work.document.fail(error, dataset.name)


def _hook(dataset: Dataset, which: str, command: Sequence[str] | None) -> None:
    if command is None:
        return
    try:
        _run_out(command, dataset.hook_timeout)
    except BitoolsError as error:
        message = _("the command {which} it failed: {why}").format(which=which, why=error)
        raise Rejected(message, target=dataset.name, hint=error.hint, reason=f"hook_{which}") from error


def _run_out(command: Sequence[str], timeout: float) -> None:
    """Run a hook to its own end, whatever it leaves running: a service that it started holds its output.

    Raise Rejected if it fails, Unreachable if it is not done within so many seconds.
    """
    with (
        in_memory() as output,
        in_memory() as complaints,
        process.start(command, stdout=output.fileno(), stderr=complaints.fileno(), root=True) as child,
    ):
        assert child.stdin is not None
        child.stdin.close()
        code = process.waited(child, timeout)
        if code is None:
            message = _("not done within {seconds:.0f} s").format(seconds=timeout)
            raise Unreachable(message, target=Path(command[0]).name, reason="timeout")
        said = content(output), content(complaints)
    process.Completed(Path(command[0]).name, code, *said).require()


def _store(work: RepositoryRun, dataset: Dataset, source: Source) -> Made:
    """Make the snapshot. Until it is known to be whole, and was judged, memory holds it for a partial one."""
    memory, run = work.memory, work.run
    key = (dataset.name, work.tag)
    memory.partial[key] = "unfinished"  # what a killed run leaves must not count
    memory_file.save(memory, run.state)
    labels = tags(dataset.name, work.tag, work.options.label, *dataset.tags)
    with run.ledger.intent(source.act, dataset.name) as entry:
        still = run.state.lock(source.lock, wait=True) if source.lock else nullcontext()
        limits = TimeLimits(dataset.silence, dataset.time_limit)
        with still:
            made = source.store(work.repository, labels, limits, dataset.made_on)
        made = _enough(dataset, made.tolerant(source.tolerated))
        if made.complete and made.unread:
            text = _("{name}: files were gone when they were read: {files}")
            work.document.warnings.append(text.format(name=dataset.name, files=named(made.unread)))
        entry.done({"snapshot": made.id, "bytes": made.bytes, "complete": made.complete, "run": work.tag})
    work.made[dataset.name] = made
    if made.complete:
        del memory.partial[key]
    else:
        memory.partial[key] = made.complaint
        tell_others(work, made, PARTIAL)
    memory.unproven[key] = made.id
    work.document.changed = True
    return made


def _enough(dataset: Dataset, made: Made) -> Made:
    """A backup smaller than it can be is not whole, whatever restic says."""
    if made.bytes >= dataset.at_least or not made.complete:
        return made
    text = _("it has {count} bytes, at least {least} are expected")
    complaint = text.format(count=made.bytes, least=dataset.at_least)
    return replace(made, complete=False, complaint=complaint)


def _as_item(
    item: RunItem, made: Made, run: str, due: Sequence[str], suspicions: Sequence[Suspicion]
) -> RunItem:
    """What an item says of a snapshot just made; a partial or a suspected one stands for no period."""
    item["status"] = "complete" if made.complete else "partial"
    item["tiers"] = _words(due) if made.complete and not suspicions else []
    item |= {"snapshot": made.id, "bytes": made.bytes, "files": made.files, "added": made.added, "run": run}
    if suspicions:
        item["suspicious"] = [one.reason for one in suspicions]
    return item


def _words(tiers: Sequence[str]) -> list[Tier]:
    """The inventory has proven that they are tiers."""
    return cast("list[Tier]", [*tiers])
