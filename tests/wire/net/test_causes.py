"""What went wrong is told with its right cause, in the device's own words; nothing of it is stored."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bitools import platforms
from lab.mishaps import CONFIGURATION, MISHAPS, NAME, Mishap
from lab.museum import PASSWORD, Front, Museum
from lab.sessions import Written, all_of
from lab.switches import Switch, SwitchFarm
from tests.conftest import ROOT
from tests.wire.net.conftest import Net, keys

TEN = (
    *("arista_eos", "aruba_aoscx", "cisco_ios", "cisco_nxos", "fortinet"),
    *("hp_comware", "hp_procurve", "huawei", "juniper_junos", "mikrotik_routeros"),
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for half a minute here."""
    monkeypatch.setattr("bitools.net.wire.session.IDLE", 2.0)


@pytest.fixture(scope="module")
def museum() -> Iterator[Museum]:
    with Museum(MISHAPS) as museum:
        yield museum


@pytest.fixture(scope="module")
def told(museum: Museum, tmp_path_factory: pytest.TempPathFactory) -> tuple[Net, dict[str, Any], str]:
    """One snapshot of all of them, and its transcript."""
    folder = tmp_path_factory.mktemp("mishaps")
    net = Net(folder / "inventory", folder / "state")
    museum.inventory(net.inventory)
    assert net("net", "trust", "--yes").code == 0
    transcript = folder / "transcript.txt"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("bitools.net.wire.session.IDLE", 2.0)
        document = net.snapshot("--transcript", str(transcript))
    assert transcript.stat().st_mode & 0o777 == 0o600
    return net, document, transcript.read_text()


@pytest.mark.parametrize("mishap", MISHAPS, ids=lambda one: one.name)
def test_a_log_in_that_goes_wrong_says_why(mishap: Mishap, told: tuple[Net, dict[str, Any], str]) -> None:
    net, document, transcript = told
    failed = {one["target"]: one for one in document["failed"]}
    if not mishap.cause:
        assert mishap.name not in failed, failed.get(mishap.name)
        body = CONFIGURATION.partition("bytes\n")[2]
        assert net.stored(mishap.name).endswith(body.partition("!\n")[2])
        return
    assert failed[mishap.name]["reason"] == mishap.cause, failed[mishap.name]
    assert mishap.words in failed[mishap.name]["error"]
    assert failed[mishap.name]["hint"]
    assert net.stored(mishap.name) == ""
    assert f"==== {mishap.name}" in transcript


def test_the_transcript_shows_what_was_said_and_no_secret(told: tuple[Net, dict[str, Any], str]) -> None:
    _net, _document, transcript = told
    assert "Enter a passcode:" in transcript
    assert f"hostname {NAME}" in transcript
    assert PASSWORD not in transcript


def test_a_device_of_another_platform_than_declared_is_known_for_what_it_is(net: Net, tmp_path: Path) -> None:
    """All pairs of ten platforms: the cause is the platform, and the right one is named."""
    with SwitchFarm([Switch(f"sw-{number}", name) for number, name in enumerate(TEN)]) as farm:
        devices = {}
        for number, real in enumerate(TEN):
            for declared in TEN:
                if declared != real:
                    described = keys(farm[f"sw-{number}"])
                    devices[f"{real}.{declared}"] = described.replace(
                        f"platform: {real}", f"platform: {declared}"
                    )
        net.describe(devices)
        assert net("net", "trust", "--yes").code == 0
        transcript = tmp_path / "transcript.txt"
        document = net.snapshot("--transcript", str(transcript))
    assert not [item for item in document["items"] if item["status"] == "stored"]
    failed = {one["target"]: one for one in document["failed"]}
    right = [name for name in devices if failed[name]["reason"] == "platform"]
    named = [name for name in right if name.partition(".")[0] in failed[name]["error"]]
    assert len(devices) == 90
    assert len(right) >= 88, sorted(devices.keys() - right)
    assert len(named) >= 83, sorted(devices.keys() - named)
    assert "$1$lab" not in transcript.read_text()


class Declared:
    """A written session of one platform that the inventory calls another."""

    def __init__(self, written: Written, platform: str) -> None:
        self.written, self.name, self.encoding = written, f"{written.platform}.{platform}", written.encoding
        self.keys = {**written.keys, "platform": platform}
        self.front, self.session = getattr(written, "front", Front), written.session


@pytest.mark.torture
def test_any_platform_that_is_declared_as_any_other(tmp_path: Path) -> None:
    """All platforms: nothing is stored, and for nine in ten the cause is the platform."""
    written = list(all_of(ROOT / "tests/data"))
    pairs = [
        Declared(one, other.platform)
        for one in written
        for other in written
        if one.platform not in platforms.load(other.platform).lineage
        and other.platform not in platforms.load(one.platform).lineage
    ]
    net = Net(tmp_path / "inventory", tmp_path / "state")
    with Museum(random.Random(1).sample(pairs, 100)) as museum:
        museum.inventory(net.inventory)
        _a_password_each(net.inventory)
        assert net("net", "trust", "--yes").code == 0
        document = net.snapshot("--deadline", "300")
    assert [item for item in document["items"] if item["status"] == "stored"] == []
    reasons = {failure["target"]: failure["reason"] for failure in document["failed"]}
    others = {name: reason for name, reason in reasons.items() if reason != "platform"}
    assert len(reasons) == 100
    assert len(others) <= 10, others


def _a_password_each(inventory: Path) -> None:
    """With one for all some would not be tried any more, and which ones is a matter of threads."""
    file = inventory / "devices.yaml"
    described = json.loads(file.read_text())
    for number, device in enumerate(described["devices"].values()):
        own = shutil.copy(inventory / "device.key", inventory / f"device-{number}.key")
        device["password"] = f"file:{Path(own).name}"
    file.write_text(json.dumps(described))
