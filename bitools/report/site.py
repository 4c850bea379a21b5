"""`report site`: a folder of pages that any web server can serve. No scripts, nothing to install.

One page a device with its history, one for backups, one for accounts, one for the ledger.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from bitools import output
from bitools.documents.report import PageItem
from bitools.errors import IntegrityBroken, InventoryInvalid, Refused
from bitools.figures.performed import performed
from bitools.i18n import _, spoken, system_words
from bitools.past.reading import Past
from bitools.report.pages import history
from bitools.report.pages.render import Pages, render
from bitools.run import Run
from bitools.state import Document

_MINE = ".bitools-site.json"


def site(run: Run, folder: Path, *, now: datetime) -> Document[PageItem]:
    """Write the pages into `folder`; those of devices that are gone are removed, other files never touched.

    A broken ledger is said on every page and in `failed`.

    Raise Refused if the folder holds pages that are not ours, InventoryInvalid if it cannot be written.
    """
    document: Document[PageItem] = run.document("bitools.report.site/1")
    before = _mine(folder)
    now = now.astimezone(run.inventory.settings.zone)
    foot, readable = _ledger(run, document)
    pages = Pages(run, now, foot)
    settings = run.inventory.settings
    past = Past(run.state, lines=True)
    for error in past.broken:
        document.fail(error)
    seen = history.collect(past.unread("", (), document.warnings), settings.zone)
    done = list(performed(run.ledger.entries())) if readable else []
    with spoken(settings.language, settings.zone):
        render(pages, seen, done)
    document.items += [{"file": name, "bytes": len(text.encode())} for name, text in pages.made.items()]
    gone = [name for name in before if name not in pages.made]
    document.more["removed"] = gone
    document.changed = True
    if not run.dry_run:
        _write(folder, pages.made, gone)
    return document


def _mine(folder: Path) -> list[str]:
    """The pages we wrote into this folder before. Raise Refused if there are others' where ours would be."""
    try:
        return [str(name) for name in json.loads((folder / _MINE).read_bytes())]
    except FileNotFoundError:
        if (folder / "index.html").exists():
            hint = _("name an empty folder, or remove what is there")
            raise Refused(
                _("{folder}: holds a site that is not ours").format(folder=folder), hint=hint
            ) from None
        return []
    except (ValueError, TypeError, OSError) as error:
        message = _("{path}: cannot be read: {why}").format(path=folder / _MINE, why=error)
        raise InventoryInvalid(message, cause=error) from error


def _ledger(run: Run, document: Document[PageItem]) -> tuple[dict[str, object], bool]:
    """What the foot of every page says of the ledger; whether its entries may be believed."""
    try:
        chain = run.ledger.verify()
    except IntegrityBroken as error:
        document.fail(error, target="ledger")
        return {"alarm": str(error), "head": "", "entries": 0}, False
    return {"alarm": "", "head": chain.head, "entries": chain.entries}, True


def _write(folder: Path, made: Mapping[str, str], gone: Iterable[str]) -> None:
    """Pages first, the index last: nobody follows a link to a page that is not there yet."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "devices").mkdir(exist_ok=True)
    except OSError as error:
        message = _("{path}: cannot be written: {why}").format(path=folder, why=system_words(error))
        raise InventoryInvalid(message, cause=error) from error
    output.write(folder / _MINE, json.dumps(sorted({*made, *gone})))
    for name, text in made.items():
        output.write(folder / name, text)
        (folder / name).chmod(0o644)  # a web server has a user of its own
    for name in gone:
        if re.fullmatch(r"(devices/)?[a-z0-9][a-z0-9._-]*\.html", name):
            (folder / name).unlink(missing_ok=True)
    output.write(folder / _MINE, json.dumps(sorted(made)))
