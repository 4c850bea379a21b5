"""Which days are frozen: `holds.json` says it, and the ledger remembers what it said."""

from __future__ import annotations

from typing import Any

from bitools.errors import IntegrityBroken
from bitools.i18n import _
from bitools.iplog.verbs.archive import Archive
from bitools.iplog.verbs.remembered import Remembered
from bitools.iplog.wire import holds
from bitools.iplog.wire.holds import Hold
from bitools.state import Document


def written(archive: Archive) -> list[Hold]:
    """Every hold of the file. Raise IntegrityBroken if it is none of ours."""
    try:
        return holds.read(archive.store)
    except (ValueError, TypeError) as error:
        text = _("{file} cannot be read: nobody can say what is frozen").format(file="holds.json")
        hint = _("nothing is removed; bring the file back from a backup")
        raise IntegrityBroken(text, hint=hint, reason="holds", cause=error) from error


def held(archive: Archive, known: Remembered) -> list[Hold]:
    """The same. Raise IntegrityBroken, too, if one is gone that was never released, as the ledger knows."""
    found = written(archive)
    if gone := known.frozen - {(one.file_number, one.begins, one.ends) for one in found}:
        number, begins, ends = min(gone)
        text = _("{file} no longer has the days {begins} – {ends} that are frozen for {number}").format(
            file="holds.json", begins=begins, ends=ends, number=number
        )
        hint = _("nothing is removed; bring the file back from a backup, or: bitools iplog hold")
        raise IntegrityBroken(text, hint=hint, reason="holds")
    return found


def held_or_failed(archive: Archive, known: Remembered, document: Document[Any]) -> list[Hold]:
    """The same; what is wrong is a failure of the document, and none are frozen then."""
    try:
        return held(archive, known)
    except IntegrityBroken as error:
        document.fail(error, "holds")
        return []
