"""The inventory as other tools read it."""

from __future__ import annotations

from typing import Any, Literal

from bitools.inventory.model import Inventory
from bitools.inventory.network import Device

# Ansible's network_os for the platforms that have a collection; the others are reached with `raw`.
_NETWORK_OS = {
    "cisco_ios": "cisco.ios.ios",
    "cisco_nxos": "cisco.nxos.nxos",
    "cisco_xr": "cisco.iosxr.iosxr",
    "cisco_asa": "cisco.asa.asa",
    "arista_eos": "arista.eos.eos",
    "juniper_junos": "junipernetworks.junos.junos",
    "mikrotik_routeros": "community.routeros.routeros",
    "vyos": "vyos.vyos.vyos",
    "frr": "frr.frr.frr",
    "aruba_aoscx": "arubanetworks.aoscx.aoscx",
    "huawei": "community.network.ce",
}


def export(inventory: Inventory, form: Literal["ansible", "nornir"]) -> dict[str, Any]:
    """The inventory in another tool's words."""
    return nornir(inventory) if form == "nornir" else ansible(inventory)


def ansible(inventory: Inventory) -> dict[str, Any]:
    """An Ansible inventory, as its script plugin reads it: groups by site, role, platform; no secrets.

    The pollers, which run `bitools` for a site, are the hosts of group `pollers`: a site with a host of the
    same name in hosts.yaml is polled from there, all others from this machine.
    """
    devices = list(inventory.devices.values())
    pollers = {f"poller-{site}": _poller(inventory, site) for site in inventory.sites}
    groups = {
        **_by("site", devices, lambda device: device.site),
        **_by("role", devices, lambda device: device.role),
        **_by("platform", devices, lambda device: device.platform),
        "devices": {"hosts": [device.name for device in devices]},
        "pollers": {"hosts": list(pollers)},
    }
    variables = {device.name: _variables(device) for device in devices} | pollers
    return {"_meta": {"hostvars": variables}, "all": {"children": list(groups)}, **groups}


def nornir(inventory: Inventory) -> dict[str, Any]:
    """`hosts`, `groups` and `defaults` of Nornir's SimpleInventory (3.x); no secrets."""
    devices = list(inventory.devices.values())
    hosts: dict[str, dict[str, Any]] = {
        device.name: {
            "hostname": device.host,
            "port": device.port,
            "username": device.username,
            "platform": device.platform,
            "groups": [f"site_{device.site}", *device.groups],
            "data": {"site": device.site, "role": device.role, "tags": list(device.tags)},
        }
        for device in devices
    }
    names = dict.fromkeys(name for host in hosts.values() for name in host["groups"])
    return {"hosts": hosts, "groups": {name: {} for name in names}, "defaults": {}}


def _by(kind: str, devices: list[Device], value: Any) -> dict[str, dict[str, list[str]]]:
    groups: dict[str, dict[str, list[str]]] = {}
    for device in devices:
        name = f"{kind}_{value(device)}".replace("-", "_").replace(".", "_")
        groups.setdefault(name, {"hosts": []})["hosts"].append(device.name)
    return groups


def _variables(device: Device) -> dict[str, Any]:
    variables: dict[str, Any] = {
        "ansible_host": device.host,
        "ansible_port": device.port,
        "ansible_user": device.username,
        "bitools_site": device.site,
        "bitools_role": device.role,
        "bitools_platform": device.platform,
        "bitools_tags": list(device.tags),
    }
    if device.platform in _NETWORK_OS:
        variables["ansible_connection"] = "ansible.netcommon.network_cli"
        variables["ansible_network_os"] = _NETWORK_OS[device.platform]
    return variables


def _poller(inventory: Inventory, site: str) -> dict[str, Any]:
    host = inventory.hosts.get(site)
    if host is None:
        own = "{{ ansible_playbook_python }}"  # Ansible's own, not whatever python comes first on the path
        return {"ansible_connection": "local", "ansible_python_interpreter": own, "bitools_site": site}
    return {
        "ansible_host": host.host,
        "ansible_port": host.port,
        "ansible_user": host.username,
        "ansible_ssh_private_key_file": str(host.key_file),
        "bitools_site": site,
    }
