"""Every configuration ever seen, in git: `state/history`, bare, readable by any git client.

`devices/<name>.cfg` on branch main (a move to another site breaks nothing), one commit a changed device, its
author the person who changed it, trailers for machines. A run is one `git fast-import` and so one step: a
crash leaves all of it or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, NamedTuple

from bitools.errors import NotFound
from bitools.i18n import _
from bitools.net.wire.git import Git
from bitools.net.wire.leftovers import clear
from bitools.state import State

BRANCH = "refs/heads/main"
_UNKNOWN = "unknown"
_TRAILER = re.compile(r"^([\w-]+): (.*)$", re.MULTILINE)
_OURS = "bitools <bitools@localhost>"


@dataclass(frozen=True, slots=True)
class Entry:
    """One configuration to be stored."""

    device: str
    text: str
    author: str  # empty: nobody knows
    trailers: Mapping[str, str]
    file: IO[str] | None = None  # a large text is there

    @property
    def authors(self) -> tuple[str, ...]:
        """Everybody who changed it, if they were several."""
        return people(self.trailers)


def people(trailers: Mapping[str, str]) -> tuple[str, ...]:
    """Everybody who made a change, if they were several."""
    named = trailers.get("Authors")
    return tuple(filter(None, named.split(", "))) if named else ()


class Commit(NamedTuple):
    """One stored change."""

    id: str
    time: datetime
    author: str
    device: str
    subject: str
    trailers: Mapping[str, str]


class History:
    """The store. Reading needs no lock; git moves the branch in one step."""

    def __init__(self, state: State, name: str = "history") -> None:
        self.git = Git(state, name)
        self._state = state

    @property
    def exists(self) -> bool:
        """Has anything been stored yet?"""
        return self.git.exists

    def latest(self, devices: Sequence[str], revision: str = BRANCH) -> dict[str, str]:
        """What these devices looked like at a revision; those that were not there are left out."""
        return self.texts([(device, revision) for device in devices])

    def texts(self, wanted: Sequence[tuple[str, str]]) -> dict[str, str]:
        """By device what it looked like at a revision of its own, from one call of git."""
        if not self.exists:
            return {}
        names = {device: f"{revision}:{path_of(device)}" for device, revision in wanted}
        texts = self.git.blobs(list(names.values()))
        return {device: texts[name] for device, name in names.items() if name in texts}

    def head(self) -> str:
        """The newest commit; empty where nothing has been stored yet."""
        if not self.exists:
            return ""
        return self.git("rev-parse", "--verify", "--quiet", BRANCH, check=False).decode().strip()

    def has(self, commit: str) -> bool:
        """Is this commit one of the store's?"""
        return bool(self.git("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}", check=False))

    def store(self, entries: Sequence[Entry], now: datetime) -> list[str]:
        """Add one commit an entry, in this order, and give their ids. All of it, or nothing."""
        if not self.exists:
            self.git.make()
        clear(self.git.folder)
        head = self.head().encode()
        stream = b"".join(
            _commit(entry, number, head, now, self.git.blob_of(entry.file) if entry.file else b"")
            for number, entry in enumerate(entries, 1)
        )
        stream += b"".join(b"get-mark :%d\n" % number for number in range(1, len(entries) + 1)) + b"done\n"
        output = self.git("-c", "core.fsync=committed", "fast-import", "--quiet", "--done", stdin=stream)
        self.git("commit-graph", "write", "--reachable", "--changed-paths", "--no-progress")
        self.git("-c", "gc.autoDetach=false", "gc", "--auto", "--quiet")
        return output.decode().split()

    def log(
        self,
        devices: Sequence[str] = (),
        *,
        since: str = "",
        until: str = "",
        author: str = "",
        most: int = 0,
        revision: str = BRANCH,
    ) -> list[Commit]:
        """The stored changes of these devices (all if none is named), newest first.

        `revision` is where to begin, or `FROM..TO`.
        """
        if not self.exists:
            return []
        form = "%x1e%H%x1f%cI%x1f%an%x1f%s%x1f%(trailers:only,unfold)%x1f"
        options = [
            *([f"--since={since}"] if since else []),
            *([f"--until={until}"] if until else []),
            *([f"--author={author}", "--fixed-strings", "--regexp-ignore-case"] if author else []),
            *([f"--max-count={most}"] if most else []),
        ]
        output = self.git(
            "log", f"--format={form}", *options, revision, "--", *map(path_of, devices)
        ).decode()
        return [_read(record) for record in output.split("\x1e")[1:]]

    def resolve(self, revision: str) -> str:
        """The commit that a revision means. Raise NotFound if there is none."""
        if self.exists and not revision.startswith("-"):
            words = ["rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"]
            if found := self.git(*words, check=False).strip():
                return found.decode()
        raise NotFound(
            _('the history knows no revision or date "{revision}"').format(revision=revision),
            hint=_("see: bitools net history"),
        )

    def at(self, moment: str) -> str:
        """The last commit not after a moment (ISO 8601, with offset); empty if there is none."""
        if not self.exists:
            return ""
        return self.git("rev-list", "--max-count=1", f"--until={moment}", BRANCH).strip().decode()

    def counts(self, commits: Iterable[str]) -> dict[str, tuple[int, int]]:
        """How many lines each commit added and removed, by its id, from one call of git."""
        ids = list(commits)
        if not ids:
            return {}
        words = ("diff-tree", "--stdin", "--root", "-r", "--numstat", "--no-ext-diff")
        output = self.git(*words, stdin="".join(f"{one}\n" for one in ids).encode()).decode(errors="replace")
        found: dict[str, tuple[int, int]] = dict.fromkeys(ids, (0, 0))
        commit = ""
        for line in output.splitlines():
            added, _tab, rest = line.partition("\t")
            if not _tab:
                commit = line.strip()
            elif added.isdigit():
                found[commit] = (int(added), int(rest.partition("\t")[0]))
        return found

    def patches(self, commits: Iterable[str]) -> dict[str, str]:
        """The unified difference each commit made, by its id, from one call of git."""
        ids = list(commits)
        if not ids:
            return {}
        shown = self.git("show", "--format=%x1e%H%x1f", "--root", "--no-color", "--no-ext-diff", *ids).decode(
            errors="replace"
        )
        return {record[:40]: record.partition("\x1f")[2].lstrip("\n") for record in shown.split("\x1e")[1:]}


