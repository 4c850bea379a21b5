"""What brings a device back by itself after a change that cut us off, and how a change is kept: frozen data.

In what is typed `{n}` is the window in the way's unit, `{id}` a name of the change's own, `{time}` the window
as HH:MM:SS. Nothing uses these yet: they say what a platform has, and how far anybody has seen it work.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from bitools.frozen import Frozen
from bitools.i18n import _
from bitools.platforms.expression import Regex

Grade = Literal["A", "B", "C", "D"]
Mark = Literal["tried", "documented"]


class Precondition(Frozen):
    """What must be so before: what is asked, the words that say it is not, and what to do then."""

    ask: str
    unless: Regex
    hint: str


class Answered(Frozen):
    """A question that a command asks, and what to answer; any other is a stop."""

    question: Regex
    answer: str


class Armed(Frozen):
    """How one knows that the device will come back: what is asked, the words for yes and for no.

    Without `ask` the prompt says it.
    """

    ask: str = ""
    armed: Regex
    none: Regex | None = None


class Way(Frozen):
    """One way back. Grades: A the device's own, in place; B a job on the device, in place; C a restart.

    `confirmed_by`: who may confirm: anybody, the user who armed it, or only that very session. `leaves`: what
    it puts into the configuration, to be gone before it is saved. `most_actions`: beyond so many the
    device undoes nothing any more. `least` and `most` are windows in `unit`.
    """

    grade: Literal["A", "B", "C"]
    kind: Literal["timer", "commit", "session", "job", "shell", "file", "reboot"]
    mark: Mark
    source: str
    needs: tuple[Precondition, ...] = ()
    arm: tuple[str, ...]
    confirm: tuple[str, ...]
    cancel: tuple[str, ...] = ()
    state: Armed | None = None  # None: nobody knows how to ask; then it cannot be relied on
    questions: tuple[Answered, ...] = ()
    unit: Literal["seconds", "minutes"]
    least: int = Field(ge=1)
    most: int
    confirmed_by: Literal["any", "user", "session"] = "any"
    leaves: tuple[Regex, ...] = ()
    most_actions: int | None = None
    trap: str = ""  # what surprised others with it

    @model_validator(mode="after")
    def _has_a_window(self) -> Way:
        if self.most < self.least:
            raise ValueError(_("most is less than least"))
        return self


class Save(Frozen):
    """How running becomes startup, and what it says then. Without commands all is saved at once.

    `done` proves nothing by itself: startup is read back where the platform shows it (`commands.startup`).
    """

    commands: tuple[str, ...] = ()
    questions: tuple[Answered, ...] = ()
    done: Regex | None = None
    failed: Regex | None = None
    mark: Mark
    source: str


def grade(ways: tuple[Way, ...]) -> Grade:
    """The best that a platform has; D is nothing."""
    return min((way.grade for way in ways), default="D")
