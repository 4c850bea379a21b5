"""What can be made of the objects of a damaged history: the longest whole line of commits, and single ones.

Pure: objects come in as bytes. The history is one line, each commit one device's configuration, so a commit
whose past is lost still holds that configuration whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

_PERSON = re.compile(r"^(?P<who>author|committer) (?P<name>.*?) <[^>]*> (?P<at>\d+) [+-]\d{4}$", re.MULTILINE)
_TRAILER = re.compile(r"^([\w-]+): (.*)$", re.MULTILINE)
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


@dataclass(frozen=True, slots=True)
class SalvagedCommit:
    """One commit as it was read."""

    id: str
    parent: str
    tree: str
    author: str
    time: datetime
    trailers: Mapping[str, str]

    @property
    def device(self) -> str:
        """Whose configuration it holds."""
        return self.trailers.get("Device", "")


class Salvage:
    """The objects, by their names."""

    def __init__(self, objects: Iterable[tuple[str, bytes, bytes]]) -> None:
        self.trees: dict[str, bytes] = {}
        self.blobs: dict[str, bytes] = {}
        self.commits: dict[str, SalvagedCommit] = {}
        for name, kind, content in objects:
            if kind == b"commit" and (kept := _commit(name, content)):
                self.commits[name] = kept
            elif kind == b"tree":
                self.trees[name] = content
            elif kind == b"blob":
                self.blobs[name] = content
        self._whole: dict[str, bool] = {}

    def tip(self) -> str:
        """The newest commit whose whole past can be read; empty if there is none."""
        depth: dict[str, int] = {"": 0}
        for commit in self.commits:
            line = []
            while commit not in depth and commit in self.commits:
                line.append(commit)
                commit = self.commits[commit].parent
            below = depth.get(commit, -1)
            for one in reversed(line):
                below = below + 1 if below >= 0 and self._readable(self.commits[one].tree) else -1
                depth[one] = below
        del depth[""]
        return max((name for name, far in depth.items() if far > 0), key=lambda name: depth[name], default="")

    def line(self, tip: str) -> set[str]:
        """A commit and its past."""
        found = set()
        while tip in self.commits:
            found.add(tip)
            tip = self.commits[tip].parent
        return found

    def text(self, commit: SalvagedCommit) -> str | None:
        """The configuration that a commit brought; None if it is lost."""
        folder = dict(_entries(self.trees.get(commit.tree, b""))).get("devices", "")
        blob = dict(_entries(self.trees.get(folder, b""))).get(f"{commit.device}.cfg", "")
        content = self.blobs.get(blob)
        return None if content is None else content.decode(errors="replace")

    def _readable(self, tree: str) -> bool:
        if tree not in self._whole:
            content = self.trees.get(tree)
            self._whole[tree] = content is not None and all(
                name in self.blobs or (name in self.trees and self._readable(name))
                for _path, name in _entries(content)
            )
        return self._whole[tree]


def patched(old: str, diff: str) -> str | None:
    """The text after a unified difference; None if that was made of another text (POSIX, diff -u)."""
    lines, made, at = old.splitlines(keepends=True), [], 0
    body = iter(diff.splitlines(keepends=True))
    for line in body:
        if not (found := _HUNK.match(line)):
            continue
        start = max(0, int(found[1]) - (found[2] != "0"))
        left = [int(found[2] or 1), int(found[4] or 1)]
        made += lines[at:start]
        at = start
        while left[0] > 0 or left[1] > 0:
            step = next(body, "")
            sign, text = step[:1], step[1:]
            if sign in (" ", "-"):
                if at >= len(lines) or lines[at].rstrip("\n") != text.rstrip("\n"):
                    return None
                at += 1
                left[0] -= 1
            if sign in (" ", "+"):
                made.append(text)
                left[1] -= 1
            if sign not in (" ", "-", "+"):
                return None
    return "".join(made + lines[at:])


def _commit(name: str, content: bytes) -> SalvagedCommit | None:
    head, _blank, message = content.decode(errors="replace").partition("\n\n")
    people = {found["who"]: found for found in _PERSON.finditer(head)}
    tree = re.search(r"^tree ([0-9a-f]{40})$", head, re.MULTILINE)
    if not tree or "author" not in people or "committer" not in people:
        return None
    parent = re.search(r"^parent ([0-9a-f]{40})$", head, re.MULTILINE)
    when = datetime.fromtimestamp(int(people["committer"]["at"]), UTC)
    trailers = dict(_TRAILER.findall(message.partition("\n\n")[2]))
    return SalvagedCommit(
        name, parent[1] if parent else "", tree[1], people["author"]["name"], when, trailers
    )


def _entries(tree: bytes) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(tree):
        end = tree.find(b"\0", at)
        name = tree[at:end].partition(b" ")[2].decode(errors="replace")
        found.append((name, tree[end + 1 : end + 21].hex()))
        at = end + 21
    return found
