"""Jobs as units of systemd. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bitools.job.timer import Timer
from bitools.schedule import confinement
from bitools.schedule.confinement import Needs
from bitools.schedule.timers import Caller

PREFIX = "bitools-"
FAILED = f"{PREFIX}failed@"  # the unit that tells of another
# What the reports tell: partial, differences, refused, locked, credentials, unreachable, refused, integrity.
_TOLD = "3 4 5 11 12 13 14 15"


def units(
    wanted: Sequence[Timer], caller: Caller, needs: Mapping[str, Needs] | None = None
) -> dict[str, str]:
    """Units of systemd, by file name: a service and a timer for each job, and one that tells of failures.

    `needs`: by a job's name.
    """
    files, needs = {}, needs or {}
    mails = any(timer.name == "outbox" for timer in wanted)
    for timer in wanted:
        files[f"{PREFIX}{timer.name}.service"] = _service(
            timer, caller, needs.get(timer.name, Needs()), mails
        )
        files[f"{PREFIX}{timer.name}.timer"] = (
            f"[Unit]\nDescription=bitools {' '.join(timer.words)}\n\n[Timer]\nOnCalendar={timer.calendar}\n"
            "Persistent=true\nRandomizedDelaySec=60\n\n[Install]\nWantedBy=timers.target\n"
        )
    if mails:
        files[f"{FAILED}.service"] = _failed(caller, needs.get("outbox", Needs()))
    return files


def _service(timer: Timer, caller: Caller, needs: Needs, mails: bool) -> str:
    lines = [
        "[Unit]",
        f"Description=bitools {' '.join(timer.words)}",
        "After=network-online.target",
        "Wants=network-online.target",
        *([f"OnFailure={FAILED}%N.service"] if mails else []),
        "",
        "[Service]",
        "Type=oneshot",
        f"SuccessExitStatus={_TOLD}",
        "KillSignal=SIGINT",
        "TimeoutStopSec=60",
        "Nice=10",
        f"ExecStart={_line(caller.words(timer))}",
        *(["StandardOutput=null"] if timer.mute else []),
        *(confinement.lines(needs, caller.account) if caller.confined else []),
    ]
    return "\n".join(lines) + "\n"


def _failed(caller: Caller, needs: Needs) -> str:
    """What mails that a unit failed: its run could not tell it."""
    words = caller.line("report", "failed")
    lines = [
        "[Unit]",
        "Description=bitools tells that %i failed",
        "",
        "[Service]",
        "Type=oneshot",
        f"SuccessExitStatus={_TOLD}",
        "TimeoutStopSec=60",
        f"ExecStart={_line(words)} %i",
        *(confinement.lines(needs, caller.account) if caller.confined else []),
        "SupplementaryGroups=systemd-journal",
    ]
    return "\n".join(lines) + "\n"


def _line(words: Sequence[str]) -> str:
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    """A word as ExecStart= takes it (systemd.service(5)): % and $ are its own."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return (
        f'"{plain}"'
        if plain != word or not plain or any(character in plain for character in " '\t")
        else plain
    )
