"""Take away what was installed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bitools import process
from bitools.schedule import crontab, install
from bitools.state import Document

if TYPE_CHECKING:
    from bitools.documents.schedule import RemovedItem


def remove(document: Document[RemovedItem], folder: Path | None = None) -> Document[RemovedItem]:
    """Take away every unit, the file in install.CRON and our block of the crontab. Raise as `install`."""
    where = folder or install.UNITS
    units = install.ours(where)
    file = install.CRON / crontab.FILE
    existing = install.crontab_now() if folder is None and process.installed("crontab") else ""
    lines = crontab.merged(existing, "")
    found = [str(where / name) for name in units]
    if folder is None:
        found += [str(file)] if file.exists() else []
        found += ["crontab"] if lines != existing else []
    document.items += [{"name": name} for name in found]
    if document.applied and found:
        install.remove_units(units, where, to_systemd=folder is None)
        if folder is None:
            file.unlink(missing_ok=True)
        if lines != existing:
            words = ["crontab", "-"] if lines else ["crontab", "-r"]
            process.run(words, stdin=lines.encode(), check=True)
        document.changed = True
    return document
