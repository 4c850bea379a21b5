"""What was last seen of the evidence: how far the ledger went, and the history's newest commit.

`state/evidence.json`. Whoever can rewrite the ledger can rewrite this file too, so the same words stand in
every run's document, in every mail and in the system log, where they cannot.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from itertools import islice

from pydantic import TypeAdapter, ValidationError

from bitools import state
from bitools.errors import IntegrityBroken
from bitools.i18n import _
from bitools.ledger.chain import GENESIS
from bitools.state import State

FILE = "evidence.json"
_MARKS = 40  # heads that are kept beside the newest, to say later up to where a ledger is the known one


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the ledger: number, hash and time of an entry, and the hash of all bytes up to its end."""

    entries: int = 0
    head: str = GENESIS
    size: int = 0
    digest: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """`point`: how far the ledger went; `marks`: heads before it, each with its entry's number, newest first.

    `commit`: the history's newest, empty if nothing was stored yet. `accepted`: up to there somebody has
    acknowledged the ledger as it is, broken or not. `packs`: the history's that were read whole: name, size,
    ctime in ns.
    """

    point: Point = Point()
    commit: str = ""
    marks: tuple[tuple[int, str], ...] = ()
    accepted: Point | None = None
    packs: tuple[tuple[str, int, int], ...] = ()

    def moved(self, point: Point, commit: str, packs: tuple[tuple[str, int, int], ...]) -> Witness:
        """The witness after this was seen."""
        marks = self.marks
        if point.entries != self.point.entries and self.point.entries:
            marks = tuple(islice(((self.point.entries, self.point.head), *marks), _MARKS))
        return Witness(point, commit, marks, self.accepted, packs)


def load(folder: State) -> Witness | None:
    """What was last seen; None if nothing ever was. Raise IntegrityBroken if the file cannot be read."""
    try:
        return TypeAdapter(Witness).validate_json(folder.read(FILE))
    except FileNotFoundError:
        return None
    except ValidationError as error:
        hint = _("if you know why: sudo bitools ledger continue --reason WHY")
        message = _("{file} is not what bitools wrote").format(file=folder.folder / FILE)
        raise IntegrityBroken(message, hint=hint, reason="witness") from error


def commit(folder: State) -> str:
    """The history's newest commit as it was last seen; empty if that is not known."""
    try:
        seen = load(folder)
    except IntegrityBroken:
        return ""
    return seen.commit if seen else ""


def save(folder: State, seen: Witness) -> None:
    """Remember."""
    state.write(folder.path(FILE), json.dumps(asdict(seen)).encode())
