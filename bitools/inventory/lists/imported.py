"""What other tools' lists hold, in the inventory's own words. Pure.

What cannot become a device is a complaint with its place, never a silence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bitools.errors import InventoryInvalid
from bitools.i18n import ASCII, _

Row = dict[str, Any]
KEYS = ("host", "platform", "site", "role", "port", "username", "groups", "tags", "jump", "owner", "enabled")
UNKNOWN = "?"  # a platform that the list does not say
_NAMED = 5  # devices that a note names

# What others call a platform: models of Oxidized, types of RANCID, Ansible's network_os, slugs of NetBox.
_CALLED = {
    "cisco_ios": "ios iosxe ios-xe cisco cisco-ios cisco.ios.ios",
    "cisco_nxos": "nxos nxos_ssh cisco-nx nx-os cisco-nxos cisco.nxos.nxos",
    "cisco_xr": "iosxr cisco-xr ios-xr cisco-ios-xr ios-xr7 ios-exr cisco.iosxr.iosxr",
    "cisco_asa": "asa cisco-asa cisco.asa.asa",
    "cisco_s300": "ciscosmb cisco-sb community.ciscosmb.ciscosmb",
    "cisco_ftd": "firelinuxos ftd cisco-ftd",
    "cisco_wlc": "aireos cisco-wlc4 cisco-wlc5 cisco-wlc8 cisco.aireos",
    "arista_eos": "eos arista arista-eos arista.eos.eos",
    "juniper_junos": "junos juniper juniper-junos junos-evo juniper-srx junipernetworks.junos.junos",
    "hp_procurve": "procurve hp hp-procurve arubaos-switch",
    "aruba_aoscx": "aoscx aos-cx arubaos-cx aoscx_ssh aruba-cx arubanetworks.aoscx.aoscx",
    "aruba_os": "aosw",
    "aruba_instant": "arubainstant",
    "hp_comware": "comware h3c hp-comware",
    "huawei": "vrp huawei-vrp huawei_vrp ce community.network.ce",
    "mikrotik_routeros": "routeros routeros-terse routeros-verbose mikrotik ros community.routeros.routeros",
    "fortinet": "fortios fortigate fortigate-full fortiswitch fortinet-fortios fortinet.fortios.fortios",
    "paloalto_panos": "panos paloalto palo-alto paloaltonetworks.panos",
    "vyos": "vyos.vyos.vyos",
    "frr": "frrouting zebra frr.frr.frr",
    "extreme_exos": "exos xos extreme community.network.exos",
    "extreme_vsp": "voss vsp community.network.voss",
    "dell_os6": "dnos dnos6 smc dell-os6 dellemc.os6.os6",
    "dell_os9": "ftos force10 dell-os9 dellemc.os9.os9",
    "dell_os10": "os10 dell-os10 dellemc.os10.os10",
    "dell_powerconnect": "powerconnect dell",
    "broadcom_icos": "efos icos",
    "ubiquiti_edgeswitch": "edgeswitch community.network.edgeswitch",
    "ruckus_fastiron": "ironware fastiron foundry community.network.ironware",
    "allied_telesis_awplus": "awplus",
    "checkpoint_gaia": "gaiaos gaia",
    "alcatel_aos": "aos aos7",
    "mellanox_mlnxos": "mlnxos onyx mellanox mellanox.onyx.onyx",
    "tplink_jetstream": "tplink",
    "netgear_prosafe": "netgear",
    "zyxel_os": "zynos zyxel",
    "dlink_ds": "dlink",
    "ruijie_os": "rgos ruijie",
    "f5_tmsh": "tmos f5 bigip bigip13",
    "sonicwall": "sonicos",
    "fs_os": "fsos",
    "cumulus_nvue": "nvidia.nvue",
}
PLATFORMS = {word: ours for ours, words in _CALLED.items() for word in words.split()}


@dataclass(slots=True)
class Imported:
    """What a list holds: by name the keys of a device and its place; what had to be left out or changed."""

    devices: dict[str, Row] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, keys: Mapping[str, Any], place: str) -> None:
        """One device. Raise InventoryInvalid, naming the place, if it has no name or stands there twice."""
        fitting = plain_name(name)
        if not fitting:
            hint = _("write one, or take the line out")
            raise InventoryInvalid(_("{place}: a device without a name").format(place=place), hint=hint)
        if fitting in self.devices:
            text = _('{place}: "{name}" is there twice').format(place=place, name=fitting)
            hint = _("the first is at {place}; rename one or take it out").format(place=self.places[fitting])
            raise InventoryInvalid(text, hint=hint)
        if fitting != name:
            note = _('{place}: "{name}" becomes {fitting}')
            self.notes.append(note.format(place=place, name=name, fitting=fitting))
        row = {key: keys[key] for key in KEYS if keys.get(key) not in (None, "", [], ())}
        row.setdefault("host", name.strip())
        row["platform"] = platform(str(row.get("platform", ""))) or UNKNOWN
        if row.get("site"):
            row["site"] = plain_name(str(row["site"]))
        if row.get("groups"):
            row["groups"] = [group for one in row["groups"] if (group := plain_name(str(one)))]
        self.devices[fitting], self.places[fitting] = row, place

    def complete(self, site: str, kind: str, known: Collection[str]) -> None:
        """Give what no line says: a site, a platform; what is still missing or unknown is said once."""
        for name, row in self.devices.items():
            if site:
                row.setdefault("site", site)
            if kind and row["platform"] == UNKNOWN:
                row["platform"] = kind
            self.devices[name] = {key: row[key] for key in KEYS if key in row}
        strange: dict[str, list[str]] = {}
        for name, row in self.devices.items():
            if row["platform"] not in known:
                strange.setdefault(row["platform"], []).append(name)
        for called, names in strange.items():
            missing = _(
                "no platform: {names} → --platform PLATFORM gives them one, of: bitools net platforms"
            )
            unknown = _(
                'nobody knows the platform "{platform}" of {names}; those there are: bitools net platforms'
            )
            note = missing if called == UNKNOWN else unknown
            self.notes.append(note.format(platform=called, names=_some(names)))
        without = [name for name, row in self.devices.items() if "site" not in row]
        if without:
            note = _("the list does not say where these are: {names} → --site SITE says it for all")
            self.notes.append(note.format(names=_some(without)))


def _some(names: Sequence[str]) -> str:
    """The first of them, and how many there are."""
    first = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return first if more <= 0 else _("{names} and {count} more").format(names=first, count=more)


def mapping(value: Any) -> Row:
    """A mapping, whatever stood there; empty for what is none."""
    return dict(value) if isinstance(value, dict) else {}


def plain_name(text: str) -> str:
    """A name as the inventory wants it: small letters, digits, `.`, `_`, `-`."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", text.strip().translate(ASCII).lower())
    return re.sub(r"\.{2,}", ".", plain).strip("-._")[:63]


def platform(text: str) -> str:
    """Our name of a platform that others call so; what nobody knows stays as it is."""
    plain = text.strip().lower()
    return PLATFORMS.get(plain, plain.replace(" ", "_"))


def endpoint(text: str) -> Row:
    """`10.0.0.1/24`, `10.0.0.1:22`, `[2001:db8::1]:22` or `host` as `host` and `port`."""
    plain = text.strip().partition("/")[0]
    found = re.fullmatch(r"\[([^\]]+)\](?::(\d+))?|([^:\[\]]+):(\d+)", plain)
    if not found:
        return {"host": plain}
    host, port = found[1] or found[3], found[2] or found[4]
    return {"host": host, "port": int(port)} if port else {"host": host}


def role(*words: str) -> str | None:
    """`wan` if one of the words says router, edge or WAN; else nothing, for lan is the default."""
    return (
        "wan"
        if any(re.search(r"\b(?:wan|router|edge|core-router|cpe)\b", word.lower()) for word in words)
        else None
    )
