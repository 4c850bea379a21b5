"""Install the jobs where cron or systemd looks for them, and take them away again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bitools import process
from bitools.inventory.model import Inventory
from bitools.schedule import crontab, systemd
from bitools.schedule.jobs import Caller
from bitools.schedule.show import Kind, show
from bitools.state import Document, write

UNITS, CRON = Path("/etc/systemd/system"), Path("/etc/cron.d")
_BOOTED = Path("/run/systemd/system")  # sd_booted(3)


def install(
    inventory: Inventory, document: Document[Any], kind: Kind, caller: Caller, folder: Path | None = None
) -> Document[Any]:
    """Replace what was installed before; other lines of a crontab stay. `folder`: where units go, else UNITS.

    Raise Rejected if crontab or systemctl refuse.
    """
    files = show(inventory, document, kind, caller)
    if not document.applied:
        return document
    if kind == "systemd":
        document.changed = _install_units(files, folder)
    elif caller.account:
        document.changed = _written(files, CRON)
    else:
        document.changed = _install_crontab(files["crontab"])
    return document


def remove(document: Document[Any], folder: Path | None = None) -> Document[Any]:
    """Take away every unit, the file in CRON and our block of the crontab. Raise as `install`."""
    where = folder or UNITS
    units = ours(where)
    file = CRON / crontab.FILE
    existing = _crontab() if folder is None and process.installed("crontab") else ""
    lines = crontab.merged(existing, "")
    found = [str(where / name) for name in units]
    if folder is None:
        found += [str(file)] if file.exists() else []
        found += ["crontab"] if lines != existing else []
    document.items += [{"name": name} for name in found]
    if document.applied and found:
        _remove_units(units, where, told=folder is None)
        if folder is None:
            file.unlink(missing_ok=True)
        if lines != existing:
            words = ["crontab", "-"] if lines else ["crontab", "-r"]
            process.run(words, stdin=lines.encode(), check=True)
        document.changed = True
    return document


def _crontab() -> str:
    existing = process.run(["crontab", "-l"])  # 1 where there is none yet
    return existing.stdout.decode() if existing.code == 0 else ""


def _install_crontab(block: str) -> bool:
    before = _crontab()
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
    where, told = folder or UNITS, folder is None
    stale = [name for name in ours(where) if name not in files]
    _remove_units(stale, where, told=told)
    changed = _written(files, where) or bool(stale)
    if changed and told and _BOOTED.is_dir():
        process.run(["systemctl", "daemon-reload"], check=True)
        timers = [name for name in files if name.endswith(".timer")]
        process.run(["systemctl", "enable", "--now", *timers], check=True)
    return changed


def _remove_units(names: list[str], folder: Path, *, told: bool) -> None:
    timers = [name for name in names if name.endswith(".timer")]
    if timers and told and _BOOTED.is_dir():
        process.run(["systemctl", "disable", "--now", *timers], check=True)
    for name in names:
        (folder / name).unlink(missing_ok=True)
    if names and told and _BOOTED.is_dir():
        process.run(["systemctl", "daemon-reload"], check=True)


def _written(files: Mapping[str, str], folder: Path) -> bool:
    changed = False
    for name, content in files.items():
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != content:
            write(folder / name, content.encode(), mode=0o644)
            changed = True
    return changed
