"""A network with a history, without any device: every verb here only reads what was stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bitools import platforms
from bitools.net.decisions.configuration import canonical
from bitools.net.decisions.page import Page
from bitools.net.wire.history import Entry, History
from bitools.net.wire.mask import mask_key
from bitools.run import Run
from tests.conftest import ROOT
from tests.town import Town

START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
CONFIGURATIONS = ROOT / "lab/switches/configurations"


class Network(Town):
    """Ten platforms; `store` puts configurations into the history as a snapshot would."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.now = START
        self.write("settings.yaml", "organisation: Efeler Belediyesi\ntimezone: Europe/Istanbul\n")
        self.write("sites.yaml", "sites: {merkez: {name: Merkez}, garaj: {name: Garaj}}\n")
        self.devices()

    def devices(self, **more: str) -> None:
        """One device a platform, named like it, and the devices of `more`, each with its keys."""
        lines = ["defaults: {username: netops, password: 'env:X', site: merkez}", "devices:"]
        for path in sorted(CONFIGURATIONS.glob("*.cfg")):
            if path.stem in platforms.names():
                lines.append(f"  {path.stem.replace('_', '-')}: {{host: 10.0.0.1, platform: {path.stem}}}")
        lines += [f"  {name}: {{host: 10.0.0.2, {keys}}}" for name, keys in more.items()]
        self.write("devices.yaml", "\n".join(lines) + "\n")

    @property
    def run(self) -> Run:
        return self.begin(self.now, name="20261122T000000Z-abcdef")

    @property
    def history(self) -> History:
        return History(self.state)

    def store(self, device: str, text: str, author: str = "", reason: str = "changed") -> str:
        """One more snapshot, a day later; gives its commit."""
        self.now += timedelta(days=1)
        entry = Entry(
            device,
            text,
            author,
            {"Device": device, "Site": "merkez", "Role": "lan", "Reason": reason, "Run-Id": "r"},
        )
        return self.history.store([entry], self.now)[0]

    def store_all(self) -> None:
        """The lab's configuration of every platform, masked."""
        entries = []
        run = self.run
        for path in sorted(CONFIGURATIONS.glob("*.cfg")):
            if path.stem not in platforms.names():
                continue
            name = path.stem.replace("_", "-")
            text = canonical(
                Page.of(path.read_text(encoding="utf-8"), platforms.load(path.stem)), mask_key(run)
            ).text
            entries.append(Entry(name, text, "", {"Device": name, "Reason": "first snapshot"}))
        self.history.store(entries, self.now)
