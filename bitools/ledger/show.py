"""`ledger show`: the entries that somebody asks for."""

from __future__ import annotations

from bitools.documents.ledger import Among, EntryItem
from bitools.ledger import Ledger
from bitools.ledger.filter import Filter
from bitools.state import Document


def show(ledger: Ledger, document: Document[EntryItem], wanted: Filter) -> Document[EntryItem]:
    """Fill the document with the entries that fit, oldest first, and with what they were chosen from.

    Raise IntegrityBroken at an entry that cannot be read.
    """
    among: Among = {"entries": 0, "first": "", "last": ""}
    for entry in ledger.entries():
        among["entries"] += 1
        among["first"] = among["first"] or entry["time"]
        among["last"] = entry["time"]
        if wanted.fits(entry):
            document.items.append(entry)
    document.more["wanted"] = wanted.as_json
    document.more["among"] = among
    return document
