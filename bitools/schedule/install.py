"""Install the jobs where cron or systemd looks for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bitools import process
from bitools.inventory.model import Inventory
from bitools.job import Jobs
from bitools.schedule import crontab, systemd
from bitools.schedule.show import Kind, show
from bitools.schedule.timers import Caller
from bitools.state import Document, write

if TYPE_CHECKING:
    from bitools.documents.schedule import JobItem

UNITS, CRON = Path("/etc/systemd/system"), Path("/etc/cron.d")
BOOTED = Path("/run/systemd/system")  # sd_booted(3)


def install(
    jobs: Jobs,
    inventory: Inventory,
    document: Document[JobItem],
    kind: Kind,
    caller: Caller,
    folder: Path | None = None,
) -> Document[JobItem]:
    """Replace what was installed before; other lines of a crontab stay. `folder`: where units go, else UNITS.

    Raise Rejected if crontab or systemctl refuse.
    """
    files = show(jobs, inventory, document, kind, caller)
    if not document.applied:
        return document
    if kind == "systemd":
        document.changed = _install_units(files, folder)
    elif caller.account:
        document.changed = _written(files, CRON)
    else:
        document.changed = _installcrontab_now(files["crontab"])
    return document


def crontab_now() -> str:
    """Our crontab as it is; empty where there is none."""
    existing = process.run(["crontab", "-l"])  # 1 where there is none yet
    return existing.stdout.decode() if existing.code == 0 else ""


def _installcrontab_now(block: str) -> bool:
    before = crontab_now()
    wanted = crontab.merged(before, block)
    if wanted == before:
        return False
    process.run(["crontab", "-"], stdin=wanted.encode(), check=True)
    return True


def ours(folder: Path) -> list[str]:
    """The units of an earlier installation."""
    kinds = (".service", ".timer")
    return sorted(path.name for path in folder.glob(f"{systemd.PREFIX}*") if path.suffix in kinds)


def _install_units(files: Mapping[str, str], folder: Path | None) -> bool:
    """Write the units; of an earlier installation nothing is left."""
    where, to_systemd = folder or UNITS, folder is None
    stale = [name for name in ours(where) if name not in files]
    remove_units(stale, where, to_systemd=to_systemd)
    changed = _written(files, where) or bool(stale)
    timers = [name for name in files if name.endswith(".timer")]
    if to_systemd and BOOTED.is_dir() and (changed or set(timers) - ticking()):
        process.run(["systemctl", "daemon-reload"], check=True)
        process.run(["systemctl", "enable", "--now", *timers], check=True)
        changed = True
    return changed


def ticking() -> set[str]:
    """Our timers that systemd starts jobs by: none that is stopped, disabled or masked."""
    return set(listed("--type=timer", "--state=active"))


def listed(*which: str) -> list[str]:
    """Our units of which systemd says this (options of systemctl list-units); none where it does not run."""
    if not BOOTED.is_dir():
        return []
    words = ["systemctl", "list-units", *which, "--plain", "--no-legend", "--no-pager", f"{systemd.PREFIX}*"]
    said = process.run(words).stdout.decode(errors="replace")
    return [line.split()[0] for line in said.splitlines() if line.strip()]


def remove_units(names: list[str], folder: Path, *, to_systemd: bool) -> None:
    """Take these away; with `to_systemd` it forgets them."""
    timers = [name for name in names if name.endswith(".timer")]
    if timers and to_systemd and BOOTED.is_dir():
        process.run(["systemctl", "disable", "--now", *timers], check=True)
    for name in names:
        (folder / name).unlink(missing_ok=True)
    if names and to_systemd and BOOTED.is_dir():
        process.run(["systemctl", "daemon-reload"], check=True)


def _written(files: Mapping[str, str], folder: Path) -> bool:
    changed = False
    for name, content in files.items():
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != content:
            write(folder / name, content.encode(), mode=0o644)
            changed = True
    return changed
