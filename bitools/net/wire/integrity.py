"""Is the history that is there the one that was seen, and can it be read?

A quick look for every run: the packs end as their indexes say (a cut pack does not), the newest commit that
was seen is still on the branch, and what it holds is there. A pack is written once: one that is new, or is
not as it was seen, is read whole, and then every commit is looked for. `examine` reads every object
(git-fsck(1)).
"""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from bitools.errors import IntegrityBroken
from bitools.i18n import _
from bitools.net.wire import rewriting
from bitools.net.wire.history import BRANCH, History

_HEAD = struct.Struct(">4sII")  # of a pack: PACK, version, number of objects (gitformat-pack(5))
_HASH = 20
_MOMENT = 1.0  # seconds
Pack = tuple[str, int, int]  # its name, size in bytes, and when the file was last touched (ctime, ns)


def look(history: History, commit: str) -> str:
    """The newest commit now; `commit` is the newest that was seen, empty if none was.

    Raise IntegrityBroken, in the right words, if that is not on the branch any more, or if a pack is damaged.
    """
    if not history.exists:
        if commit:
            raise broken(_("the history is gone: its newest change was {commit}").format(commit=commit[:12]))
        return ""
    for complaint in _packs(history.git.folder / "objects" / "pack"):
        raise broken(complaint)
    head = history.head()
    if not commit or head == commit:
        return head
    if not head:
        raise broken(_("the history has no branch any more: its newest change was {commit}"), commit)
    found = history.git.run(["merge-base", "--is-ancestor", commit, BRANCH])
    if found.code == 0:
        return head
    if found.code == 1:
        raise broken(_("the history was moved back: its newest change {commit} is not in it"), commit)
    if not history.has(commit):
        raise broken(_("the history has lost its newest change, {commit}"), commit)
    raise broken(_("the history cannot be read: {why}").format(why=found.complaint))


def read(history: History, known: Sequence[Pack], seen: str) -> tuple[Pack, ...]:
    """The packs as they are now; `known` are those that were read before, `seen` the newest commit then.

    Raise IntegrityBroken if one is not as it was written, if a commit of the branch is lost, or anything that
    the newest commit holds.
    """
    if not history.exists or not (head := history.head()):
        return ()
    packs = _listed(history)
    for pack in sorted(set(packs) - set(known)):
        place = history.git.folder / "objects" / "pack" / pack[0]
        if history.git.run(["verify-pack", str(place.with_suffix(".idx"))]).code and pack in _listed(history):
            raise broken(_("{file} is cut short or was changed").format(file=place))
    if set(packs) != set(known) or head != seen:
        _commits(history)
    found = history.git.run(["rev-list", "--objects", "--no-walk", "--quiet", BRANCH])
    if found.code:
        raise broken(_("the history has lost a part of its newest change: {why}").format(why=found.complaint))
    return packs


def _listed(history: History) -> tuple[Pack, ...]:
    found = []
    for index in sorted((history.git.folder / "objects" / "pack").glob("pack-*.idx")):
        with suppress(FileNotFoundError):  # git has packed anew meanwhile; it writes an index last
            place = index.with_suffix(".pack")
            there = place.stat()
            found.append((place.name, there.st_size, there.st_ctime_ns))
    return tuple(found)


def _commits(history: History) -> None:
    """Raise IntegrityBroken if one is lost: the commit-graph names those too that are not there."""
    every = history.git.run(["rev-list", BRANCH])
    if every.code:
        raise broken(_("the history cannot be read: {why}").format(why=every.complaint))
    checked = history.git("cat-file", "--batch-check=%(objecttype)", stdin=every.stdout).splitlines()
    if lost := [line for line in checked if line != b"commit"]:
        text = _("the history has lost {count} of its {all} changes")
        raise broken(text.format(count=len(lost), all=len(checked)))


def broken(why: str, commit: str = "") -> IntegrityBroken:
    """The error for a history that is not whole."""
    return IntegrityBroken(
        why.format(commit=commit[:12]) if commit else why,
        target="history",
        hint=_("what is there: bitools net verify; what can be had back: bitools net recover"),
        reason="history",
    )


def _packs(folder: Path) -> Iterator[str]:
    """A complaint for each pack that does not end as its index says."""
    for index in sorted(folder.glob("pack-*.idx")):
        pack = index.with_suffix(".pack")
        try:
            with index.open("rb") as file:
                file.seek(-2 * _HASH, 2)
                expected = file.read(_HASH)
            with pack.open("rb") as file:
                mark, _version, _count = _HEAD.unpack(file.read(_HEAD.size))
                file.seek(-_HASH, 2)
                whole = mark == b"PACK" and file.read(_HASH) == expected
        except FileNotFoundError:
            if _stays(index):
                yield _("{file} is gone, and its index is there").format(file=pack)
            continue
        except (OSError, struct.error) as error:
            yield _("{file} cannot be read: {why}").format(file=pack, why=error)
            continue
        if not whole:
            yield _("{file} is cut short or was changed").format(file=pack)


def _stays(index: Path) -> bool:
    """Is it still there after a moment? git that packs anew removes a pack before its index."""
    until = time.monotonic() + _MOMENT
    while index.exists():
        if time.monotonic() > until:
            return True
        time.sleep(_MOMENT / 50)
    return False


def examine(history: History) -> list[str]:
    """Read every object; what git says of those that are missing or not as they were written."""
    if not history.exists:
        return []
    found = history.git.run(["fsck", "--full", "--strict", "--no-dangling", "--no-progress"])
    said = (found.stdout + found.stderr).decode(errors="replace").splitlines()
    complaints = [line for line in said if line and not line.startswith(("notice:", "warning:"))]
    return complaints if found.code != 0 else []


def missing(history: History, commits: Sequence[str]) -> list[str]:
    """Those of these commits that are not on the branch, by that name or by the one they were given since."""
    if not history.exists or not commits:
        return list(commits)
    there = set(history.git("rev-list", BRANCH).decode().split())
    recovered = set(
        history.git("log", "--format=%(trailers:key=Recovered,valueonly)", BRANCH).decode().split()
    )
    masked = rewriting.was(history).keys()
    return [commit for commit in commits if commit not in there | recovered | masked]