def path_of(device: str) -> str:
    """Where a device's configuration stands in the history."""
    return f"devices/{device}.cfg"


def device_of(path: str) -> str:
    """Whose configuration stands there."""
    return path.removeprefix("devices/").removesuffix(".cfg")


def _commit(entry: Entry, number: int, head: bytes, now: datetime, blob: bytes) -> bytes:
    """One commit in fast-import's format (git-fast-import(1)); `blob`: its text, where git has it already."""
    when = f"{int(now.timestamp())} {now:%z}"
    author = (
        f"{entry.author} <{entry.author.replace(' ', '.')}@{entry.device}>"
        if entry.author
        else f"{_UNKNOWN} <unknown@localhost>"
    )
    trailers = "".join(f"{name}: {value}\n" for name, value in entry.trailers.items() if value)
    message = f"{entry.device}: {entry.trailers.get('Reason', '')}\n\n{trailers}".encode()
    text = entry.text.encode()
    start = b"from %s\n" % head if number == 1 and head else b""
    return b"".join(
        (
            f"commit {BRANCH}\nmark :{number}\nauthor {author} {when}\ncommitter {_OURS} {when}\n".encode(),
            b"data %d\n%s\n" % (len(message), message),
            start,
            b"M 100644 %s %s\n" % (blob or b"inline", path_of(entry.device).encode()),
            b"" if blob else b"data %d\n%s\n" % (len(text), text),
        )
    )


def _read(record: str) -> Commit:
    commit, time, author, subject, trailers = record.split("\x1f")[:5]
    pairs = dict(_TRAILER.findall(trailers))
    device = pairs.get("Device", subject.partition(":")[0])
    return Commit(commit, datetime.fromisoformat(time), author, device, subject, pairs)
