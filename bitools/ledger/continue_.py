"""`ledger continue`: somebody knows why the evidence does not fit, and says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from bitools import privilege
from bitools.documents.ledger import BreakItem
from bitools.errors import BitoolsError, Refused, Usage
from bitools.i18n import _
from bitools.ledger import Ledger, acts, continuity, stamps, witness
from bitools.ledger.witness import Witness
from bitools.state import Document, State

_PERSONS = 1000  # the first user number that is a person's (login.defs(5): UID_MIN)


def continue_(
    ledger: Ledger,
    state: State,
    document: Document[BreakItem],
    reason: str,
    found: Witness,
    broken: Sequence[BitoolsError],
) -> Document[BreakItem]:
    """Take ledger and history as they are, whatever is `broken`, and go on from there. Itself an entry.

    What was seen before and what is there now stand in that entry. Raise Usage without a reason, Refused for
    anybody but root where the state is not a person's own.
    """
    if not reason.strip():
        raise Usage(_("an acknowledgement needs --reason"))
    document.items = [{"target": error.target or "ledger", "error": error.message} for error in broken]
    document.changed = bool(broken)
    if not broken:
        return document
    owner = state.folder.stat().st_uid
    if not privilege.is_roots() and owner < _PERSONS:
        hint = _("as root: sudo bitools ledger continue --reason WHY")
        raise Refused(_("only root may acknowledge a break"), hint=hint, reason="root")
    if document.applied:
        seen = _before(state)
        said = [item["error"] for item in document.items]
        before = {"seen": asdict(seen) if seen else None, "broken": said, "reason": reason.strip()}
        with ledger.intent(acts.LEDGER_CONTINUE, "evidence", before=before) as entry:
            entry.done({"entries": found.point.entries, "head": found.point.head, "commit": found.commit})
        stamps.set_aside(state, stamps.strangers(ledger, state))
        point = continuity.accept(ledger)
        witness.save(state, replace(found, point=point, marks=(), accepted=point))
    return document


def _before(state: State) -> Witness | None:
    try:
        return witness.load(state)
    except BitoolsError:
        return None  # that is what is broken
