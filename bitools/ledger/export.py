"""A part of the ledger for an auditor: the lines as they are, and what proves them.

The file is JSON lines. The first says which part it is, the hash of the entry before it, the head of the part
and of the whole ledger at that moment; the others are the ledger's own lines, byte for byte. Anybody can
prove it with `sha256sum` and patience, or with `bitools ledger verify --file FILE`: each line's hash is that
of the line without it, and each line holds the hash of the one before. That the part was not made up shows
against any head that was mailed while it was the ledger's end.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Literal, cast

from bitools import output
from bitools.documents.ledger import ExportHead, ExportItem
from bitools.errors import IntegrityBroken, InventoryInvalid, NotFound
from bitools.i18n import _, system_words
from bitools.ledger import Ledger, chain
from bitools.ledger.chain import GENESIS, Chain, Piece
from bitools.ledger.filter import Span
from bitools.state import Document

SCHEMA: Literal["bitools.ledger.export/1"] = "bitools.ledger.export/1"
_PROOF = (
    "each line below is one entry; its hash is the SHA-256 of the line without the field hash;"
    " its prev is the hash of the line before, of the first one prev above;"
    " the hash of the last is head above"
)


def export(ledger: Ledger, document: Document[ExportItem], path: Path, wanted: Span) -> None:
    """Prove the ledger, then write the entries of this time to `path`, without a gap.

    Raise IntegrityBroken if the ledger is not whole, NotFound if no entry is of that time, InventoryInvalid
    if the file cannot be written.
    """
    whole = ledger.verify()
    lines = _between(ledger, wanted)
    if not lines:
        raise NotFound(_("the ledger has no entry of that time"), hint=_("see: bitools ledger show"))
    first, last = json.loads(lines[0]), json.loads(lines[-1])
    head: ExportHead = {
        "schema": SCHEMA,
        "exported": document.started.isoformat(timespec="seconds"),
        "by": ledger.actor,
        "first": first["seq"],
        "last": last["seq"],
        "since": first["time"],
        "until": last["time"],
        "prev": first["prev"],
        "head": last["hash"],
        "ledger": {"entries": whole.entries, "head": whole.head},
        "proof": _PROOF,
    }
    content = json.dumps(head, ensure_ascii=False).encode() + b"\n" + b"".join(lines)
    output.write(path, content)
    digest = hashlib.sha256(content).hexdigest()
    document.items.append({**head, "file": str(path), "sha256": digest, "entries": len(lines)})


def _between(ledger: Ledger, wanted: Span) -> list[bytes]:
    """From the first entry of that time to the last, whatever a wrong clock put between them."""
    every: list[bytes] = []
    last = 0
    for piece in ledger.pieces():
        for at, line in enumerate(piece.lines, piece.skipped + 1):
            if not line.endswith(b"\n"):
                continue
            if wanted.holds(chain.parsed(line, piece.path, at)):
                every.append(line)
                last = len(every)
            elif every:
                every.append(line)
    return every[:last]


def proven(path: Path, head: str = "") -> tuple[Chain, ExportHead]:
    """Prove an exported file: its chain, and what its first line says of it.

    Raise IntegrityBroken, naming the line, if it was changed; InventoryInvalid if it cannot be read.
    """
    try:
        lines = path.read_bytes().splitlines(keepends=True)
    except OSError as error:
        message = _("{path}: cannot be read: {why}").format(path=path, why=system_words(error))
        raise InventoryInvalid(message, cause=error) from error
    said = _head(path, lines)
    piece = Piece(path, lines[1:], skipped=1)
    found = chain.walk([piece], head, number=said["first"] - 1, previous=said["prev"])
    if found.torn or found.head != said["head"] or found.entries != said["last"] - said["first"] + 1:
        raise chain.broken(path, len(lines), _("the end was cut off"))
    return found, said


def _head(path: Path, lines: list[bytes]) -> ExportHead:
    """The first line of an exported file."""
    try:
        said = json.loads(lines[0])
        numbers = all(isinstance(said[key], int) for key in ("first", "last"))
        hashes = all(len(said[key]) == len(GENESIS) for key in ("prev", "head"))
        if said["schema"] == SCHEMA and numbers and hashes:
            return cast(ExportHead, said)
    except (ValueError, LookupError, TypeError, RecursionError):
        pass
    hint = _("it is made by: bitools ledger export FILE")
    raise IntegrityBroken(_("{path}: not an exported ledger").format(path=path), hint=hint, reason="chain")
