"""What a whole inventory holds, counted; and what is valid by itself but cannot be meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING

from bitools import yamlfile
from bitools.i18n import _
from bitools.inventory.complaints import InvalidInventory
from bitools.inventory.model import NAMED, Inventory
from bitools.inventory.network import Device
from bitools.state import Document

if TYPE_CHECKING:
    from bitools.documents.inventory import PartItem


def check(inventory: Inventory, document: Document[PartItem]) -> Document[PartItem]:
    """Count the parts of an inventory, which was proven when it was loaded.

    Raise InvalidInventory, with file and line, for two devices with one address.
    """
    one_address_a_device(inventory, {})
    document.items = [{"part": part, "count": len(inventory.names(part))} for part in NAMED.values()]
    document.items.append({"part": "directory", "count": int(inventory.directory is not None)})
    return document


def one_address_a_device(inventory: Inventory, instead: Mapping[str, str]) -> None:
    """Raise InvalidInventory if one of two would be stored under the other's name.

    A lab on this machine's loopback may. `instead`: files, by name, as if they held these texts.
    """
    places: dict[tuple[str, int, str], list[Device]] = defaultdict(list)
    for device in inventory.devices.values():
        if device.enabled and not _loopback(device.host):
            places[device.host.casefold(), device.port, device.jump or ""].append(device)
    hint = _("the other is switched off? then: enabled: false")
    complaints = []
    files = [inventory.folder / "devices.yaml", *sorted(inventory.folder.glob("devices.d/*.yaml"))]
    replaced = {inventory.folder / name: text for name, text in instead.items()}
    written = [yamlfile.read(file) for file in files if file.is_file() and file not in replaced]
    written += [yamlfile.parse(text, path) for path, text in replaced.items()]
    for first, *others in places.values():
        for other in others:
            message = _("{name} has the address of {other}: {host}:{port}").format(
                name=other.name, other=first.name, host=other.host, port=other.port
            )
            own = [file for file in written if other.name in ((file.data or {}).get("devices") or {})]
            complaints += [file.complaint(("devices", other.name, "host"), message, hint) for file in own[:1]]
    if complaints:
        raise InvalidInventory(complaints)


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
