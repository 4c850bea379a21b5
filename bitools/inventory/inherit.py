"""A device's keys: defaults < site < groups, in order < device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bitools.inventory.network import DeviceFile, Site
from bitools.yamlfile import KeyPath, YamlFile


@dataclass(frozen=True, slots=True)
class Layer:
    """Keys that stand in one place of one file."""

    keys: Mapping[str, Any]
    file: YamlFile
    at: KeyPath


@dataclass(slots=True)
class Inherited:
    """What a device has in the end, and where each key was written."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, tuple[YamlFile, KeyPath]] = field(default_factory=dict)

    def lay(self, layer: Layer) -> None:
        """A later layer wins."""
        for key, value in layer.keys.items():
            self.values[key] = value
            self.origins[key] = (layer.file, (*layer.at, key))


def inherit(
    own: Layer, shared: DeviceFile, main: YamlFile, sites: Mapping[str, Site], places: YamlFile | None
) -> Inherited:
    """Lay a device's `own` keys over its groups', its site's and the defaults'.

    `shared` is devices.yaml (written in `main`), `places` is sites.yaml. Unknown groups and sites give
    nothing here; who calls complains of them.
    """
    listed = own.keys.get("groups", [])
    groups = [
        Layer(shared.groups[name], main, ("groups", name))
        for name in (listed if isinstance(listed, list) else [])
        if isinstance(name, str) and name in shared.groups
    ]
    layers = [Layer(shared.defaults, main, ("defaults",)), *groups, own]
    site = next((layer.keys["site"] for layer in reversed(layers) if "site" in layer.keys), None)
    if places is not None and isinstance(site, str) and site in sites:
        layers.insert(1, Layer(sites[site].defaults, places, ("sites", site, "defaults")))
    result = Inherited()
    for layer in layers:
        result.lay(layer)
    return result
