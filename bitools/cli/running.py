"""The commands that the guided start ends in, each run where somebody sees it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bitools.cli.context import SYSTEM, Context
from bitools.i18n import language

if TYPE_CHECKING:
    from bitools.init import Step

STATE = Path("/var/lib/bitools")


def in_order(context: Context, steps: Sequence[Step], *, schedule: bool) -> list[Step]:
    """What makes the machine ready, what was described, then what lets it run by itself, and how it stands.

    On a machine that is `setup`; on somebody's own desk their crontab. A mail is the first one only once.
    """
    if not steps:
        return []
    machine = os.geteuid() == 0 and context.inventory_folder == SYSTEM and context.state_folder == STATE
    sent = context.state_folder / "outbox" / "sent"
    wanted = [step for step in steps if step[0] != "report" or not (sent.is_dir() and any(sent.iterdir()))]
    first: list[Step] = [("setup", "--no-timers", "--yes")] if machine else []
    last: list[Step] = [("setup", "--yes") if machine else ("schedule", "install")] if schedule else []
    return [*first, *wanted, *last]


def at_terminal(context: Context) -> Callable[[Step], int]:
    """Run a command as whoever asks would, with its line shown; for JSON nothing of it is printed."""
    from bitools import process

    own = {
        "BITOOLS_INVENTORY": str(context.inventory_folder.absolute()),
        "BITOOLS_STATE": str(context.state_folder.absolute()),
        "BITOOLS_LANG": language(),
    }
    console = context.console

    def run(step: Step) -> int:
        words = [sys.executable, "-m", "bitools", *step]
        if console.json:
            return process.run(words, extra=own, timeout=24 * 3600).code
        if console.answering or console.interactive:
            console.say(f"\n$ bitools {' '.join(step)}")
        sys.stdout.flush()
        return process.instead(words, {**context.environ, **own}, ())

    return run
