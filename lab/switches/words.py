"""What a device makes of the words of a line: beginnings, numbers, the order of interfaces."""

from __future__ import annotations

import re

from .tree import Node


def begins(text: str, start: str) -> bool:
    """Whether a line begins with these whole words."""
    return f"{text} ".startswith(f"{start} ")


def begun(text: str, start: str) -> str:
    """The words of a line that a pattern of words describes, `*` being any one; nothing if it does not."""
    words, wanted = text.split(), start.split()
    fits = len(words) >= len(wanted) and all(b in ("*", a) for a, b in zip(words, wanted, strict=False))
    return " ".join(words[: len(wanted)]) if fits else ""


def listed_change(text: str, lists: list[str]) -> tuple[str, str, str] | None:
    """Of `switchport trunk allowed vlan add 30`: the beginning, `add` or `remove`, and the numbers."""
    for start in lists:
        for how in ("add", "remove"):
            if begins(text, f"{start} {how}"):
                return start, how, text.removeprefix(f"{start} {how} ")
    return None


def growing_change(text: str, growing: list[str], how: str) -> tuple[str, str, str] | None:
    """Of `port trunk permit vlan 10 20 to 22`: the beginning, how it is meant, and the numbers."""
    start = next((start for start in growing if re.match(rf"{start} \d", text)), None)
    return (start, how, text.removeprefix(f"{start} ")) if start else None


def expanded(numbers: str) -> set[int]:
    """`10,20-22` or `10 20 to 22` as numbers."""
    found: set[int] = set()
    for part in numbers.replace(", ", ",").replace(" to ", "-").replace(" ", ",").split(","):
        first, _dash, last = part.partition("-")
        if first.isdigit():
            found |= set(range(int(first), int(last or first) + 1))
    return found


def collapsed(numbers: set[int]) -> str:
    """The other way, as a switch shows it: `10,20-22`."""
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and parts[-1][-1] == number - 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in parts)


def spoken(numbers: str) -> str:
    """`10,20-22` as other switches show it: `10 20 to 22`."""
    return numbers.replace(",", " ").replace("-", " to ")


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
