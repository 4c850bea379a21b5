"""`report year`: what was done in a year, article by article."""

from __future__ import annotations

from datetime import datetime

from bitools.report.activity.periodic import Periodic, periodic
from bitools.run import Run


def year(run: Run, name: str, *, mail: bool, now: datetime) -> Periodic:
    """Report a year; `name` is `2026`, empty for the one that is due. Raise as `periodic` does."""
    return periodic(run, "year", name, mail=mail, now=now)
