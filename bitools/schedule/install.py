"""Install the jobs where cron or systemd looks for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bitools import process
from bitools.inventory.model import Inventory
from bitools.schedule import crontab
from bitools.schedule.jobs import Caller
from bitools.schedule.show import Kind, show
from bitools.state import Document, write

UNITS = Path("/etc/systemd/system")


def install(
    inventory: Inventory, document: Document[Any], kind: Kind, caller: Caller, folder: Path | None = None
) -> Document[Any]:
    """Replace what was installed before; other lines of a crontab stay. `folder`: where units go, else UNITS.

    Raise Rejected if crontab or systemctl refuse.
    """
    files = show(inventory, document, kind, caller)
    if not document.applied:
        return document
    if kind == "cron":
        document.changed = _install_crontab(files["crontab"])
    else:
        document.changed = _write_units(files, folder or UNITS)
        if document.changed and folder is None and Path("/run/systemd/system").is_dir():
            process.run(["systemctl", "daemon-reload"], check=True)
            timers = [name for name in files if name.endswith(".timer")]
            process.run(["systemctl", "enable", "--now", *timers], check=True)
    return document


def _install_crontab(block: str) -> bool:
    existing = process.run(["crontab", "-l"])  # 1 where there is none yet
    before = existing.stdout.decode() if existing.code == 0 else ""
    wanted = crontab.merged(before, block)
    if wanted == before:
        return False
    process.run(["crontab", "-"], stdin=wanted.encode(), check=True)
    return True


def _write_units(files: Mapping[str, str], folder: Path) -> bool:
    changed = False
    for name, content in files.items():
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != content:
            write(folder / name, content.encode(), mode=0o644)
            changed = True
    return changed
