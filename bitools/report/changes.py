"""`report changes`: everything since the last mail."""

from __future__ import annotations

from datetime import datetime

from bitools.report.digest.publish import Report, publish
from bitools.run import Run


def changes(run: Run, *, mail: bool, now: datetime) -> Report:
    """Report everything since the last mail. With `mail`: queue it, move the cursor, then send it.

    Once it is queued it is accounted for: the cursor moves, and if the relay does not take it now, the mail
    stays in the outbox and its failure in `failed`. So is what a reader's policy leaves to the daily report.

    Raise InventoryInvalid if it cannot be mailed at all: no mail server, no recipients, a broken template.
    """
    return publish(run, "changes", mail, now)
