"""The pages themselves. A name from a device is never a file name: what is no plain name is its hash."""

from __future__ import annotations

import hashlib
import re
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bitools import __version__
from bitools.figures.performed import Performed
from bitools.figures.tables import Column, Table
from bitools.i18n import _
from bitools.report.pages import history
from bitools.run import Run
from bitools.sanitize import inert
from bitools.templates import render_template

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}(\.[a-z0-9_-]+)*")
_ACTS = 200  # the newest acts a page shows


@dataclass(slots=True)
class Pages:
    """What is written: file name → content. The same head and foot on every page."""

    run: Run
    now: datetime
    foot: Mapping[str, object]
    made: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, title: str, template: str, **values: object) -> None:
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


def render(pages: Pages, seen: history.FullHistory, done: Sequence[Performed]) -> None:
    """Every page, in the language that is spoken now: of the devices, and what was done."""
    run = pages.run
    names = {name: inert(place.name or name) for name, place in run.inventory.sites.items()}
    every = sorted(seen.devices.values(), key=lambda device: (device.site, device.name))
    for device in every:
        name = f"devices/{page_name(device.name)}.html"
        pages.add(name, device.name, "device", device=device, site=names.get(device.site, device.site))
    accounts = [act for act in done if act.action.startswith("user.")]
    pages.add("backups.html", _("Backups"), "tables", tables=[_tiers(seen.backups)])
    pages.add("accounts.html", _("Accounts"), "tables", tables=[_acts(_("Acts on accounts"), accounts)])
    pages.add("ledger.html", _("The ledger"), "tables", tables=[_acts(_("The newest acts"), done)])
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


def _acts(title: str, done: Iterable[Performed]) -> Table:
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
            act.time,
            act.action,
            act.target,
            act.actor,
            act.outcome,
            " ".join(act.duties),
        )
        for act in newest
    )
    return Table("acts", title, columns, rows, most=_ACTS)
