"""`ledger verify`: is every entry where it was, as it was?"""

from __future__ import annotations

from pathlib import Path

from bitools.documents.ledger import EntryItem
from bitools.i18n import _, ng
from bitools.ledger import Ledger, export
from bitools.state import Document


def verify(
    ledger: Ledger, document: Document[EntryItem], head: str = "", file: Path | None = None
) -> Document[EntryItem]:
    """Prove the ledger, or an exported file; `head` is the hash of an entry that must be there.

    Raise IntegrityBroken, naming file and line, if it is not whole; InventoryInvalid if it cannot be read.
    """
    if file:
        chain, said = export.proven(file, head)
        document.more |= {"file": str(file), "first": said["first"], "last": said["last"]}
    else:
        chain = ledger.verify(head)
    document.items = chain.open
    document.more |= {"entries": chain.entries, "head": chain.head, "torn": chain.torn}
    if chain.open:
        text = ng("{count} intent has no outcome", "{count} intents have no outcome", len(chain.open))
        document.warnings.append(text.format(count=len(chain.open)))
    if chain.torn:
        document.warnings.append(
            _("the last entry was cut short by a crash; it was never reported as recorded")
        )
    return document
