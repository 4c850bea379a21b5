"""Jobs as units of systemd. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bitools.schedule.jobs import Caller, Job

PREFIX = "bitools-"


def units(wanted: Sequence[Job], caller: Caller) -> dict[str, str]:
    """Units of systemd, by file name: a service and a timer for each job."""
    files = {}
    for job in wanted:
        words = " ".join(_quoted(word) for word in caller.words(job))
        files[f"{PREFIX}{job.name}.service"] = (
            f"[Unit]\nDescription=bitools {' '.join(job.words)}\nAfter=network-online.target\n"
            "Wants=network-online.target\n\n[Service]\nType=oneshot\nKillSignal=SIGINT\nTimeoutStopSec=60\n"
            f"Nice=10\nExecStart={words}\n" + ("StandardOutput=null\n" if job.mute else "")
        )
        files[f"{PREFIX}{job.name}.timer"] = (
            f"[Unit]\nDescription=bitools {' '.join(job.words)}\n\n[Timer]\nOnCalendar={job.calendar}\n"
            "Persistent=true\nRandomizedDelaySec=60\n\n[Install]\nWantedBy=timers.target\n"
        )
    return files


def _quoted(word: str) -> str:
    """A word as ExecStart= takes it (systemd.service(5)): % and $ are its own."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return (
        f'"{plain}"'
        if plain != word or not plain or any(character in plain for character in " '\t")
        else plain
    )
