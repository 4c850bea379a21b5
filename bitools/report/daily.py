"""`report daily`: the day in one mail."""

from __future__ import annotations

from datetime import datetime

from bitools.report.digest.publish import Report, publish
from bitools.run import Run


def daily(run: Run, *, mail: bool, now: datetime) -> Report:
    """One digest of everything since the last one: network, accounts, backups, the ledger and its head.

    A quiet day is no mail, a quiet week is one: that nothing is heard must not be able to mean that nothing
    works. Raise InventoryInvalid as `changes` does.
    """
    return publish(run, "daily", mail, now)
