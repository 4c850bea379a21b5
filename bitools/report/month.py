"""`report month`: what was done in a month, article by article."""

from __future__ import annotations

from datetime import datetime

from bitools.job import Jobs
from bitools.report.activity.periodic import Periodic, periodic
from bitools.run import Run


def month(run: Run, jobs: Jobs, name: str, *, mail: bool, now: datetime) -> Periodic:
    """Report a month; `name` is `2026-11`, empty for the one that is due. Raise as `periodic` does."""
    return periodic(run, jobs, "month", name, mail=mail, now=now)
