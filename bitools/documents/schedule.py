"""What runs by itself, and when."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope


class JobItem(TypedDict):
    """A command and when it runs."""

    name: str
    """Of the timer."""
    cron: str
    """Five fields, as crontab(5) writes them."""
    calendar: str
    """The same for OnCalendar= of systemd.time(7)."""
    command: str
    """The whole command line."""
    why: str
    """What it is for."""


class ScheduleDocument(Envelope):
    """What `bitools schedule` prints."""

    schema: Literal["bitools.schedule/1"]
    items: list[JobItem]
    """What this inventory gives to do."""


class RemovedItem(TypedDict):
    """A thing that is gone."""

    name: str
    """A file, or `crontab` for our lines of it."""


class RemovedDocument(Envelope):
    """What `bitools schedule remove` prints."""

    schema: Literal["bitools.schedule.remove/1"]
    items: list[RemovedItem]
    """What was taken away, or would be."""
