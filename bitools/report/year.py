"""`report year`: what was done in a year, article by article."""

from __future__ import annotations

from datetime import datetime

from bitools.job import Jobs
from bitools.report.activity.periodic import Periodic, periodic
from bitools.run import Run


def year(run: Run, jobs: Jobs, name: str, *, mail: bool, now: datetime) -> Periodic:
    """Report a year; `name` is `2026`, empty for the one that is due. Raise as `periodic` does."""
    return periodic(run, jobs, "year", name, mail=mail, now=now)
