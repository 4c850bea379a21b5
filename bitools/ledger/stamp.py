"""`ledger stamp`: have the time authority say that the ledger was so by now."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bitools import timestamp
from bitools.documents.ledger import StampItem
from bitools.errors import InventoryInvalid
from bitools.i18n import _
from bitools.inventory.settings import Timestamp
from bitools.ledger import Ledger, acts, stamps
from bitools.state import Document, State


def stamp(
    ledger: Ledger, state: State, document: Document[StampItem], authority: Timestamp | None, zone: ZoneInfo,
    *, again: bool = False,
) -> Document[StampItem]:  # fmt: skip
    """Stamp the last entry, once a day unless `again`; nothing is asked where nothing has come since.

    While the authority is down nothing is lost: a later token vouches for all entries before it. What it
    says is proven before it is kept. Raise InventoryInvalid where there is none, and as `timestamp.stamp`.
    """
    if authority is None:
        hint = "settings.yaml: timestamp: {url: …, ca: …}"
        raise InventoryInvalid(_("no time authority is set"), hint=hint)
    with state.lock("stamp", wait=float(authority.timeout)):
        known = stamps.standing(ledger, state)
        if known.waiting is None or (
            known.stamped and not again and _same_day(known.stamped, document, zone)
        ):
            document.more["skipped"] = "stamped"
            return document
        number, line = stamps.head(ledger)
        document.items = [{"entry": number, "time": None, "serial": None, "by": None, "file": None}]
        if not document.applied:
            return document
        token, proof = timestamp.stamp(authority, line)
        file = stamps.keep(state, number, token)
        said = {"entry": number, "time": proof.time.isoformat(), "serial": proof.serial, "by": proof.by}
        ledger.append(acts.LEDGER_STAMP, f"{number:010}", "done", after=said)
    document.items = [
        {
            "entry": number, "time": proof.time.isoformat(), "serial": proof.serial, "by": proof.by,
            "file": str(file),
        }
    ]  # fmt: skip
    document.changed = True
    return document


def _same_day(stamped: datetime, document: Document[StampItem], zone: ZoneInfo) -> bool:
    return stamped.astimezone(zone).date() == document.started.astimezone(zone).date()
