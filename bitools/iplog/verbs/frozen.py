"""Which days are frozen: `holds.json` says it, and the ledger remembers what it said."""

from __future__ import annotations

from typing import Any

from bitools.errors import IntegrityBroken
from bitools.i18n import _
from bitools.iplog.verbs.archive import Archive
from bitools.iplog.wire import holds
from bitools.iplog.wire.holds import Hold
from bitools.ledger import acts


def written(archive: Archive) -> list[Hold]:
    """Every hold of the file. Raise IntegrityBroken if it is none of ours."""
    try:
        return holds.read(archive.store)
    except (ValueError, TypeError) as error:
        text = _("{file} cannot be read: nobody can say what is frozen").format(file="holds.json")
        hint = _("nothing is removed; bring the file back from a backup")
        raise IntegrityBroken(text, hint=hint, reason="holds", cause=error) from error


def held(archive: Archive) -> list[Hold]:
    """The same. Raise IntegrityBroken, too, if one is gone that was never released, as the ledger knows."""
    found = written(archive)
    if gone := _remembered(archive) - {(one.file_number, one.begins, one.ends) for one in found}:
        number, begins, ends = min(gone)
        text = _("{file} no longer has the days {begins} – {ends} that are frozen for {number}").format(
            file="holds.json", begins=begins, ends=ends, number=number
        )
        hint = _("nothing is removed; bring the file back from a backup, or: bitools iplog hold")
        raise IntegrityBroken(text, hint=hint, reason="holds")
    return found


def _remembered(archive: Archive) -> set[tuple[str, str, str]]:
    """File number, first and last day of what the ledger saw frozen; a release counts from its beginning."""
    frozen: set[tuple[str, str, str]] = set()
    for entry in archive.run.ledger.entries():
        if entry["action"] == acts.IPLOG_HOLD.name and entry["outcome"] == "done":
            result: Any = entry["after"]["result"]  # type: ignore[index]  # JSON
            frozen.add((result["file_number"], result["begins"], result["ends"]))
        elif entry["action"] == acts.IPLOG_RELEASE.name:
            frozen = {one for one in frozen if one[0] != entry["target"]}
    return frozen
