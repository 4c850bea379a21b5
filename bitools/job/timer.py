"""A command that runs by itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timer:
    """A command of bitools and when it runs, as cron and as systemd write it; `why` is for people.

    `mute`: what it prints is in the reports already, and cron need not mail it.
    """

    name: str
    words: tuple[str, ...]
    cron: str
    calendar: str
    why: str
    mute: bool = False
