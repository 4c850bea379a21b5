"""A tree as it is now, folder by folder and type by type: what the numbers of the whole do not show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import PurePosixPath

from bitools.backup.decisions import places, together
from bitools.backup.decisions.looks import Sample
from bitools.backup.decisions.memory import Memory
from bitools.backup.decisions.places import FEW, SHARE, Census, Place
from bitools.backup.decisions.runs import BackupRun
from bitools.backup.decisions.suspicion import LOOKED_AT, Extent, Suspicion, grew
from bitools.backup.sources.source import Source
from bitools.backup.verbs.repository_run import RepositoryRun
from bitools.backup.wire import first_bytes, mounted
from bitools.backup.wire.survey import File, Survey, ending, survey

_SOME = 0.01  # of the files new or changed: then it is looked which ones
_EVERY, _MANY = 4, 10_000  # of so many one is asked when it changed, where so many are
_GROUPS = 20  # folders, and as many types, that are looked into
_GLANCED, _GLANCE = 300, 3  # where there are more: so many, at a few files each
_MARGIN = timedelta(minutes=5)  # a snapshot is dated at its beginning


@dataclass(frozen=True, slots=True)
class Seen:
    """What a walk showed: how many files each folder holds, what some of those that changed look like, and
    what is strange in it. None, or nothing, where nobody walked.
    """

    census: Census | None = None
    sample: Sample | None = None
    strange: tuple[Suspicion, ...] = ()


def look(
    work: RepositoryRun,
    name: str,
    source: Source,
    extent: Extent,
    last: BackupRun | None,
    *,
    comparable: bool,
) -> Seen:
    """Walk if anything came or went, and look into files if some changed since the last good run."""
    memory = work.memory
    past, known, usual = memory.usual.get(name), memory.places.get(name, {}), memory.content.get(name)
    if not (past and usual and last and source.looked_at and comparable):
        return Seen()
    touched = extent.new + extent.changed
    much, some = extent.touched >= LOOKED_AT, touched >= max(FEW, extent.files * _SOME)
    gone = extent.gone(past[-1])
    if not (much or some or extent.new or gone):
        return Seen()
    since = (last.time - _MARGIN).timestamp() if much or some else None
    found = survey(
        source.looked_at,
        source.left_out,
        since,
        every=1 if much or extent.files < _MANY else _EVERY,
        apart=source.apart,
    )
    census = census_of(found, since)
    strange = list(_less_than_there_is(census, known, extent, past[-1]))
    if gone >= FEW and (lost := places.missed(census, known, work.now)):
        missing = sum(known[one].files - census.files.get(one, 0) for one in lost)
        if gone >= missing / 2:  # else restic saw them
            strange.append(Suspicion("folder_gone", missing, past[-1].files, lost))
    if since is not None:
        strange += _together(found, census, known, usual.sample, extent, past[-1], last.time.timestamp())
    sample = first_bytes.sample_of(found) if since and (much or grew(extent, past)) else None
    return Seen(census, sample, tuple(strange))


def census_of(found: Survey, since: float | None) -> Census:
    """The numbers of a walk; of packed files those that came since."""
    packed = first_bytes.whole_since(found.packed, since) if since else found.packed
    stems = frozenset(str(PurePosixPath(one).with_name(_stem(one))) for one in packed)
    return Census(dict(found.files), frozenset(found.bare), stems)


def unmounted(memory: Memory, name: str, source: Source, extent: Extent) -> tuple[Suspicion, ...]:
    """What was mounted in a data set and is not, or something else is there: before the run, or, where files
    are gone, after it.
    """
    before, past = memory.inside.get(name, {}), memory.usual.get(name)
    there = [source.inside]
    if past and extent.gone(past[-1]) >= FEW:
        there.append(mounted.inside(source.looked_at))
    lost = sorted({one for one, what in before.items() for now in there if now.get(one) != what})
    return (Suspicion("unmounted", len(before) - len(lost), len(before), tuple(lost)),) if lost else ()


def _less_than_there_is(
    census: Census, known: Mapping[str, Place], extent: Extent, last: Extent
) -> Iterator[Suspicion]:
    """Did restic see less than there is now? Something was not mounted while it read."""
    if not known:
        return
    tops = [one for one in known if str(PurePosixPath(one).parent) not in known]
    grown = sum(census.files.get(one, 0) - known[one].files for one in tops)
    unseen = grown - (extent.files - last.files)
    if min(unseen, extent.gone(last)) >= max(FEW, last.files * _SOME):
        yield Suspicion("files_gone", extent.files, last.files)


def _together(
    found: Survey,
    census: Census,
    known: Mapping[str, Place],
    usual: Sample,
    extent: Extent,
    last: Extent,
    since: float,
) -> Iterator[Suspicion]:
    """What turned strange, or has names of another kind, in one folder or of one type."""
    folders: defaultdict[str, list[File]] = defaultdict(list)
    kinds: defaultdict[str, list[File]] = defaultdict(list)
    recent = [one for one in found.changed if one.changed >= since]
    for one in recent:
        kinds[ending(one.path)].append(one)
        for above in found.above(one.folder):
            folders[above].append(one)
    scale = found.count / max(1.0, sum(one.stands_for for one in found.changed))
    grown = max(0, extent.files - last.files)
    least = max(FEW, last.files * SHARE)
    places_now = {
        name: (one.files, max(0, census.files.get(name, 0) - one.files))
        for name, one in known.items()
        if one.files >= least and name not in found.roots
    }
    kinds_now = {kind: (round(together.usually(usual, kind, last.files)), grown) for kind in usual.looks}
    groups = list(_groups(folders, places_now, usual, scale))
    types = list(_groups(kinds, kinds_now, usual, scale))
    touched = extent.new + extent.changed
    if strange := together.random([*groups, *types], usual, last.files, touched):
        yield Suspicion("random", max(strange.values()), 0.0, tuple(sorted(strange)))
    endings = _weights(recent, scale)
    whole = together.Group("", last.files, sum(endings.values()), grown, Sample(), endings)
    odd = [replace(one, endings=_not_of_their_type(one)) for one in groups]
    if renamed := together.renamed(odd, whole, usual, extent.new):
        names = tuple(sorted(one for one in renamed if one))
        yield Suspicion("renamed", round(max(renamed.values())), last.files, names)


def _groups(
    every: Mapping[str, list[File]], known: Mapping[str, tuple[int, int]], usual: Sample, scale: float
) -> Iterator[together.Group]:
    """Those of which half may have changed, the biggest first, and what some of each look like: of many,
    those of which a few files look strange. `known` says how many there were, and how many came in addition.
    """
    weights = {name: _weights(files, scale) for name, files in every.items() if name in known}
    half = [
        name
        for name, endings in weights.items()
        if sum(endings.values()) - known[name][1] >= max(FEW, known[name][0]) / 2
    ]
    half.sort(key=lambda name: -sum(weights[name].values()))
    if len(half) > _GROUPS:
        half = [
            name for name in half[:_GLANCED] if first_bytes.sample_together(every[name], _GLANCE).odd(usual)
        ]
    for name in half[:_GROUPS]:
        before, grown = known[name]
        sample, endings = first_bytes.sample_together(every[name]), weights[name]
        yield together.Group(name, before, sum(endings.values()), grown, sample, endings)


def _not_of_their_type(group: together.Group) -> dict[str, float]:
    """A folder whose files were packed, each for itself, has them still."""
    return {
        kind: count
        for kind, count in group.endings.items()
        if not first_bytes.is_of_its_type(kind, group.sample)
    }


def _weights(files: list[File], scale: float) -> dict[str, float]:
    """How many have which ending."""
    counts: dict[str, float] = defaultdict(float)
    for one in files:
        counts[ending(one.path)] += one.stands_for * scale
    return dict(counts)


def _stem(path: str) -> str:
    """`2025` of `2025.tar.gz`."""
    return PurePosixPath(path).name.split(".")[0] or PurePosixPath(path).name
