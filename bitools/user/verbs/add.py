"""Give a person an account, or complete the one that an interrupted run began."""

from __future__ import annotations

from pathlib import Path

from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.person import Request, role_of, texts
from bitools.user.verbs.changing import SILENT, Consent, opened
from bitools.user.verbs.provision import Opening
from bitools.user.wire.directory_cache import DirectoryCache
from bitools.user.wire.journal import Journal


def add(run: Run, request: Request, slip_to: Path | None = None, consent: Consent = SILENT) -> Document:
    """Give a person an account. One who has it, by employee id and name, keeps it as it is.

    Raise Usage, Refused, InventoryInvalid or Rejected before anything is written if it cannot become whole;
    Unreachable if it is unknown how far it came: the same command then looks first, and goes on.
    """
    settings = run.inventory.require_directory()
    role_of(settings, request)
    texts(request)  # what is refused in a name is refused before any connection
    consent.limit(settings, 1)
    document = run.document("bitools.user.add/1")
    with opened(run, settings, document) as place:
        opening = Opening(run, settings, DirectoryCache(place.domain), request)
        start = opening.start()
        document.items.append(start.item())
        document.changed = document.items[0]["status"] != "unchanged"
        if place.writer is not None:
            if start.creation is not None:
                consent.ask(document)
            document.items = [opening.open(start, place.writer, slip_to)]
    return document


def told(run: Run, request: Request) -> None:
    """The administrator has been told how it ended: the next person of this name is another one."""
    journal = Journal(run.state, request)
    if (begun := journal.read()) and begun.done:
        journal.forget()
