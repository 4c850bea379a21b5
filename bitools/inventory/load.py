"""From a folder of YAML files to a proven inventory. Every complaint is `file:line: what`, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from bitools import platforms, yamlfile
from bitools.errors import InventoryInvalid
from bitools.i18n import _
from bitools.inventory import words
from bitools.inventory.base import checked_name
from bitools.inventory.complaints import (
    Complaints,
    from_validation,
    known_names,
    named_by_key,
    unknown_key,
)
from bitools.inventory.inherit import Inherited, Layer, inherit
from bitools.inventory.lists import IMPORTED
from bitools.inventory.model import FILES, Inventory
from bitools.inventory.network import Device, DeviceFile, Host, Site
from bitools.inventory.settings import Settings
from bitools.yamlfile import KeyPath, YamlFile

if TYPE_CHECKING:
    from bitools.inventory.backups import BackupFile

Model = TypeVar("Model", bound=BaseModel)


def load(folder: Path, instead: Mapping[str, str] | None = None) -> Inventory:
    """Read and prove the inventory in `folder`; `instead` are files, by name, as if they held these texts.

    Raise InventoryInvalid with every complaint found, each `file:line: what, and what is allowed`.
    """
    return _Loader(folder.absolute(), instead or {}).load()


def _only_devices(file: YamlFile) -> Iterator[InventoryInvalid]:
    """What nobody reads there: the rest would inherit nothing, silently."""
    for key in ("defaults", "groups"):
        if file.data.get(key):
            text = _("{key}: belongs in devices.yaml; a file of devices.d has devices only").format(key=key)
            yield file.complaint((key,), text)


def _only_data(file: YamlFile) -> Iterator[InventoryInvalid]:
    """Another system writes this file through us: it names no secret and no program, and trusts no key."""
    from bitools.inventory.lists.imported import KEYS  # not at the top: few have such a file
    from bitools.inventory.lists.sync import rows

    for name, keys in rows(file).items():
        for key in keys.keys() - set(KEYS):
            text = _("{name}: {key} has no place in a file that is imported").format(name=name, key=key)
            hint = _("describe the device in devices.yaml: it leaves this file by itself")
            yield file.complaint(("devices", name, key), text, hint)


def _circle(name: str, devices: Mapping[str, tuple[Device, Inherited]], machines: Sequence[str]) -> list[str]:
    """The way by which a device is reached through itself, if it is: nobody can go there."""
    way = [name]
    while (at := devices.get(way[-1])) and (jump := at[0].jump) and jump not in machines:
        if jump in way:
            return [*way, jump] if jump == name else []  # else the others of the circle tell it
        way.append(jump)
    return []


class _Loader:
    """One load. Complaints are collected, so that one look at the files mends them all."""

    def __init__(self, folder: Path, instead: Mapping[str, str]) -> None:
        self.folder = folder
        self.instead = instead
        self.files: dict[str, YamlFile] = {}
        self.complaints = Complaints()

    def load(self) -> Inventory:
        self._read()
        settings = self._whole("settings.yaml", Settings) or Settings.absent()
        sites = self._named("sites.yaml", "sites", Site)
        hosts = self._named("hosts.yaml", "hosts", Host)
        devices = self._devices(sites)
        backups = self._backups()
        whole: dict[str, Any] = {  # by the file's name, as the inventory calls it
            Path(name).stem: self._whole(name, file.model)
            for name, file in FILES.items()
            if file.whole and name in self.files
        }
        self._device_references(devices)
        self._backup_references(backups, hosts)
        self._report_references(settings, sites)
        for file in self.files.values():
            self.complaints.take_all(words.word_complaints(file))
        self.complaints.raise_if_any()
        return Inventory(
            folder=self.folder,
            settings=settings,
            sites=sites,
            devices={name: device for name, (device, _inherited) in devices.items()},
            hosts=hosts,
            repositories=backups.repositories if backups else {},
            importance=backups.importance if backups else {},
            datasets=backups.datasets if backups else {},
            monitoring=backups.monitoring if backups else None,
            **whole,
        )

    def _read(self) -> None:
        """Every file of the folder. An empty folder, or a file nobody will read, is a complaint."""
        there = self.folder.is_dir()
        if not there and not self.instead:
            raise InventoryInvalid(
                _("{folder}: there is no such folder").format(folder=self.folder),
                hint=_("name the inventory: bitools --inventory DIR …, or BITOOLS_INVENTORY=DIR"),
            )
        inside = self.folder.iterdir() if there else ()
        found = sorted(path for path in inside if path.suffix in (".yaml", ".yml"))
        if not found and not self.instead:
            raise InventoryInvalid(
                _("{folder}: no inventory here").format(folder=self.folder),
                hint=_("it is made of these files: {files}").format(files=", ".join(FILES)),
            )
        for path in found:
            if path.name in FILES:
                self._read_one(path.name)
            else:
                what = f"{path}:1: " + _("not a file of the inventory")
                self.complaints.take(InventoryInvalid(what, hint=known_names(path.name, [*FILES])))
        more = {f"devices.d/{path.name}" for path in self.folder.glob("devices.d/*.yaml")}
        for name in sorted(more | self.instead.keys()):
            self._read_one(name)

    def _read_one(self, name: str) -> None:
        try:
            text = self.instead.get(name)
            path = self.folder / name
            file = yamlfile.read(path) if text is None else yamlfile.parse(text, path)
        except InventoryInvalid as error:
            self.complaints.take(error)
            return
        if file.data is None:
            file = YamlFile(file.path, {}, file.lines)
        if isinstance(file.data, dict):
            self.files[name] = file
        else:
            self.complaints.take(file.complaint((), _("names and values are expected here, as `key: value`")))

    def _whole(self, name: str, model: type[Model]) -> Model | None:
        """A whole file as one model; None if it is absent or wrong."""
        file = self.files.get(name)
        return None if file is None else self._validated(file, (), file.data, model)

    def _backups(self) -> BackupFile | None:
        if "backups.yaml" not in self.files:
            return None
        from bitools.inventory.backups import BackupFile  # as FILES has it: only for who has such a file

        return self._whole("backups.yaml", BackupFile)

    def _named(self, name: str, key: str, model: type[Model]) -> dict[str, Model]:
        """A file that is one mapping of names under `key`."""
        file = self.files.get(name)
        if file is None:
            return {}
        for stranger in file.data.keys() - {key}:
            self.complaints.take(unknown_key(file, (), stranger, [key]))
        entries = file.data.get(key) or {}
        if not isinstance(entries, dict):
            self.complaints.take(
                file.complaint((key,), _("names and values are expected here, as `key: value`"))
            )
            return {}
        for written in entries:
            try:
                checked_name(written)
            except ValueError as error:
                self.complaints.take(file.complaint((key, written), f"{written}: {error}"))
        found = {
            name: self._validated(file, (key, name), entry or {}, model) for name, entry in entries.items()
        }
        return {name: part for name, part in found.items() if part is not None}

    def _validated(self, file: YamlFile, at: KeyPath, data: Any, model: type[Model]) -> Model | None:
        try:
            return model.model_validate(data, context={"folder": self.folder})
        except ValidationError as error:
            self.complaints.take_all(from_validation(error, model, lambda path: (file, (*at, *path))))
            return None

    def _devices(self, sites: Mapping[str, Site]) -> dict[str, tuple[Device, Inherited]]:
        """Every device after inheritance, and where its keys were written."""
        devices: dict[str, tuple[Device, Inherited]] = {}
        main = self.files.get("devices.yaml")
        empty = YamlFile(self.folder / "devices.yaml", {})
        shared = self._whole("devices.yaml", DeviceFile) or DeviceFile.absent()
        for own in self._written_devices(shared):
            name = str(own.at[-1])
            if name in devices:
                self.complaints.take(
                    own.file.complaint(own.at, _('"{name}" is in another file too').format(name=name))
                )
            groups = own.keys.get("groups")
            for position, group in enumerate(groups if isinstance(groups, list) else ()):
                if isinstance(group, str) and group not in shared.groups:
                    message = _('{name} is in group "{group}", which devices.yaml does not describe')
                    hint = known_names(str(group), list(shared.groups))
                    at = (*own.at, "groups", position)
                    self.complaints.take(own.file.complaint(at, message.format(name=name, group=group), hint))
            inherited = inherit(own, shared, main or empty, sites, self.files.get("sites.yaml"))
            if "name" in inherited.origins:
                file, at = inherited.origins["name"]
                self.complaints.take(named_by_key(file, at[:-1]))
            if device := self._device(name, own, inherited):
                devices[name] = (device, inherited)
        return devices

    def _written_devices(self, shared: DeviceFile) -> Iterator[Layer]:
        for name, file in self.files.items():
            if name == "devices.yaml":
                written: DeviceFile | None = shared
            elif name.startswith("devices.d/"):
                written = self._whole(name, DeviceFile)
                self.complaints.take_all(_only_devices(file))
                if name == IMPORTED:
                    self.complaints.take_all(_only_data(file))
            else:
                continue
            for device, keys in written.devices.items() if written else ():
                yield Layer(keys, file, ("devices", device))

    def _device(self, name: str, own: Layer, inherited: Inherited) -> Device | None:
        try:
            return Device.model_validate({**inherited.values, "name": name}, context={"folder": self.folder})
        except ValidationError as error:
            here = (own.file, own.at)

            def place(path: KeyPath) -> tuple[YamlFile, KeyPath]:
                file, at = inherited.origins.get(str(path[0]), here) if path else here
                return file, (*at, *path[1:])

            self.complaints.take_all(from_validation(error, Device, place, target=name))
            return None

    def _device_references(self, devices: Mapping[str, tuple[Device, Inherited]]) -> None:
        """Follow the names a device uses: its site, platform and jump host."""
        at_site = _('{name} is at site "{value}", which sites.yaml does not name')
        of_platform = _('{name} is of platform "{value}", which nobody knows')
        by_jump = _('{name} is reached through "{value}", which is neither in hosts.yaml nor a device')
        known = platforms.names(platforms.own_folder(self.folder))
        places, machines = self._written("sites.yaml", "sites"), self._written("hosts.yaml", "hosts")
        for name, (device, inherited) in devices.items():
            for key, value, allowed, message in (
                ("site", device.site, places, at_site),
                ("platform", device.platform, list(known), of_platform),
                ("jump", device.jump, None if machines is None else [*machines, *devices], by_jump),
            ):
                if value is not None and allowed is not None and value not in allowed:
                    file, at = inherited.origins[key]
                    text = message.format(name=name, value=value)
                    self.complaints.take(file.complaint(at, text, known_names(value, allowed)))
            if machines is not None and (way := _circle(name, devices, machines)):
                file, at = inherited.origins["jump"]
                text = _("{name} is reached through itself: {way}").format(name=name, way=" → ".join(way))
                self.complaints.take(file.complaint(at, text))

    def _written(self, name: str, key: str) -> list[str] | None:
        """The names that a file gives, right or wrong; None if it cannot be read at all.

        One slip in sites.yaml must not become a complaint for each of four hundred devices.
        """
        file = self.files.get(name)
        if file is None and not (self.folder / name).exists():
            return []
        entries = (file.data.get(key) or {}) if file else None
        return list(entries) if isinstance(entries, dict) else None

    def _backup_references(self, backups: BackupFile | None, hosts: Mapping[str, Host]) -> None:
        """Follow the names that backups.yaml uses, if there is one; it may be wrong otherwise."""
        if file := self.files.get("backups.yaml"):
            from bitools.inventory.backup_references import BackupReferences

            names = (self._written("backups.yaml", "datasets"), self._written("hosts.yaml", "hosts"))
            BackupReferences(file, hosts, self.complaints).follow(backups, *names)

    def _report_references(self, settings: Settings, sites: Mapping[str, Site]) -> None:
        """Follow the sites that readers of reports name."""
        for kind, entries in settings.reports.subscriptions.items():
            for position, entry in enumerate(entries):
                for site in entry.sites:
                    if site not in sites:
                        text = _('reports: {kind} names the site "{site}", which sites.yaml does not name')
                        at = ("reports", kind, position, "sites")
                        complaint = text.format(kind=kind, site=site)
                        file = self.files["settings.yaml"]
                        self.complaints.take(file.complaint(at, complaint, known_names(site, list(sites))))
