"""What a device makes of the words of a line: beginnings, numbers, the order of interfaces."""

from __future__ import annotations

import re

from .tree import Node


def begins(text: str, start: str) -> bool:
    """Whether a line begins with these whole words."""
    return f"{text} ".startswith(f"{start} ")


def shared_words(one: str, other: str) -> int:
    """With how many equal words two lines begin."""
    count = 0
    for mine, theirs in zip(one.split(), other.split(), strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def kind(header: str) -> str:
    """A header up to its first number: `interface GigabitEthernet` of `interface GigabitEthernet1/0/4`."""
    return re.split(r"\d", header, maxsplit=1)[0]


def natural(text: str) -> list[tuple[int, str]]:
    """A sort key under which Gi1/0/9 comes before Gi1/0/10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text)]


def leading_number(text: str) -> int | None:
    """The number an access list's line begins with."""
    first = text.split()[0]
    return int(first) if first.isdigit() else None


def without_number(text: str) -> str:
    """The same line without it."""
    return re.sub(r"^\d+ ", "", text)


def insert(parent: Node, text: str, place: int) -> None:
    """Put a new line under a parent."""
    parent.children.insert(place, Node(text))
