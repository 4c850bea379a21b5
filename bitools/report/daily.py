"""`report daily`: the day in one mail."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bitools.errors import BitoolsError, IntegrityBroken
from bitools.i18n import _
from bitools.job import Jobs
from bitools.ledger import stamp
from bitools.report.digest.publish import Report, publish
from bitools.run import Run
from bitools.state import Document

if TYPE_CHECKING:
    from bitools.documents.ledger import StampItem


def daily(run: Run, jobs: Jobs, *, mail: bool, now: datetime) -> Report:
    """One digest of everything since the last one: network, accounts, backups, the ledger and its head.

    A quiet day is no mail, a quiet week is one: that nothing is heard must not be able to mean that nothing
    works. Raise InventoryInvalid as `changes` does.
    """
    trouble = _stamp(run) if mail and not run.dry_run else None
    report = publish(run, "daily", mail, now, jobs)
    if isinstance(trouble, IntegrityBroken):
        report.document.fail(trouble, "timestamp")
    elif trouble:
        report.document.warnings.append(_("the ledger was not stamped: {why}").format(why=trouble))
    return report


def _stamp(run: Run) -> BitoolsError | None:
    """Let the time authority vouch for the ledger, if it was not asked today; what came in between."""
    settings = run.inventory.settings
    if settings.timestamp is None:
        return None
    try:
        document: Document[StampItem] = run.document("bitools.ledger.stamp/1")
        stamp.stamp(run.ledger, run.state, document, settings.timestamp, settings.zone)
    except BitoolsError as error:
        return error
    return None
