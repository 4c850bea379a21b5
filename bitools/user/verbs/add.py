"""Give a person an account, or complete the one that an interrupted run began."""

from __future__ import annotations

from pathlib import Path

from bitools.documents.user import UserSyncItem
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.person import Request, role_of, texts
from bitools.user.verbs import locks
from bitools.user.verbs.changing import SILENT, Consent, opened
from bitools.user.verbs.provision import Opening
from bitools.user.verbs.write_journal import writing
from bitools.user.wire.journal import Journal


def add(
    run: Run,
    request: Request,
    slip_to: Path | None = None,
    consent: Consent = SILENT,
    *,
    namesake: bool = False,
) -> Document[UserSyncItem]:
    """Give a person an account. One who has it, by employee id and name, keeps it as it is.

    Without a number a person of the same name is refused, unless `namesake` says that it is another.
    Raise Usage, Refused, InventoryInvalid or Rejected before anything is written if it cannot become whole;
    Unreachable if it is unknown how far it came: the same command then looks first, and goes on.
    """
    settings = run.inventory.require_directory()
    role_of(settings, request)
    texts(request)  # what is refused in a name is refused before any connection
    consent.limit(settings, 1)
    document: Document[UserSyncItem] = run.document("bitools.user.add/1")
    with opened(run, settings, consent, document) as place:
        opening, shown = Opening(place, request, namesake=namesake), None
        if run.dry_run or consent.asks:
            start = opening.start()
            document.items = [shown := start.item()]
            document.changed = shown["status"] != "unchanged"
            if run.dry_run:
                return document
            if start.creation is not None:
                consent.ask(document)
        with place.alone(locks.NEW), writing(run, place.domain) as writer:
            place.cache.forget()
            start = opening.start()
            place.still(shown or start.item(), start.item())
            document.items = [item := opening.open(start, writer, slip_to)]
            document.changed = item["status"] != "unchanged"
        document.warnings += opening.tell(item)
    return document


def close(run: Run, request: Request) -> None:
    """Close the journal: whoever asked knows how it ended."""
    Journal(run.state, request).tell()
