"""The ledger: an append-only, hash-chained record of what was changed in the world.

JSON lines in `ledger/ledger.jsonl`, 0640, in the state of one account. Each entry holds
the hash of the one before, so an edit, a removal or a change of order shows; a cut-off end shows against any
head that was mailed. Two entries a change: the intent before, the outcome after, so a crash leaves an open
intent. What an act is called and which articles of the directorate's regulation it serves is in `acts`.
`chain` knows what an entry is, `pages` the files they are in.
"""

from __future__ import annotations

import os
import pwd
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bitools import credentials
from bitools.errors import BitoolsError, IntegrityBroken, InventoryInvalid
from bitools.i18n import _, system_words
from bitools.ledger import acts, chain, late, pages
from bitools.ledger.acts import Act
from bitools.ledger.chain import GENESIS, Chain, Fields, Json, Piece
from bitools.ledger.pages import Pen
from bitools.state import State, roomy

if TYPE_CHECKING:
    from bitools.documents.ledger import EntryItem, LateItem

__all__ = ["GENESIS", "Chain", "Intent", "Ledger", "actor"]


@dataclass(slots=True)
class Intent:
    """A change about to be made. The block that makes it says what became of it.

    `number` is the intent's own, for what is written elsewhere about the same change.
    """

    number: int = 0
    after: Json = None
    outcome: str = "done"

    def done(self, after: Json = None) -> None:
        """The change is made; `after` is what the world looks like now, without secrets."""
        self.after = after


class Ledger:
    """One chain. Who and what runs is the same for every entry of a run."""

    def __init__(self, state: State, run: str, command: str, actor: str) -> None:
        self._state = state
        self._run = run
        self._command = command
        self._actor = actor
        self._host = os.uname().nodename
        self._turn = threading.Lock()  # flock does not keep the threads of one process apart
        self.unentered: list[LateItem] = []  # what its disk refused, of acts that may be entered later

    @cached_property
    def _pen(self) -> Pen:
        return Pen(self.file)

    @cached_property
    def file(self) -> Path:
        """Where the entries are; the folder exists afterwards."""
        return self._state.path("ledger", "ledger.jsonl")

    @property
    def actor(self) -> str:
        """Who makes the changes: the guards ask, so that nobody locks themselves out."""
        return self._actor

    @contextmanager
    def intent(
        self, act: Act, target: str, *, before: Json = None, begun: int = 0, later: bool = False
    ) -> Iterator[Intent]:
        """Record the intent, let the block change the world, record the outcome.

        `begun` is the number of an intent that a dead run left open and that this block carries on: it gets
        the outcome, and no other is written. An error in the block is recorded as `failed`, an interrupt as
        `interrupted`; both go on their way. `later`: as `append`.
        """
        number = begun or self.append(act, target, "intent", before=before, later=later)
        entry = Intent(number)
        try:
            yield entry
        except BaseException as error:
            outcome = "failed" if isinstance(error, Exception) else "interrupted"
            why = str(error) if isinstance(error, BitoolsError) else type(error).__name__
            self.append(act, target, outcome, after={"intent": number, "error": why}, later=later)
            raise
        after = {"intent": number, "result": entry.after}
        self.append(act, target, entry.outcome, after=after, later=later)

    def append(
        self,
        act: Act,
        target: str,
        outcome: str,
        *,
        before: Json = None,
        after: Json = None,
        later: bool = False,
    ) -> int:
        """Add one entry and give its number. It is on the disk when this returns. With `later`, one that its
        disk does not take goes to `unentered`, and the number is 0.

        Raise Rejected on a full disk, InventoryInvalid if it cannot be written for another reason.
        """
        fields = Fields(
            self._actor,
            self._host,
            _masked(self._command),
            _masked(target),
            act.name,
            _masked(before),
            _masked(after),
            outcome,
            self._run,
            act.duties,
        )
        try:
            return self._written(fields)
        except BitoolsError as error:
            if not late.is_disks(error):
                raise
            if not later:
                raise (error.but(hint=late.way_out(error.hint)) if act in acts.LATER else error) from error
            self.unentered.append(late.entry(fields))
            return 0

    def _written(self, fields: Fields) -> int:
        try:
            with self._turn, roomy(self.file):
                return self._pen.append(fields.sealed)
        except OSError as error:
            message = _("the ledger {file} cannot be written: {why}")
            hint = _("nothing is changed that cannot be recorded; see: ls -l {folder}")
            raise InventoryInvalid(
                message.format(file=self.file, why=system_words(error)),
                hint=hint.format(folder=self.file.parent),
            ) from error

    def entries(self) -> Iterator[EntryItem]:
        """Every entry, oldest first, as written. Raise IntegrityBroken at one that is not JSON."""
        return chain.entries(self.pieces())

    def verify(self, head: str = "") -> Chain:
        """Walk the whole chain, file by file; `head` is the hash of some entry that was once the last.

        What is wrong before a point that somebody has acknowledged is not said again, as long as it stays as
        it is. Raise IntegrityBroken as `chain.walk` does.
        """
        try:
            return chain.walk(self.pieces(), head)
        except IntegrityBroken as error:
            from bitools.ledger import continuity, witness  # not at the top: few ledgers are broken

            seen = witness.load(self._state) if error.reason == "chain" else None
            if seen is None or seen.accepted is None:
                raise
            end, found = continuity.after(self, seen.accepted, head)
            return replace(found, entries=end.entries)

    def pieces(self) -> Iterator[Piece]:
        """The files with their lines as they are now: what others append meanwhile is left out, so no entry
        is seen half. Raise InventoryInvalid if one cannot be read.
        """
        return pages.read(self._state.at("ledger", "ledger.jsonl").parent)


def actor(environ: Mapping[str, str]) -> str:
    """Who is at the keyboard, behind sudo too: the login uid first, then SUDO_USER, then the process's user.

    The environment comes in as an argument, the login uid (set by pam_loginuid, unchangeable) by the kernel.
    """
    try:
        uid = int(Path("/proc/self/loginuid").read_text())
        if uid != 0xFFFFFFFF:
            return pwd.getpwuid(uid).pw_name
    except (OSError, ValueError, KeyError):
        pass
    try:
        return environ.get("SUDO_USER") or pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _masked(value: Json) -> Json:
    """The same value with known secrets blotted out, in values only: a password may be spelled like a key."""
    if value is None:
        return None
    if isinstance(value, str):
        return credentials.mask(value)
    if type(value) is dict or isinstance(value, Mapping):  # asking a Mapping costs ten times as much
        return {str(key): _masked(inside) for key, inside in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(inside) for inside in value]
    return value if isinstance(value, bool | int | float) else credentials.mask(str(value))
