"""What a job hands to those that serve every job: schedule, doctor, status and reports.

Each job declares itself in `bitools/<job>/job.py`, `bitools/jobs.py` lists the declarations, the command line
hands them on. Whoever serves all jobs knows none of them by name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bitools.inventory.model import Inventory
from bitools.job.timer import Timer

if TYPE_CHECKING:  # whoever asks for one thing does not wait for the others
    from bitools.documents.doctor import FindingItem
    from bitools.figures.count import Activity
    from bitools.figures.performed import Performed
    from bitools.figures.section import Paragraph, Section, Total
    from bitools.job.finding import Finding
    from bitools.job.standing import Standing
    from bitools.past.reading import Past
    from bitools.state import State


class Job(ABC):
    """One job. It answers what it has an answer to; of what it says nothing, nothing is asked for."""

    @abstractmethod
    def described(self, inventory: Inventory) -> bool:
        """Does the inventory give it anything to do?"""

    def timers(self, inventory: Inventory) -> Iterable[Timer]:
        """What it runs by itself, and when."""
        return ()

    def logs(self, inventory: Inventory) -> Iterable[Path]:
        """The files of other programs that it follows, or patterns of them."""
        return ()

    def examined(self, inventory: Inventory, state: State, now: datetime) -> Iterable[FindingItem]:
        """What doctor finds of its counterparts and of what it keeps. It may connect; nothing is written."""
        return ()

    def overdue(self, inventory: Inventory, past: Past, now: datetime) -> Iterable[Finding]:
        """What has not happened for too long, told from the documents of past runs alone."""
        return ()

    def standings(
        self, inventory: Inventory, past: Past, now: datetime, overdue: Sequence[Finding]
    ) -> Iterable[Standing]:
        """How its parts stand today. `overdue`: as doctor found it, of all jobs."""
        return ()

    def totals(self, found: Activity) -> Iterable[Total]:
        """Its figures in the summary of a month or a year."""
        return ()

    def sections(self, found: Activity, site_names: Mapping[str, str]) -> Iterable[Section]:
        """Its part of the report of a month or a year."""
        return ()

    def day(
        self, every: Iterable[Performed], fresh: Sequence[Performed], *, authority: bool
    ) -> Iterable[Paragraph]:
        """What the daily report says of it beside what it did. Of all acts, `fresh` are told the first time.

        `authority`: is there a time authority?
        """
        return ()


Jobs = Sequence[Job]
