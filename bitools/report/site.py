"""`report site`: a folder of pages that any web server can serve. No scripts, nothing to install.

One page a device with its history, one for backups, one for accounts, one for the ledger. A name from a
device is never a file name: what is no plain name is replaced by its hash.
"""

from __future__ import annotations

import hashlib
import json
import re
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bitools import __version__
from bitools.errors import IntegrityBroken, InventoryInvalid, Refused
from bitools.i18n import _, spoken
from bitools.report import history
from bitools.report.acts import acts
from bitools.report.files import write
from bitools.report.tables import Column, Table
from bitools.run import Run
from bitools.sanitize import inert
from bitools.state import Document
from bitools.templates import render_template

_MINE = ".bitools-site.json"
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}(\.[a-z0-9_-]+)*")
_ACTS = 200  # the newest acts a page shows


@dataclass(slots=True)
class _Pages:
    """What is written: file name → content. The same head and foot on every page."""

    run: Run
    now: datetime
    foot: Mapping[str, Any]
    made: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, title: str, template: str, **values: Any) -> None:
        """One page; those below a folder link back up."""
        self.made[name] = render_template(
            f"site-{template}.html.j2",
            self.run.inventory.folder,
            organisation=inert(self.run.inventory.settings.organisation),
            title=title,
            up="../" * name.count("/"),
            now=self.now,
            version=__version__,
            host=inert(socket.gethostname()),
            **self.foot,
            **values,
        )


def site(run: Run, folder: Path, *, now: datetime) -> Document:
    """Write the pages into `folder`; those of devices that are gone are removed, other files never touched.

    A broken ledger is said on every page and in `failed`.

    Raise Refused if the folder holds pages that are not ours, InventoryInvalid if it cannot be written.
    """
    document = run.document("bitools.report.site/1")
    before = _mine(folder)
    now = now.astimezone(run.inventory.settings.zone)
    foot, readable = _ledger(run, document)
    pages = _Pages(run, now, foot)
    with spoken(run.inventory.settings.language):
        _render(run, pages, readable)
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


def _ledger(run: Run, document: Document) -> tuple[dict[str, Any], bool]:
    """What the foot of every page says of the ledger; whether its entries may be believed."""
    try:
        chain = run.ledger.verify()
    except IntegrityBroken as error:
        document.fail(error, target="ledger")
        return {"alarm": str(error), "head": "", "entries": 0}, False
    return {"alarm": "", "head": chain.head, "entries": chain.entries}, True


def _render(run: Run, pages: _Pages, readable: bool) -> None:
    names = {name: inert(place.name or name) for name, place in run.inventory.sites.items()}
    zone = run.inventory.settings.zone
    seen = history.collect(run.state.documents(), zone)
    every = sorted(seen.devices.values(), key=lambda device: (device.site, device.name))
    for device in every:
        name = f"devices/{page_name(device.name)}.html"
        pages.add(name, device.name, "device", device=device, site=names.get(device.site, device.site))
    done = list(acts(run.ledger.entries())) if readable else []
    accounts = [act for act in done if act.action.startswith("user.")]
    pages.add("backups.html", _("Backups"), "tables", tables=[_tiers(seen.backups)])
    pages.add("accounts.html", _("Accounts"), "tables", tables=[_acts(_("Acts on accounts"), accounts, zone)])
    pages.add("ledger.html", _("The ledger"), "tables", tables=[_acts(_("The newest acts"), done, zone)])
    rows = [
        (device, f"devices/{page_name(device.name)}.html", names.get(device.site, device.site))
        for device in every
    ]
    pages.add("index.html", _("Overview"), "index", rows=rows)


def page_name(device: str) -> str:
    """A file name for a device's page: its own if that is plain, else a hash of it."""
    if _PLAIN.fullmatch(device):
        return device
    return "x-" + hashlib.sha256(device.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _tiers(backups: Mapping[str, history.Dataset]) -> Table:
    columns = (
        Column("dataset", _("data set")),
        Column("tier", _("tier"), "tier"),
        Column("complete", _("complete"), "number"),
        Column("last", _("last complete backup"), "time"),
        Column("snapshot", _("snapshot")),
        Column("failed", _("failed since"), "number"),
    )
    rows = tuple(
        (dataset.name, tier, standing.complete, standing.last, standing.snapshot[:12], dataset.failed)
        for dataset in sorted(backups.values(), key=lambda one: one.name)
        for tier, standing in dataset.tiers.items()
    )
    return Table("tiers", _("Data sets by tier"), columns, rows, most=1000)


def _acts(title: str, done: Iterable[Any], zone: Any) -> Table:
    columns = (
        Column("number", _("number"), "number"),
        Column("time", _("time"), "time"),
        Column("action", _("act"), "action"),
        Column("target", _("target")),
        Column("actor", _("actor")),
        Column("outcome", _("outcome"), "outcome"),
        Column("duties", _("articles")),
    )
    newest = sorted(done, key=lambda act: -act.number)[:_ACTS]
    rows = tuple(
        (
            act.number,
            act.time.astimezone(zone),
            act.action,
            act.target,
            act.actor,
            act.outcome,
            " ".join(act.duties),
        )
        for act in newest
    )
    return Table("acts", title, columns, rows, most=_ACTS)


def _write(folder: Path, made: Mapping[str, str], gone: Iterable[str]) -> None:
    """Pages first, the index last: nobody follows a link to a page that is not there yet."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "devices").mkdir(exist_ok=True)
    except OSError as error:
        message = _("{path}: cannot be written: {why}").format(path=folder, why=error.strerror)
        raise InventoryInvalid(message, cause=error) from error
    write(folder / _MINE, json.dumps(sorted({*made, *gone})))
    for name, text in made.items():
        write(folder / name, text)
        (folder / name).chmod(0o644)  # a web server has a user of its own
    for name in gone:
        if re.fullmatch(r"(devices/)?[a-z0-9][a-z0-9._-]*\.html", name):
            (folder / name).unlink(missing_ok=True)
    write(folder / _MINE, json.dumps(sorted(made)))
