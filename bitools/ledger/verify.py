"""`ledger verify`: is every entry where it was, as it was?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bitools.i18n import _, ng
from bitools.ledger import Chain, Ledger, stamps
from bitools.state import Document, State

if TYPE_CHECKING:
    from bitools.documents.ledger import EntryItem

_SAID = 20


def verify(
    ledger: Ledger,
    document: Document[EntryItem],
    head: str = "",
    file: Path | None = None,
    stamped_in: State | None = None,
    ca: Path | None = None,
) -> Document[EntryItem]:
    """Prove the ledger, or an exported file; `head` is the hash of an entry that must be there.

    The time stamps that lie in the state `stamped_in` are held against it and against `ca`; one that does
    not hold is in `failed`.

    Raise IntegrityBroken, naming file and line, if it is not whole; InventoryInvalid if it cannot be read.
    """
    if file:
        from bitools.ledger import export  # each run proves the ledger, and none an exported file

        chain, said = export.proven(file, head)
        document.more |= {"file": str(file), "first": said["first"], "last": said["last"]}
    else:
        chain = ledger.verify(head)
        if stamped_in:
            _stamps(ledger, document, stamped_in, ca)
    document.items = chain.open
    document.more |= {"entries": chain.entries, "head": chain.head, "torn": chain.torn}
    if chain.open:
        text = ng("{count} intent has no outcome", "{count} intents have no outcome", len(chain.open))
        document.warnings.append(text.format(count=len(chain.open)))
    document.warnings += set_back(chain)
    if chain.torn:
        document.warnings.append(
            _("the last entry was cut short by a crash; it was never reported as recorded")
        )
    return document


def set_back(chain: Chain) -> list[str]:
    """A sentence for each entry that says an earlier time than the one before it, as many as are read."""
    text = _("entry {number} was written {minutes} minutes before the one before it: a clock was set")
    said = [
        text.format(number=number, minutes=back // timedelta(minutes=1))
        for number, back in chain.backwards[:_SAID]
    ]
    if more := len(chain.backwards) - len(said):
        said.append(_("and {count} more").format(count=more))
    return said


def _stamps(ledger: Ledger, document: Document[EntryItem], state: State, ca: Path | None) -> None:
    good, faults = stamps.prove(ledger, state, ca)
    for fault in faults:
        document.fail(fault)
    count = len(stamps.numbers(state))
    if count and ca is None:
        document.warnings.append(_("the time stamps are not proven: settings.yaml names no authority"))
    newest = max(good, default=0)
    said = {"entry": newest, "time": good[newest].isoformat()} if newest else None
    document.more |= {"tokens": count, "stamped": said}
