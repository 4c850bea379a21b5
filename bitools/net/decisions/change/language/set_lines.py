"""Junos as lines that begin with `set`, each a whole path (`show configuration | display set`). Pure.

Nobody can see in such a line which words are one statement. So every word is a section of its own: what is
typed is the same, what vanished is deleted where it begins, and a value goes before another one comes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bitools.net.decisions.node import Node
from bitools.net.decisions.tree import parse
from bitools.platforms.model import Platform

_FLAT = ("set",)  # the body of a root that was read so
_WORDS = re.compile(r'"(?:[^"\\]|\\.)*"|\S+')


def read(text: str, platform: Platform, *, flat: bool) -> Node:
    """Read a configuration; with `flat` as such lines, whichever way it is written."""
    if not flat:
        return parse(text, platform)
    lines = text.splitlines() if is_flat(text, platform) else _lines(parse(text, platform), platform)
    tree, mark = _Tree(), platform.change.inactive if platform.change else ""
    for line in lines:
        verb, *words = _WORDS.findall(line) or [""]
        if verb == "set":
            tree.put(words)
        elif verb == "deactivate" and mark and words:
            tree.put(words, mark)
    return tree.root


class _Tree:
    """Grows word by word."""

    def __init__(self) -> None:
        self.root = Node("", [], _FLAT)
        self._places: dict[tuple[str, ...], Node] = {(): self.root}

    def put(self, words: list[str], mark: str = "") -> None:
        """A path; with a mark, what its last word names sleeps."""
        for length in range(1, len(words) + 1):
            path = tuple(words[:length])
            if path not in self._places:
                self._places[path] = Node(words[length - 1], [])
                self._places[path[:-1]].children.append(self._places[path])
        if mark:
            beside, last = self._places[tuple(words[:-1])].children, self._places[tuple(words)]
            at = next(at for at, one in enumerate(beside) if one is last)
            beside[at] = last._replace(text=mark + last.text)


def is_flat(text: str, platform: Platform) -> bool:
    """Is it written so? The first line that says something tells it."""
    if platform.change is None or platform.change.style != "set" or platform.nesting != "braces":
        return False
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and line[0] not in "#/"), "").startswith("set ")


def as_lines(tree: Node, platform: Platform) -> str | None:
    """The lines of a tree that was read so; None of any other."""
    if tree.body != _FLAT:
        return None
    return "".join(f"{line}\n" for line in _words(tree, "set", platform))


def _lines(tree: Node, platform: Platform) -> Iterator[str]:
    """A tree of braces as such lines: a list in brackets is one for each of its words."""
    for line in _words(tree, "set", platform):
        head, bracket, rest = line.partition(" [ ")
        if bracket:
            yield from (f"{head} {word}" for word in rest.removesuffix(" ]").split())
        else:
            yield line


def _words(node: Node, above: str, platform: Platform) -> Iterator[str]:
    mark = platform.change.inactive if platform.change else ""
    for child in node.children:
        text = child.text.removeprefix(mark) if mark else child.text
        if text.startswith("/*"):
            continue
        path = f"{above} {text}"
        if child.children:
            yield from _words(child, path, platform)
        elif text == child.text:
            yield path
        if text != child.text:
            yield path.replace("set", "deactivate", 1)
