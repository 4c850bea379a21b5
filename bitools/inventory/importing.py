"""Devices from other tools' lists, as the text of a `devices.yaml`. Pure: text in, text out.

Nothing secret is carried over: what looks like a password is left out and said so. What cannot become a
device is a complaint with its place, never a silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bitools.errors import InventoryInvalid
from bitools.i18n import ASCII, _

Format = Literal["csv", "oxidized", "rancid", "ansible", "nornir", "netbox"]
FORMATS: tuple[Format, ...] = ("csv", "oxidized", "rancid", "ansible", "nornir", "netbox")
KEYS = ("host", "platform", "site", "role", "port", "username", "groups", "tags", "jump", "owner", "enabled")

# What others call a platform: models of Oxidized, types of RANCID, Ansible's network_os, slugs of NetBox.
_CALLED = {
    "cisco_ios": "ios iosxe ios-xe cisco cisco-ios cisco.ios.ios",
    "cisco_nxos": "nxos nxos_ssh cisco-nx cisco-nxos cisco.nxos.nxos",
    "cisco_xr": "iosxr cisco-xr cisco.iosxr.iosxr",
    "cisco_asa": "asa cisco-asa cisco.asa.asa",
    "cisco_s300": "ciscosmb cisco-sb",
    "arista_eos": "eos arista arista-eos arista.eos.eos",
    "juniper_junos": "junos juniper juniper-junos junipernetworks.junos.junos",
    "hp_procurve": "procurve hp hp-procurve arubaos-switch",
    "aruba_aoscx": "aoscx aoscx_ssh aruba-cx arubanetworks.aoscx.aoscx",
    "hp_comware": "comware h3c hp-comware",
    "huawei": "vrp huawei-vrp huawei_vrp ce community.network.ce",
    "mikrotik_routeros": "routeros mikrotik ros community.routeros.routeros",
    "fortinet": "fortios fortigate fortinet-fortios fortinet.fortios.fortios",
    "paloalto_panos": "panos paloalto",
    "vyos": "vyos.vyos.vyos",
    "frr": "frrouting frr.frr.frr",
    "extreme_exos": "exos xos",
    "dell_powerconnect": "powerconnect",
    "ubiquiti_edgeswitch": "edgeswitch",
    "ruckus_fastiron": "ironware",
    "allied_telesis_awplus": "awplus",
    "checkpoint_gaia": "gaiaos",
}
PLATFORMS = {word: ours for ours, words in _CALLED.items() for word in words.split()}

Row = dict[str, Any]
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*|file:[\w./-]+|\d+\.\d+\.\d+\.\d+", re.ASCII)
_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")  # not text to every reader of YAML


@dataclass(slots=True)
class Found:
    """What a list holds: by name the keys of a device, and what had to be left out or changed."""

    devices: dict[str, Row] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, keys: Mapping[str, Any], place: str) -> None:
        """One device. Raise InventoryInvalid, naming the place, if it has no name or stands there twice."""
        fitting = plain_name(name)
        if not fitting:
            raise InventoryInvalid(_("{place}: a device without a name").format(place=place))
        if fitting in self.devices:
            raise InventoryInvalid(_('{place}: "{name}" is there twice').format(place=place, name=fitting))
        if fitting != name:
            note = _('{place}: "{name}" becomes {fitting}')
            self.notes.append(note.format(place=place, name=name, fitting=fitting))
        row = {key: keys[key] for key in KEYS if keys.get(key) not in (None, "", [], ())}
        row.setdefault("host", fitting)
        row["platform"] = platform(str(row.get("platform", "")))
        if not row["platform"]:
            note = _("{place}: {name} has no platform; write it before you use this")
            self.notes.append(note.format(place=place, name=fitting))
            row["platform"] = "?"
        if row.get("site"):
            row["site"] = plain_name(str(row["site"]))
        self.devices[fitting] = row


def plain_name(text: str) -> str:
    """A name as the inventory wants it: small letters, digits, `.`, `_`, `-`."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", text.strip().translate(ASCII).lower())
    return re.sub(r"\.{2,}", ".", plain).strip("-._")[:63]


def platform(text: str) -> str:
    """Our name of a platform that others call so; what nobody knows stays as it is."""
    plain = text.strip().lower()
    return PLATFORMS.get(plain, plain.replace(" ", "_"))


def endpoint(text: str) -> Row:
    """`10.0.0.1/24`, `10.0.0.1:22` or `host` as `host` and `port`."""
    plain = text.strip().partition("/")[0]
    found = re.fullmatch(r"([^:]+):(\d+)", plain)
    return {"host": found[1], "port": int(found[2])} if found else {"host": plain}


def role(*words: str) -> str | None:
    """`wan` if one of the words says router, edge or WAN; else nothing, for lan is the default."""
    return (
        "wan"
        if any(re.search(r"\b(?:wan|router|edge|core-router|cpe)\b", word.lower()) for word in words)
        else None
    )


def importer(form: Format) -> Callable[[Mapping[str, str]], Found]:
    """The reader of a format: it is given file names with their texts."""
    from bitools.inventory import import_inventories, import_lists

    readers: dict[Format, Callable[[Mapping[str, str]], Found]] = {
        "csv": import_lists.table,
        "oxidized": import_lists.oxidized,
        "rancid": import_lists.rancid,
        "ansible": import_inventories.ansible,
        "nornir": import_inventories.nornir,
        "netbox": import_inventories.netbox,
    }
    return readers[form]


def as_yaml(found: Found, source: str) -> str:
    """The text of a `devices.yaml`: one line a device, what most have in common in `defaults`."""
    shared = _shared(list(found.devices.values()))
    lines = [f"# {_('Imported from {source}.').format(source=_one_line(source))}"]
    lines += [f"# {_one_line(note)}" for note in found.notes]
    defaults = {"username": "netops", "password": "file:secrets/device.key", **shared}
    lines.append(f"defaults: {_flow(defaults)}")
    groups = sorted({group for row in found.devices.values() for group in row.get("groups", ())})
    if groups:
        lines += ["groups:", *(f"  {scalar(group)}: {{}}" for group in groups)]
    lines.append("devices:" if found.devices else "devices: {}")
    for name, row in found.devices.items():
        own = {key: value for key, value in row.items() if shared.get(key) != value}
        lines.append(f"  {scalar(name)}: {_flow(own)}")
    return "\n".join(lines) + "\n"


def _shared(rows: Sequence[Row]) -> Row:
    """Keys that every device has with the same value; never the address."""
    if len(rows) < 2:
        return {}
    return {
        key: value
        for key, value in rows[0].items()
        if key not in ("host", "groups", "tags") and all(row.get(key) == value for row in rows)
    }


def _flow(row: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {scalar(value)}" for key, value in row.items()) + "}"


def scalar(value: Any) -> str:
    """A value as YAML: plain where nothing can be misread, else in quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(scalar(one) for one in value) + "]"
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    escaped = "".join(_escaped(character) for character in text)
    return f'"{escaped}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    return f"\\U{ord(character):08x}"


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
