"""What the commands of the schedule share."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.cli.context import Context
    from bitools.schedule.timers import Caller

As = Annotated[Literal["cron", "systemd"], typer.Option("--as", help=_("a crontab, or systemd's timers"))]


def caller(context: Context) -> Caller:
    """How the jobs are to call bitools: as it is called now, with its whole path."""
    from bitools.inventory.strict import owner_of
    from bitools.owned import ACCOUNT, name_of
    from bitools.schedule.timers import Caller

    here = Path(sys.argv[0]).absolute()
    program = str(here) if here.name == "bitools" else shutil.which("bitools") or "/usr/bin/bitools"
    state = context.state_folder.absolute()
    account = name_of(owner_of(state)) == ACCOUNT
    return Caller(program, context.inventory_folder.absolute(), state, account, confined=os.geteuid() == 0)
