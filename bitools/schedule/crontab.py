"""Jobs as a block of a crontab (crontab(5)). Pure."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from bitools.schedule.jobs import Caller, Job

BEGIN, END = "# bitools: begin", "# bitools: end"


def block(wanted: Sequence[Job], caller: Caller) -> str:
    """A block for a crontab, between two marks that the next installation finds again."""
    lines = [BEGIN]
    for job in wanted:
        words = shlex.join(caller.words(job)).replace("%", r"\%")  # cron(8): % ends a line
        lines += [f"# {job.why}", f"{job.cron} {words}" + (" >/dev/null 2>&1" if job.mute else "")]
    return "\n".join([*lines, END]) + "\n"


def merged(existing: str, block: str) -> str:
    """A crontab with our block in the place of the one before; everything else stays as it is."""
    lines, inside = [], False
    for line in existing.splitlines():
        if line == BEGIN:
            inside = True
        if not inside:
            lines.append(line)
        if line == END:
            inside = False
    kept = "\n".join(lines).rstrip("\n")
    return f"{kept}\n{block}" if kept else block
