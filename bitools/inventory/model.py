"""The whole inventory, loaded and proven."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel

from bitools import platforms
from bitools.errors import NotFound
from bitools.i18n import _
from bitools.inventory.settings import Settings

if TYPE_CHECKING:
    from bitools.documents.inventory import Several
    from bitools.inventory.accounts import Directory
    from bitools.inventory.backups import Dataset, Monitoring
    from bitools.inventory.iplog import IpLog, Source
    from bitools.inventory.network import Device, Host, Site
    from bitools.inventory.repositories import Repository
    from bitools.platforms.model import Platform


class File(NamedTuple):
    """What a file is made of: where its first keys stand, and their model, `module.Class` of this package.

    `whole`: it is this one model, which `Inventory` keeps under the file's name; None where there is no file.
    """

    path: str
    made_of: str
    whole: bool = False

    @property
    def model(self) -> type[BaseModel]:
        """Read only for who has such a file: those of backups alone cost 40 ms a start."""
        module, _dot, name = self.made_of.partition(".")
        found: type[BaseModel] = getattr(import_module(f"bitools.inventory.{module}"), name)
        return found


FILES: Mapping[str, File] = {
    "settings.yaml": File("", "settings.Settings"),
    "sites.yaml": File("sites.NAME", "network.Site"),
    "hosts.yaml": File("hosts.NAME", "network.Host"),
    "devices.yaml": File("devices.NAME", "network.Device"),
    "backups.yaml": File("", "backups.BackupFile"),
    "directory.yaml": File("", "accounts.Directory", whole=True),
    "iplog.yaml": File("", "iplog.IpLog", whole=True),
}

# What its files give names to: one of them, and under which word `Inventory` has them all.
NAMED: Mapping[str, Several] = {
    "site": "sites",
    "device": "devices",
    "dataset": "datasets",
    "repository": "repositories",
    "source": "sources",
}


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything in one folder; every reference from one part to another has been followed."""

    folder: Path
    settings: Settings = field(default_factory=Settings)
    sites: Mapping[str, Site] = field(default_factory=dict)
    devices: Mapping[str, Device] = field(default_factory=dict)
    hosts: Mapping[str, Host] = field(default_factory=dict)
    repositories: Mapping[str, Repository] = field(default_factory=dict)
    importance: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    datasets: Mapping[str, Dataset] = field(default_factory=dict)
    directory: Directory | None = None
    monitoring: Monitoring | None = None
    iplog: IpLog | None = None

    @property
    def sources(self) -> Mapping[str, Source]:
        """The sources of the IP-distribution log; none where it is not kept."""
        return self.iplog.sources if self.iplog else {}

    def names(self, several: Several) -> Collection[str]:
        """The names of all of one kind, a word of `NAMED`."""
        found: Collection[str] = getattr(self, several)
        return found

    def policy(self, dataset: Dataset) -> Mapping[str, int]:
        """How many of each tier this data set keeps."""
        return dataset.keep or self.importance[dataset.importance]

    def platform(self, name: str) -> Platform:
        """A platform: the inventory's own, or a shipped one. Raise NotFound or InventoryInvalid."""
        return platforms.load(name, platforms.own_folder(self.folder))

    def select_devices(
        self, names: Sequence[str] = (), *, site: str = "", role: str = "", group: str = "", tag: str = ""
    ) -> list[Device]:
        """The enabled devices that are named and fit, in the inventory's order; a named one may be disabled.

        `sw-kat*` names all that match (fnmatch(3)). Raise NotFound for an unknown name, site, group or tag,
        or if nothing is left.
        """
        named = _expanded(names, self.devices)
        _known(named, self.devices, _("device"), "devices.yaml")
        _known([site] if site else [], self.sites, _("site"), "sites.yaml")
        groups = {group for device in self.devices.values() for group in device.groups}
        _known([group] if group else [], dict.fromkeys(groups), _("group"), "devices.yaml")
        tags = {tag for device in self.devices.values() for tag in device.tags}
        _known([tag] if tag else [], dict.fromkeys(tags), _("tag"), "devices.yaml")
        chosen = [
            device
            for device in self.devices.values()
            if (device.name in named if named else device.enabled)
            and site in ("", device.site)
            and role in ("", device.role)
            and (not group or group in device.groups)
            and (not tag or tag in device.tags)
        ]
        if not chosen:
            raise NotFound(_("no device fits"), hint=_("see: bitools inventory list"))
        return chosen

    def select_datasets(self, names: Sequence[str] = ()) -> list[Dataset]:
        """The named data sets, all if none is named. Raise NotFound if one is unknown, or there are none."""
        _known(names, self.datasets, _("data set"), "backups.yaml")
        chosen = [dataset for dataset in self.datasets.values() if not names or dataset.name in names]
        if not chosen:
            raise NotFound(
                _("the inventory has no data sets"),
                hint=_("describe them in {file}").format(file=self.folder / "backups.yaml"),
            )
        return chosen

    def require_iplog(self) -> IpLog:
        """What is kept of addresses. Raise NotFound if the inventory says nothing of it."""
        if self.iplog is None:
            raise NotFound(
                _("the inventory keeps no IP-distribution log"),
                hint=_("describe it in {file}").format(file=self.folder / "iplog.yaml"),
            )
        return self.iplog

    def require_directory(self) -> Directory:
        """The directory. Raise NotFound if the inventory has none."""
        if self.directory is None:
            raise NotFound(
                _("the inventory has no directory"),
                hint=_("describe it in {file}").format(file=self.folder / "directory.yaml"),
            )
        return self.directory


def _expanded(names: Sequence[str], known: Mapping[str, object]) -> list[str]:
    """The names, and for a pattern all that match it; one that matches none stays, and is unknown."""
    found: dict[str, None] = {}
    for name in names:
        matching = [one for one in known if fnmatchcase(one, name)] if set(name) & set("*?[") else []
        found |= dict.fromkeys(matching or [name])
    return list(found)


def _known(names: Sequence[str], known: Mapping[str, object], what: str, file: str) -> None:
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 3, 0.6)
            hint = (
                _("did you mean: {names}").format(names=", ".join(near))
                if near
                else _("see: bitools inventory list")
            )
            raise NotFound(
                _('{file} knows no {what} "{name}"').format(file=file, what=what, name=name),
                target=name,
                hint=hint,
            )
