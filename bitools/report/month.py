"""`report month`: what was done in a month, article by article."""

from __future__ import annotations

from datetime import datetime

from bitools.report.activity.periodic import Periodic, periodic
from bitools.run import Run


def month(run: Run, name: str, *, mail: bool, now: datetime) -> Periodic:
    """Report a month; `name` is `2026-11`, empty for the one that is due. Raise as `periodic` does."""
    return periodic(run, "month", name, mail=mail, now=now)
