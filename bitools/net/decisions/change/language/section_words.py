"""RouterOS: a line is a verb, perhaps the name of an item, and words `key=value` in any order. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bitools.net.decisions.change.language.dialect import hidden
from bitools.net.decisions.node import Node

_WORDS = re.compile(r"\[[^\]]*\]|(?:[^\s\"\[]|\"(?:[^\"\\]|\\.)*\")+")


class Words(NamedTuple):
    """`add`, or `set` and the item it is said of; and what is said."""

    head: str
    values: Mapping[str, str]
    flags: Sequence[str]

    @classmethod
    def of(cls, text: str) -> Words:
        """The words of a line."""
        verb, *rest = _WORDS.findall(text) or [""]
        head = verb
        while rest and "=" not in rest[0] and verb == "set":
            head = f"{head} {rest.pop(0)}"
        if rest and rest[0].startswith("["):
            head = f"{head} {rest.pop(0)}"
        values = dict(word.split("=", 1) for word in rest if "=" in word)
        return cls(head, values, [word for word in rest if "=" not in word])

    def canonical(self) -> str:
        """The line, its words in order: what order they are typed in means nothing."""
        return " ".join(
            (self.head, *self.flags, *(f"{key}={value}" for key, value in sorted(self.values.items())))
        )


def sorted_words(root: Node) -> Node:
    """The tree with the words of every line in order."""
    sections = [
        section._replace(
            children=[child._replace(text=Words.of(child.text).canonical()) for child in section.children]
        )
        for section in root.children
    ]
    return root._replace(children=sections)


def finding(text: str, beside: Sequence[str]) -> str:
    """What finds an entry, and no other one of these; empty if nobody can say."""
    words = Words.of(text)
    if words.head != "add":
        return ""
    known = {key: value for key, value in words.values.items() if not hidden(value)}
    others = sum(
        known.items() <= Words.of(other).values.items() for other in beside if other.startswith("add ")
    )
    if not known or others != 1:
        return ""
    return f"[ find {' '.join(f'{key}={value}' for key, value in sorted(known.items()))} ]"


def taking_away(text: str, beside: Sequence[str]) -> str:
    """What removes an entry; empty if nobody can say."""
    item = finding(text, beside)
    return f"remove {item}" if item else ""


def renewing(old: str, new: str) -> str:
    """What gives an item its new values; empty if one of them goes, for its default is unknown."""
    was, will = Words.of(old), Words.of(new)
    if was.values.keys() - will.values.keys() or [*was.flags] != [*will.flags] or was.head != will.head:
        return ""
    changed = {key: value for key, value in will.values.items() if was.values.get(key) != value}
    head = will.head
    if head == "add":
        head = f"set [ find name={will.values['name']} ]" if "name" in will.values else ""
    if not head:
        return ""
    return " ".join((head, *(f"{key}={value}" for key, value in sorted(changed.items()))))
