"""Did a source change more than it ever does? Of emptied or encrypted files restic makes a good snapshot.

What is usual is learned from the last good runs. A run that is suspected stands for no period, and nothing of
its data set is forgotten until somebody says that it is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bitools.documents.backup import Doubt

REMEMBERED = 14  # good runs
LOOKED_AT = 0.1  # of the files new or changed: then their first bytes are looked at
_LEFT = 0.2  # of the usual files or bytes; a tree that lost four fifths has lost what it is for
_LEFT_OF_DUMP = 0.1
_STAYED = 0.2  # of the usual files under the names they had
_RANDOM = 0.5  # of the changed files
_MORE = 0.3  # than usual
_FEW_FILES, _FEW_BYTES = 10, 16 << 10  # fewer are never judged
_FEW_LOOKS = 8


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a run held: files and bytes, and how many of the files were new or changed."""

    files: int
    bytes: int
    new: int = 0
    changed: int = 0

    @property
    def touched(self) -> float:
        """Which share of the files is new or changed."""
        return (self.new + self.changed) / self.files if self.files else 0.0


@dataclass(frozen=True, slots=True)
class Sample:
    """Some files' first bytes: how many were looked at, look random and are of no type that is packed, or are
    not of the type that their names say.
    """

    looked: int
    random: int
    foreign: int

    @property
    def strange(self) -> float:
        """Which share of them is one or the other."""
        return max(self.random, self.foreign) / self.looked if self.looked else 0.0


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What is not as it ever was: how much it is now, and how much was usual."""

    reason: Doubt
    now: float
    usual: float


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
    changed, `usual_sample` of all as they were.
    """
    if not past:
        return ()
    files, size = median(one.files for one in past), median(one.bytes for one in past)
    found = []
    if dump:
        if size >= _FEW_BYTES and now.bytes <= size * _LEFT_OF_DUMP:
            found.append(Suspicion("dump_shrunk", now.bytes, size))
        return tuple(found)
    if files >= _FEW_FILES and now.files <= files * _LEFT:
        found.append(Suspicion("files_gone", now.files, files))
    if size >= _FEW_BYTES and now.bytes <= size * _LEFT:
        found.append(Suspicion("bytes_gone", now.bytes, size))
    # A tree that only grew has many new files and all of the old ones.
    old = now.files - now.new
    if comparable and files >= _FEW_FILES and old <= files * _STAYED and now.new >= _FEW_FILES:
        found.append(Suspicion("renamed", now.new, files))
    if sample and sample.looked >= _FEW_LOOKS and _is_strange(sample, usual_sample):
        found.append(Suspicion("random", sample.strange, usual_sample.strange if usual_sample else 0.0))
    return tuple(found)


def _is_strange(sample: Sample, usual: Sample | None) -> bool:
    return sample.strange >= _RANDOM and sample.strange >= (usual.strange if usual else 0.0) + _MORE
