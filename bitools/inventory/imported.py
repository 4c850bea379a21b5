"""What other tools' lists hold, in the inventory's own words. Pure.

What cannot become a device is a complaint with its place, never a silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bitools.errors import InventoryInvalid
from bitools.i18n import ASCII, _

Row = dict[str, Any]
KEYS = ("host", "platform", "site", "role", "port", "username", "groups", "tags", "jump", "owner", "enabled")

# What others call a platform: models of Oxidized, types of RANCID, Ansible's network_os, slugs of NetBox.
_CALLED = {
    "cisco_ios": "ios iosxe ios-xe cisco cisco-ios cisco.ios.ios",
    "cisco_nxos": "nxos nxos_ssh cisco-nx cisco-nxos cisco.nxos.nxos",
    "cisco_xr": "iosxr cisco-xr cisco.iosxr.iosxr",
    "cisco_asa": "asa cisco-asa cisco.asa.asa",
    "cisco_s300": "ciscosmb cisco-sb community.ciscosmb.ciscosmb",
    "cisco_ftd": "firelinuxos ftd cisco-ftd",
    "cisco_wlc": "aireos cisco-wlc4 cisco-wlc5 cisco-wlc8 cisco.aireos",
    "arista_eos": "eos arista arista-eos arista.eos.eos",
    "juniper_junos": "junos juniper juniper-junos junipernetworks.junos.junos",
    "hp_procurve": "procurve hp hp-procurve arubaos-switch",
    "aruba_aoscx": "aoscx aoscx_ssh aruba-cx arubanetworks.aoscx.aoscx",
    "aruba_os": "aosw",
    "aruba_instant": "arubainstant",
    "hp_comware": "comware h3c hp-comware",
    "huawei": "vrp huawei-vrp huawei_vrp ce community.network.ce",
    "mikrotik_routeros": "routeros mikrotik ros community.routeros.routeros",
    "fortinet": "fortios fortigate fortinet-fortios fortinet.fortios.fortios",
    "paloalto_panos": "panos paloalto palo-alto paloaltonetworks.panos",
    "vyos": "vyos.vyos.vyos",
    "frr": "frrouting zebra frr.frr.frr",
    "extreme_exos": "exos xos extreme community.network.exos",
    "extreme_vsp": "voss vsp community.network.voss",
    "dell_os6": "dnos dnos6 dell-os6 dellemc.os6.os6",
    "dell_os9": "ftos force10 dell-os9 dellemc.os9.os9",
    "dell_os10": "os10 dell-os10 dellemc.os10.os10",
    "dell_powerconnect": "powerconnect dell",
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
    "f5_tmsh": "tmos f5",
    "sonicwall": "sonicos",
    "fs_os": "fsos",
    "cumulus_nvue": "nvidia.nvue",
}
PLATFORMS = {word: ours for ours, words in _CALLED.items() for word in words.split()}


@dataclass(slots=True)
class Imported:
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
