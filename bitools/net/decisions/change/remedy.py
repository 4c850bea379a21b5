"""The nouns of a remedy: commands to type, and questions that only a person can answer. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Why = Literal["default", "all", "secret", "order", "removal", "emptied", "help", "shown"]


class Command(NamedTuple):
    """One line to type, in the section that `path` leads to; `body` is text that belongs to it (a banner)."""

    path: tuple[str, ...]
    line: str
    removes: bool = False
    body: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A line that no command is made for, and why.

    `default`: what the device does without it differs by model. `all`: without it everything would pass.
    `secret`: it says what is kept nowhere. `order`: its place cannot be typed. `removal`: nobody says what
    removes it. `emptied`: its list would stand empty meanwhile. `help`: its `?` asks the device for help.
    `shown`: it is typed in another way than it is shown.
    """

    path: tuple[str, ...]
    line: str
    why: Why
    removes: bool = False


@dataclass(frozen=True, slots=True)
class Remedy:
    """What leads from one configuration to another."""

    commands: Sequence[Command]
    questions: Sequence[Question]
