"""Did a source change more than it ever does? Of emptied or encrypted files restic makes a good snapshot.

What is usual is learned from the last good runs. A run that is suspected stands for no period, and nothing of
its data set is forgotten until somebody says that it is right.

Growth is no damage: of a hundred new pictures, of a new department's share, nothing that was there is lost.
So what is counted is what was there and is not any more as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from bitools.backup.decisions.looks import Sample

if TYPE_CHECKING:
    from bitools.documents.backup import Doubt

REMEMBERED = 14  # good runs
LOOKED_AT = 0.1  # of the files, or bytes, new or changed: then their first bytes are looked at
_LEFT = 0.2  # of the usual files or bytes; a tree that lost four fifths has lost what it is for
_LEFT_AT_ONCE = 0.1  # of what the last run had, where that is more than usual
_LEFT_OF_DUMP = 0.45
_LEFT_INSIDE = 0.6  # of the tables, and what else a dump's directory names
_AS_SMALL = 0.5  # of the smallest of the past: it was like that before
_GONE = 0.75  # of the files of the last run, under their names
_OFTEN = 2  # good runs in which as many were new: then it is their way, as of dumps named by their days
_TURNED = 0.15  # of the files, or bytes, of the last run, which are strange now
_FEW_FILES, _FEW_BYTES = 10, 16 << 10  # fewer are never judged
_FEW_BYTES_OF_DUMP = 4 << 10
_FEW_LOOKS = 8


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a run held: files and bytes; how many of the files were new or changed, and how many bytes
    the repository did not have. Of a dump `files` is how many tables and the like are in it; 0: unknown.
    """

    files: int
    bytes: int
    new: int = 0
    changed: int = 0
    added: int = 0

    @property
    def touched(self) -> float:
        """Which share of the files, or of the bytes, is new or changed."""
        files = (self.new + self.changed) / self.files if self.files else 0.0
        return max(files, self.added / self.bytes if self.bytes else 0.0)

    def gone(self, before: Extent) -> int:
        """How many of the files before are not there any more under their names."""
        return max(0, before.files + self.new - self.files)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What is not as it ever was: how much it is now, and how much was usual; which folders, types, tables or
    databases it is, where it is not the whole.
    """

    reason: Doubt
    now: float
    usual: float
    names: tuple[str, ...] = ()


def suspect(
    now: Extent,
    past: Sequence[Extent],
    *,
    dump: bool,
    comparable: bool = True,
    sample: Sample | None = None,
    usual_sample: Sample | None = None,
) -> tuple[Suspicion, ...]:
    """What is strange in a run, against the good runs before it; nothing while there are none.

    `dump`: it is one file that a program wrote. `comparable`: restic compared with the run before, so that
    "new" means something: not where the paths of the data set were changed. `sample` is of the files that
    changed, of a dump what it begins with; `usual_sample` of all as they were.
    """
    if not past:
        return ()
    sizes = [one.bytes for one in past]
    if dump:
        shrunk = _shrunk("dump_shrunk", now.bytes, sizes, _LEFT_OF_DUMP, _FEW_BYTES_OF_DUMP)
        unlike = sample and usual_sample and sample.unlike(usual_sample)
        other = Suspicion("dump_unlike", now.bytes, median(sizes)) if unlike else None
        inside = None if shrunk else _emptied(now.files, [one.files for one in past])
        return tuple(one for one in (shrunk, inside, other) if one)
    found = [
        _shrunk("files_gone", now.files, [one.files for one in past], _LEFT, _FEW_FILES),
        _shrunk("bytes_gone", now.bytes, sizes, _LEFT, _FEW_BYTES),
    ]
    last = past[-1]
    if comparable:
        found.append(_gone(now, past, found[0]))
        found.append(_turned(now, last, sample, usual_sample))
    return tuple(one for one in found if one)


def drifted(sample: Sample, usual: Sample) -> tuple[Suspicion, ...]:
    """Have the files of known types become strange bit by bit, no run by itself more than usual?

    Both samples are of all files there were; what came in addition meanwhile is no damage, however it looks.
    """
    known = sample.of_types(usual)
    share = known.strange(usual)
    turned = share * known.looked / max(1, sample.looked) * sample.of - max(0, sample.of - usual.of)
    if known.looked < _FEW_LOOKS or turned < usual.of * _TURNED:
        return ()
    return (Suspicion("random", share, usual.strange(usual)),)


def _gone(now: Extent, past: Sequence[Extent], told: Suspicion | None) -> Suspicion | None:
    """Are most files not there any more under their names? Renamed, if as many new ones are there."""
    last = past[-1]
    gone = now.gone(last)
    if told or last.files < _FEW_FILES or gone < last.files * _GONE:
        return None
    if sum(one.new >= one.files * _GONE for one in past) >= _OFTEN:
        return None
    if now.new >= gone / 2:
        return Suspicion("renamed", now.new, last.files)
    if any(_as_before(now, one, after) for one, after in pairwise(past)):
        return None
    return Suspicion("files_gone", now.files, last.files)


def _as_before(now: Extent, before: Extent, after: Extent) -> bool:
    """Did a good run lose as much, and is not far less left than then? A cache that is emptied every week."""
    as_much = before.files >= _FEW_FILES and after.gone(before) >= before.files * _GONE
    return as_much and now.files >= after.files * _LEFT


def _emptied(now: int, past: Sequence[int]) -> Suspicion | None:
    """Are far fewer tables in a dump than ever? None where a dump does not say how many, or never had two."""
    known = [one for one in past if one > 1]
    if not now or not known or now > min(known) * _LEFT_INSIDE:
        return None
    return Suspicion("tables_gone", now, median(known))


def grew(now: Extent, past: Sequence[Extent]) -> bool:
    """Is what is new mostly new, and not what was there under other names? New types are learned from it."""
    return now.gone(past[-1]) <= now.new * _LEFT and now.changed <= now.new


def _shrunk(reason: Doubt, now: int, past: Sequence[int], left: float, least: int) -> Suspicion | None:
    """Is it far below the usual, or far below the last one, and was it never that small before?"""
    usual, last = median(past), past[-1]
    if now > min(past) * _AS_SMALL:
        return None
    if usual >= least and now <= usual * left:
        return Suspicion(reason, now, usual)
    if last >= least and now <= last * min(left, _LEFT_AT_ONCE):
        return Suspicion(reason, now, last)
    return None


def _turned(now: Extent, last: Extent, sample: Sample | None, usual: Sample | None) -> Suspicion | None:
    """How many files that were there look strange now. What only came in addition is none of them.

    The sample may be of more files than restic calls changed, never of fewer.
    """
    if sample is None:
        return None
    known = now.gone(last) <= now.new * _LEFT  # what is of a new type came in addition
    heavy = sample.strange_bytes(usual, known=known) - max(0, now.bytes - last.bytes)
    if last.bytes >= _FEW_BYTES and heavy >= last.bytes * _TURNED:
        return Suspicion("random", min(1.0, heavy / max(1, now.bytes)), 0.0)
    if last.files < _FEW_FILES or sample.looked < _FEW_LOOKS:
        return None
    share = sample.strange(usual)
    touched = now.new + now.changed
    strange = min(touched, share * max(touched, sample.of))
    turned = strange - max(0, now.new - now.gone(last))
    if turned < max(last.files * _TURNED, 1):
        return None
    return Suspicion("random", share, usual.strange(usual) if usual else 0.0)
