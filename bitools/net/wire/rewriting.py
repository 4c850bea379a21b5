"""The history written anew, text by text: for secrets that older versions left readable.

A new branch beside the old one, commit for commit, with authors, times and messages as they were and the old
id as the trailer `Was`. Then the branch moves in one step, and nothing keeps the old objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from bitools.net.wire.history import BRANCH, History, device_of

_BESIDE = "refs/heads/remasked"
_FORM = "%x1e%H%x1f%an%x1f%ae%x1f%ad%x1f%cn%x1f%ce%x1f%cd%x1f%B%x1f"
_WAS = "Was"
_BATCH = 200  # texts in memory at a time


class RawCommit(NamedTuple):
    """A commit as git has it; times as git's raw format writes them."""

    id: str
    author: str
    committer: str
    message: str
    device: str


def commits(history: History) -> list[RawCommit]:
    """Every commit, oldest first."""
    if not history.head():
        return []
    printed = history.git("log", "--reverse", "--date=raw", f"--format={_FORM}", "--name-only", BRANCH)
    found = []
    for record in printed.decode(errors="replace").split("\x1e")[1:]:
        parts = record.split("\x1f")
        paths = [line for line in parts[8].split("\n") if line]
        author, committer = f"{parts[1]} <{parts[2]}> {parts[3]}", f"{parts[4]} <{parts[5]}> {parts[6]}"
        found.append(RawCommit(parts[0], author, committer, parts[7].rstrip("\n"), device_of(paths[0])))
    return found


def stored_texts(history: History, some: list[RawCommit]) -> Iterator[tuple[RawCommit, str]]:
    """Each commit with the text that it stored."""
    for start in range(0, len(some), _BATCH):
        batch = some[start : start + _BATCH]
        names = {one.id: f"{one.id}:devices/{one.device}.cfg" for one in batch}
        found = history.git.blobs(list(names.values()))
        for one in batch:
            yield one, found.get(names[one.id], "")


def beside(history: History, some: list[RawCommit], masked: Callable[[str, str], str]) -> str:
    """Write them anew on a branch of their own, `masked(device, text)` each; give its newest commit."""
    stream = [b"reset " + _BESIDE.encode() + b"\n\n"]
    for number, (one, text) in enumerate(stored_texts(history, some), 1):
        stream.append(_commit(one, masked(one.device, text), number))
    stream.append(b"done\n")
    history.git(
        "-c", "core.fsync=committed", "fast-import", "--quiet", "--force", "--done", stdin=b"".join(stream)
    )
    return history.git("rev-parse", "--verify", _BESIDE).decode().strip()


def _commit(one: RawCommit, text: str, number: int) -> bytes:
    before = f"\n{_WAS}: "  # all its names, the oldest first: documents may say any of them
    body, named, names = one.message.rpartition(before)
    said = f"{body}{before}{names} {one.id}" if named else f"{one.message}{before}{one.id}"
    message, data = f"{said}\n".encode(), text.encode()
    head = f"commit {_BESIDE}\nmark :{number}\nauthor {one.author}\ncommitter {one.committer}\n"
    parent = f"from :{number - 1}\n" if number > 1 else ""
    path = f"M 100644 inline devices/{one.device}.cfg\n"
    return b"".join(
        [
            head.encode(),
            b"data %d\n" % len(message),
            message,
            parent.encode(),
            path.encode(),
            b"data %d\n" % len(data),
            data,
            b"\n",
        ]
    )


def move(history: History, old: str, new: str) -> None:
    """The branch goes to the new commits, in one step. Raise Rejected if it has moved meanwhile."""
    history.git("update-ref", BRANCH, new, old)


def forget(history: History) -> None:
    """Nothing keeps the old objects any more."""
    if history.git("for-each-ref", _BESIDE):
        history.git("update-ref", "-d", _BESIDE)
    history.git("reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all")
    history.git("-c", "gc.pruneExpire=now", "gc", "--prune=now", "--quiet")
    history.git("commit-graph", "write", "--reachable", "--changed-paths", "--no-progress")


def was(history: History) -> dict[str, str]:
    """By all that they were before, what the commits are now."""
    return {
        name: commit.id
        for commit in history.log()
        if _WAS in commit.trailers
        for name in commit.trailers[_WAS].split()
    }
