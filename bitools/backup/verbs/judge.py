"""Is a run just made like those before it? One that is not counts for nothing until it is accepted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from bitools.backup.decisions.looks import Sample
from bitools.backup.decisions.memory import Content, Doubted, Drift
from bitools.backup.decisions.runs import SUSPICIOUS, BackupRun
from bitools.backup.decisions.suspicion import LOOKED_AT, Extent, Suspicion, drifted, grew, suspect
from bitools.backup.sources.source import Source
from bitools.backup.verbs import absence, judge_dump, judge_tree
from bitools.backup.verbs.repository_run import RepositoryRun
from bitools.backup.wire import first_bytes, memory_file
from bitools.backup.wire.made import Made
from bitools.backup.wire.survey import survey
from bitools.errors import BitoolsError
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.ledger import acts

if TYPE_CHECKING:
    from bitools.documents.backup import Doubt

_AGAIN = timedelta(days=30)  # then what files begin with is learned anew
_DAY = timedelta(hours=20)


def judge(work: RepositoryRun, dataset: Dataset, source: Source, made: Made) -> tuple[Suspicion, ...]:
    """What is strange in a run. A good one is learned from, a strange one is marked."""
    memory, name = work.memory, dataset.name
    extent = _extent(made, source)
    past, usual = memory.usual.get(name, []), memory.content.get(name)
    comparable = set(memory.mounts.get(name, {})) == set(source.mounts) and bool(source.mounts)
    memory.mounts[name] = dict(source.mounts)
    if not comparable:
        extent = replace(extent, new=0, changed=0)  # all is new there, which says nothing
    dumps = judge_dump.read(memory, name, made) if source.is_dump else judge_dump.Dumps()
    seen = judge_tree.look(work, name, source, extent, last_good(work, name), comparable=comparable)
    sample = first_bytes.of_dumps(made.heads) if made.heads else seen.sample
    found = suspect(
        extent,
        memory.past(name, work.now) if source.is_dump else past,
        dump=source.is_dump,
        comparable=comparable,
        sample=sample,
        usual_sample=usual.sample if usual else None,
    )
    found = _each_once(
        found,
        judge_dump.strange(work, dumps),
        seen.strange,
        judge_tree.unmounted(memory, name, source, extent),
    )
    whole, census = None, seen.census
    due = made.complete and not found and (_is_old(work, usual) or _drifts(work, name, extent))
    if due and source.looked_at:
        walked = survey(source.looked_at, source.left_out, apart=source.apart)
        whole, census = first_bytes.sample_of(walked), judge_tree.census_of(walked, None)
        found += drifted(whole, usual.sample) if usual else ()
    if found:
        memory.suspicious[name, work.tag] = [one.reason for one in found]
        memory.strange |= {name: extent, **dumps.held}
        memory.doubted[name] = Doubted(dumps.rows, census.files if census else {}, source.inside, dumps.gone)
        work.made[name] = replace(made, complete=False)  # it stands for nothing, and gets a new id now
        tell_others(work, made, SUSPICIOUS)
    elif made.complete:
        memory.learn(name, extent)
        judge_dump.learn(memory, dumps)
        memory.doubted.pop(name, None)
        memory.learn_tree(name, census, source.inside, work.now, anew=not comparable)
        _learn(work, name, whole or (sample if source.is_dump else None))
        if usual and sample and not source.is_dump and grew(extent, past):
            known = memory.content[name]
            memory.content[name] = replace(known, sample=known.sample.joined(sample))
    memory_file.save(memory, work.run.state)
    return found


def _each_once(*found: Iterable[Suspicion]) -> tuple[Suspicion, ...]:
    """One of each reason; where the whole is gone its folders are, too."""
    every: dict[Doubt, Suspicion] = {}
    for one in chain(*found):
        every.setdefault(one.reason, one)
    if "files_gone" in every:
        every.pop("folder_gone", None)
    return tuple(every.values())


def _extent(made: Made, source: Source) -> Extent:
    if not source.is_dump:
        return Extent(made.files, made.bytes, made.new, made.changed, made.added)
    if len(made.heads) == 1 and not made.parts:
        return judge_dump.extent_of(made, *made.heads)
    return Extent(0, made.bytes)


def _is_old(work: RepositoryRun, usual: Content | None) -> bool:
    """Is it time to look anew at what all files begin with? Older versions saw less of them."""
    return (
        usual is None
        or not (usual.sample.bytes and usual.sample.inside >= first_bytes.INSIDE)
        or work.now - usual.time > _AGAIN
    )


def _drifts(work: RepositoryRun, name: str, extent: Extent) -> bool:
    """Was much changed since all files were looked at, a little in each run? Once a day at most."""
    drift = work.memory.drift.get(name) or Drift(work.now)
    drift = replace(drift, touched=drift.touched + extent.touched)
    work.memory.drift[name] = drift
    return drift.touched >= LOOKED_AT and work.now - drift.time >= _DAY


def _learn(work: RepositoryRun, name: str, seen: Sample | None) -> None:
    """What files begin with; anew once in a while only: slow damage must not become ordinary meanwhile."""
    if seen:
        work.memory.drift[name] = Drift(work.now)
        if _is_old(work, work.memory.content.get(name)):
            work.memory.content[name] = Content(work.now, seen)


def last_good(work: RepositoryRun, name: str) -> BackupRun | None:
    """The newest run that is not suspected: what a new one is held against."""
    good = [
        one
        for one in work.runs.get(name, [])
        if not one.suspicious and one.id != work.tag and one.time <= work.now
    ]
    return max(good, key=lambda one: one.time, default=None)


def parent(work: RepositoryRun, name: str) -> tuple[str, ...]:
    """The option that has restic compare with the last good run, where its own choice is a suspected one.

    Else damage would be ordinary from the second run on.
    """
    last = last_good(work, name)
    later = [one for one in work.runs.get(name, []) if one.suspicious and last and one.time >= last.time]
    return (f"--parent={last.snapshots[-1].id}",) if last and later else ()


def accept(work: RepositoryRun, dataset: Dataset) -> None:
    """What was suspected is right: it counts, and what is usual is learned anew."""
    runs = {one.id: one for one in work.runs.get(dataset.name, []) if one.suspicious}
    before = {"runs": sorted(runs), "reason": work.options.reason}
    with work.run.ledger.intent(acts.BACKUP_ACCEPT, dataset.name, before=before) as entry:
        work.memory.accept(dataset.name, work.now)
        gone = absence.allow(work.run, work.repository.name, dataset.name, work.memory, work.document)
        marked = [part.id for one in runs.values() for part in one.snapshots if SUSPICIOUS in part.tags]
        if marked and not work.repository.append_only:
            work.look(work.repository.tag(marked, remove=SUSPICIOUS))
        else:
            work.recall()
        memory_file.save(work.memory, work.run.state)
        entry.done({"runs": len(runs), "absent": gone})
    work.document.changed = True


def tell_others(work: RepositoryRun, made: Made, mark: str) -> None:
    """Mark what left something out or is suspected, so that other hosts hold it for that too."""
    if work.repository.append_only:
        return
    try:
        work.repository.tag([made.id], add=mark)
    except BitoolsError as error:
        text = _("it could not be marked as {mark}: {why}")
        work.document.warnings.append(text.format(mark=mark, why=error))
