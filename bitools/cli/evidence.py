"""Ledger and history, held against what was last seen of them, at the end of every run of any job.

A break stops nobody's work: it is in the run's document, the run ends 15, the system log and one mail say so;
again with each run, until somebody acknowledges it with `ledger continue`.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from bitools.errors import BitoolsError, Code, IntegrityBroken, Locked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bitools.documents.envelope import Continuity
    from bitools.documents.ledger import EntryItem
    from bitools.ledger import Ledger
    from bitools.ledger.witness import Witness
    from bitools.run import Run
    from bitools.state import Document, Item, State

_DOCUMENTS = 20  # of the newest, of which one says how far the ledger went
_PATIENCE = 5.0  # seconds for another run to write what it saw


class Ending(Protocol):
    """A command line that ends, as far as it is looked at here: what it opened, and under which name."""

    @property
    def state(self) -> State:
        """The state folder."""
        ...

    @property
    def ledger(self) -> Ledger:
        """The ledger, under this run's name."""
        ...

    @property
    def run(self) -> Run:
        """This run. Raise InventoryInvalid."""
        ...

    @property
    def run_id(self) -> str:
        """The run's name."""
        ...

    @property
    def started(self) -> datetime:
        """When it began."""
        ...

    @property
    def dry_run(self) -> bool:
        """Is nothing to be done?"""
        ...

    @property
    def warnings(self) -> list[str]:
        """What its document is to say beside."""
        ...

    @property
    def knows_inventory(self) -> bool:
        """Was the inventory opened, and is it whole?"""
        ...


def prove(context: Ending, document: Document[Item]) -> bool:
    """Does everything go on where it ended? What is wrong is put into `failed`, and mailed."""
    from bitools.ledger import witness

    if not context.state.folder.is_dir():
        return True
    try:
        seen = witness.load(context.state)
        now, broken = look(context, seen)
    except BitoolsError as error:
        seen, now, broken = None, None, [_as_break(error)]
    for each in broken:
        document.fail(each, "ledger")
    if broken:
        tell(context, broken)
    elif now and now.point.entries:
        document.more["evidence"] = _continuity(now)
        if now != seen and not context.dry_run:
            _remember(context, now)
    return not broken


def after(context: Ending, error: BitoolsError) -> BitoolsError:
    """What a run ends with that came to no document: its error, or also that the records do not fit.

    A wrong command line or inventory is not a run yet.
    """
    unread = error.code is Code.INVALID and not context.knows_inventory
    if unread or error.code in (Code.USAGE, Code.BUG, Code.INTERRUPTED):
        return error
    if isinstance(error, IntegrityBroken):
        tell(context, [error])
        return error
    from bitools.state import Document

    # never printed: the error is
    document: Document[EntryItem] = Document("bitools.ledger.verify/1", context.run_id, context.started)
    if prove(context, document):
        return error
    broken = [one for one in document.failed if one["code"] == Code.INTEGRITY]
    if not broken:  # it is another account's to look at
        return error
    words = [failure["error"] for failure in broken]
    hint = broken[0]["hint"]
    every = dict.fromkeys([error.message, *words])  # the error may be the very break
    return IntegrityBroken("; ".join(every), target=error.target, hint=hint, reason="records", cause=error)


def observed(context: Ending) -> tuple[Witness, list[BitoolsError]]:
    """What is there, newest commit included, and what is wrong with it."""
    from bitools.ledger import witness
    from bitools.net.verbs import evidence

    try:
        now, broken = look(context, witness.load(context.state))
    except BitoolsError as error:
        now, broken = look(context, None)
        broken = [error, *broken]
    if broken:
        try:
            now = replace(now, commit=evidence.newest(context.state))
        except BitoolsError:
            now = replace(now, commit="")
    return now, broken


def look(context: Ending, seen: Witness | None) -> tuple[Witness, list[BitoolsError]]:
    """What is there now, and what is wrong with it."""
    from bitools.ledger import continuity, stamps, verify
    from bitools.ledger.witness import Witness
    from bitools.net.verbs import evidence

    said = _written(context) if seen is None or not seen.point.entries else {}
    known = seen or Witness()
    known = replace(known, commit=known.commit or said.get("commit", ""))
    broken: list[BitoolsError] = []
    point, commit, packs = known.point, known.commit, known.packs
    reported = 0 if known.accepted else _reported(context.state)  # first: entries may come while we look
    try:
        if head := said.get("head"):
            context.ledger.verify(head)
        point, came = continuity.look(context.ledger, known)
        if seen is not None:  # at the very first look it is old news, which `ledger verify` tells
            context.warnings.extend(verify.set_back(came))
        if reported > point.entries:
            raise continuity.cut_off(reported, point.entries)
        stamps.fits(context.ledger, context.state)
    except BitoolsError as error:
        if not isinstance(each := _as_break(error), IntegrityBroken):
            raise
        broken.append(each)
    try:
        commit = evidence.commit(context.state, context.ledger, known.commit)
        packs = evidence.packs(context.state, known.packs, known.commit)
    except BitoolsError as error:
        broken.append(_as_break(error))
    return known.moved(point, commit, packs), broken


def _reported(state: State) -> int:
    """How many entries a report has told: the memory may have been put back together with the ledger."""
    told = 0
    for name in state.names("report", pattern="*.cursor"):
        with suppress(OSError, ValueError, TypeError, BitoolsError):  # who reads a damaged cursor tells it
            kept = json.loads(state.read("report", name))
            told = max(told, kept["entries"] if isinstance(kept, dict) and "entries" in kept else 0)
    return told


def _as_break(error: BitoolsError) -> BitoolsError:
    """A link, or a folder, in the place of what was recorded is somebody's work, and no wrong inventory."""
    if error.reason != "link":
        return error
    return IntegrityBroken(error.message, target="ledger", hint=error.hint, reason="records", cause=error)


def _written(context: Ending) -> dict[str, str]:
    """What the newest document says, where what was last seen is not remembered any more."""
    for document in islice(context.state.documents(newest_first=True), _DOCUMENTS):
        if isinstance(said := document.get("evidence"), dict):
            return {key: str(said.get(key, "")) for key in ("head", "commit")}
    return {}


def _continuity(found: Witness) -> Continuity:
    return {"entries": found.point.entries, "head": found.point.head, "commit": found.commit}


def _remember(context: Ending, found: Witness) -> None:
    """Keep it, unless another run has seen more meanwhile; and tell the system log, which others keep."""
    from bitools.ledger import syslog, witness

    try:
        with context.state.lock("evidence", wait=_PATIENCE):
            now = witness.load(context.state)
            if now and (now.point.entries > found.point.entries or now.accepted != found.accepted):
                return
            witness.save(context.state, found)
    except (Locked, BitoolsError):
        return  # the next run sees the same
    point = found.point
    said = f"entries={point.entries} head={point.head} commit={found.commit or '-'}"
    syslog.note(f"run={context.run_id} {said}")


def tell(context: Ending, broken: Sequence[BitoolsError]) -> None:
    """The system log, and a mail if the inventory says to whom."""
    from bitools.ledger import syslog

    for error in broken:
        syslog.alarm(f"run={context.run_id} {error}")
    if context.dry_run:
        return
    try:
        from bitools.report import alarm

        alarm.alarm(context.run, broken, now=context.started)
    except BitoolsError as error:
        context.warnings.append(str(error))
