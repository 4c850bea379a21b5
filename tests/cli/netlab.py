"""A farm of simulated switches, and the inventory that describes it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from lab.switches import ENABLE_PASSWORD, Switch, SwitchFarm

EXAMPLE = Path(__file__).parents[2] / "inventories" / "example"


def describe(
    inventory: Path, farm: SwitchFarm, names: Sequence[str], more: str = "", password: str = "lab-netops-2026"
) -> None:
    """Write settings, sites, secrets and devices; `more` is merged into every device."""
    for file, text in (("netops.key", password), ("enable.key", ENABLE_PASSWORD)):
        (inventory / file).write_text(text)
        (inventory / file).chmod(0o600)
    (inventory / "settings.yaml").write_text("organisation: Efeler Belediyesi\n")
    (inventory / "sites.yaml").write_text("sites:\n  merkez: {name: Merkez, workers: 50}\n")
    lines = [
        "defaults: {username: netops, password: file:netops.key, enable_password: file:enable.key, site: merkez}"
    ]
    lines.append("devices:")
    for name in names:
        switch = farm[name]
        extra = f", {more}" if more else ""
        lines.append(
            f"  {name}: {{host: {switch.host}, port: {switch.port}, platform: {switch.switch.platform}{extra}}}"
        )
    (inventory / "devices.yaml").write_text("\n".join(lines) + "\n")


def ios(*names: str) -> list[Switch]:
    """Switches of the commonest kind."""
    return [Switch(name, "cisco_ios") for name in names]


def next_second() -> None:
    """Return within the next second: a device's log counts in whole ones."""
    begun = int(time.time())
    while int(time.time()) == begun:
        time.sleep(0.02)
