"""git as a search engine: which lines of which stored configurations fit a pattern.

The pattern comes from a person: it is matched by git's automaton (`pattern.linear`), in a process whose time
and memory are limited by the kernel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bitools import process
from bitools.errors import BitoolsError, Refused, Rejected, Unreachable
from bitools.i18n import _
from bitools.net.wire.history import BRANCH, History, device_of, path_of

LIMIT = 60.0  # seconds
_MEMORY = 1 << 30  # bytes
_BATCH = 100  # commits a call


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that fits: in which commit (or branch), of which device, its number from 1."""

    revision: str
    device: str
    number: int
    line: str


@dataclass(frozen=True, slots=True)
class Changed:
    """The fitting lines that one commit added or removed, and the text they stand in."""

    commit: str
    device: str
    kind: Literal["added", "removed"]
    hits: Sequence[Hit]
    text: str


class Grep:
    """One pattern (a POSIX extended expression), asked of one history."""

    def __init__(
        self, history: History, expression: str, *, ignore_case: bool = False, limit: float = LIMIT
    ) -> None:
        self._history = history
        self._expression = expression
        self._case = ["-i"] if ignore_case else []
        self._limit = limit

    def newest(self, devices: Sequence[str]) -> list[Hit]:
        """The lines of these devices' newest configurations, in the order of devices and lines."""
        if not self._history.exists or not devices:
            return []
        hits = self._grep([BRANCH, "--", *map(path_of, devices)])
        place = {device: number for number, device in enumerate(devices)}
        return sorted(hits, key=lambda hit: (place[hit.device], hit.number))

    def commits(self, devices: Sequence[str] = (), limits: Sequence[str] = ()) -> list[tuple[str, str]]:
        """Every (commit, device) that added or removed such a line, newest first. No device means all."""
        if not self._history.exists:
            return []
        words = ["log", "-G", self._expression, *self._case, "--format=%x1e%H", "--name-only", *limits]
        output = self._git([*words, BRANCH, "--", *map(path_of, devices)])
        found = []
        for record in output.decode(errors="replace").split("\x1e")[1:]:
            commit, *names = record.split()
            found += [(commit, device_of(name)) for name in names if name.startswith("devices/")]
        return found

    def changes(self, commits: Sequence[tuple[str, str]]) -> Iterator[Changed]:
        """What each of these commits did to the lines that fit, in the order given."""
        for start in range(0, len(commits), _BATCH):
            batch = commits[start : start + _BATCH]
            sides = [(f"{commit}^:{path_of(name)}", f"{commit}:{path_of(name)}") for commit, name in batch]
            texts = self._history.git.blobs([side for pair in sides for side in pair])
            hits: dict[str, list[Hit]] = {name: [] for name in texts}
            for hit in self._grep(list(texts)) if texts else ():
                hits[f"{hit.revision}:{path_of(hit.device)}"].append(hit)
            for (commit, device), (old, new) in zip(batch, sides, strict=True):
                before, after = hits.get(old, []), hits.get(new, [])
                if gone := _without(before, after):
                    yield Changed(commit, device, "removed", gone, texts[old])
                if come := _without(after, before):
                    yield Changed(commit, device, "added", come, texts[new])

    def _grep(self, where: Sequence[str]) -> list[Hit]:
        words = [
            "grep",
            "--no-color",
            "-n",
            "-z",
            "-a",
            "--full-name",
            "-E",
            *self._case,
            "-e",
            self._expression,
        ]
        output = self._git([*words, *where])
        hits = []
        for record in output.decode(errors="replace").split("\n"):
            if not record:
                continue
            name, number, line = record.split("\0", 2)
            if not line.strip():
                continue  # a blank line says nothing; git also counts one behind the last
            revision, _colon, path = name.partition(":")
            hits.append(Hit(revision, device_of(path), int(number), line))
        return hits

    def _git(self, words: Sequence[str]) -> bytes:
        seconds = int(self._limit)
        fence = ["prlimit", f"--data={_MEMORY}", f"--cpu={seconds}"] if process.installed("prlimit") else []
        try:
            done = self._history.git.run(words, fence=fence, limit=self._limit)
        except Unreachable as error:
            raise _too_hard(self._limit, error) from error
        if done.code < 0 or b"emory" in done.stderr:
            raise _too_hard(self._limit)
        if done.code not in (0, 1):
            raise Rejected(_("git cannot search: {why}").format(why=done.complaint), target="git")
        return done.stdout


def _without(hits: Sequence[Hit], others: Sequence[Hit]) -> list[Hit]:
    """The hits whose line is not among the others, or is there less often."""
    left = Counter(hit.line for hit in others)
    result = []
    for hit in hits:
        if left[hit.line]:
            left[hit.line] -= 1
        else:
            result.append(hit)
    return result


def _too_hard(seconds: float, cause: BitoolsError | None = None) -> Refused:
    message = _("the pattern needs more than {seconds:.0f} s or 1 GB").format(seconds=seconds)
    return Refused(message, hint=_("make it simpler, or name devices"), reason="pattern", cause=cause)
