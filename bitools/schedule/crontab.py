"""Jobs as a block of a crontab (crontab(5)). Pure."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from bitools.job.timer import Timer
from bitools.schedule.timers import Caller

BEGIN, END = "# bitools: begin", "# bitools: end"


def block(wanted: Sequence[Timer], caller: Caller) -> str:
    """A block for a crontab, between two marks that the next installation finds again."""
    lines = [BEGIN]
    for timer in wanted:
        words = shlex.join(caller.words(timer)).replace("%", r"\%")  # cron(8): % ends a line
        lines += [f"# {timer.why}", f"{timer.cron} {words}" + (" >/dev/null 2>&1" if timer.mute else "")]
    return "\n".join([*lines, END]) + "\n"


FILE = "bitools"  # in /etc/cron.d


def file(wanted: Sequence[Timer], caller: Caller, reader: str) -> str:
    """A file for /etc/cron.d, where each line names the account: root begins backups, and who else is it for.

    What a job prints, and that is how it fails, cron mails to `reader`.
    """
    lines = [
        "# bitools: written by `bitools schedule install`, which replaces it",
        "SHELL=/bin/sh",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        f"MAILTO={reader}",
    ]
    for timer in wanted:
        who = "root" if timer.words[0] == "backup" else "bitools"
        words = shlex.join(caller.words(timer)).replace("%", r"\%")
        lines += [
            f"# {timer.why}",
            f"{timer.cron} {who} {words}" + (" >/dev/null 2>&1" if timer.mute else ""),
        ]
    return "\n".join(lines) + "\n"


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
