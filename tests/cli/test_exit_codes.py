"""One table of exit codes for every command (docs/exit-codes.md): what a script relies on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitools.cli import front
from bitools.errors import Code
from lab.switches import ENABLE_PASSWORD, Switch, SwitchFarm
from tests.conftest import CommandLine


@pytest.fixture(scope="module")
def farm() -> Iterator[SwitchFarm]:
    with SwitchFarm([Switch("sw-01"), Switch("sw-02"), Switch("sw-03")]) as farm:
        yield farm


@pytest.fixture
def network(bitools: CommandLine, farm: SwitchFarm) -> CommandLine:
    """Three healthy switches whose keys are trusted; sw-04 is not there."""
    for switch in farm:
        switch.fault = ""
    secrets = bitools.inventory / "secrets"
    secrets.mkdir()
    password = farm["sw-01"].account().password
    for name, value in (("device.key", password), ("enable.key", ENABLE_PASSWORD), ("mask.key", "m" * 20)):
        (secrets / name).write_text(value)
        (secrets / name).chmod(0o600)
    devices = {switch.name: {"host": switch.host, "port": switch.port} for switch in farm}
    devices["sw-04"] = {"host": "127.0.0.1", "port": 9, "enabled": False}
    defaults = {
        "username": "netops", "password": "file:secrets/device.key", "enable_password": "file:secrets/enable.key",
        "site": "merkez", "platform": "cisco_ios",
    }  # fmt: skip
    files = {
        "sites": {"sites": {"merkez": {}}},
        "devices": {"defaults": defaults, "devices": devices},
        "settings": {"mask_key": "file:secrets/mask.key"},
    }
    for name, content in files.items():
        (bitools.inventory / f"{name}.yaml").write_text(json.dumps(content))
    assert bitools("net", "trust", "--yes").code == Code.DONE
    return bitools


def test_0_done(network: CommandLine) -> None:
    answer = network("net", "snapshot")
    assert (answer.code, answer.stdout, answer.stderr) == (Code.DONE, "", ""), "quiet without a terminal"


def test_1_a_bug_is_one_line_and_its_secrets_stay_masked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], municipality: CommandLine
) -> None:
    from bitools.credentials import Secret
    from bitools.inventory import load

    secret = Secret("cok-gizli-parola")

    def broken(folder: Path) -> None:
        raise KeyError(secret.reveal())

    monkeypatch.setattr(load, "load", broken)
    environ = municipality.environment()
    assert front.run_command(["inventory", "check"], environ) == Code.BUG
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Traceback" not in shown.err
    assert front.run_command(["-v", "inventory", "check"], environ) == Code.BUG
    shown = capsys.readouterr()
    assert "Traceback" in shown.err
    assert "cok-gizli-parola" not in shown.err


@pytest.mark.parametrize(
    "words",
    [
        ["net", "snapshoot"],
        ["backup", "run", "--tier", "fortnightly"],
        ["user", "add"],
        ["net", "diff", "--lines"],
        [],
    ],
    ids=" ".join,
)
def test_2_usage(municipality: CommandLine, words: list[str]) -> None:
    answer = municipality(*words)
    assert answer.code == Code.USAGE
    assert "Traceback" not in answer.stderr


def test_2_biennial_is_told_what_was_meant(municipality: CommandLine) -> None:
    answer = municipality("backup", "run", "--tier", "biennial")
    assert answer.code == Code.USAGE
    assert "biannual" in answer.stderr


def test_3_some_failed_and_the_others_results_are_there(network: CommandLine, farm: SwitchFarm) -> None:
    farm["sw-02"].fault = "invalid"
    answer = network("net", "snapshot", "--json")
    assert answer.code == Code.PARTIAL
    assert {item["device"] for item in answer.document["items"] if item["status"] == "stored"} == {
        "sw-01",
        "sw-03",
    }
    assert [failure["target"] for failure in answer.document["failed"]] == ["sw-02"]


def test_4_differences_when_asked_for(tmp_path: Path, bitools: CommandLine) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("hostname a\n!\nend\n")
    new.write_text("hostname b\n!\nend\n")
    words = ["net", "diff", "--files", str(old), str(new), "--platform", "cisco_ios"]
    assert bitools(*words).code == Code.DONE
    assert bitools(*words, "--exit-code").code == Code.DIFFERENT
    assert (
        bitools("net", "diff", "--files", str(old), str(old), "--platform", "cisco_ios", "--exit-code").code
        == 0
    )


def test_5_refused_where_nobody_can_be_asked(network: CommandLine) -> None:
    (network.state / "known_hosts").unlink()
    answer = network("net", "trust")
    assert answer.code == Code.REFUSED
    assert "--yes" in answer.stderr


@pytest.mark.parametrize(
    "words",
    [["net", "snapshot", "sw-99"], ["backup", "plan", "sw-99"], ["net", "diff", "--site", "ay"]],
    ids=" ".join,
)
def test_10_unknown_target(municipality: CommandLine, words: list[str]) -> None:
    answer = municipality(*words, "--json")
    assert answer.code == Code.INVALID
    assert answer.stdout == ""
    assert answer.error["code"] == 10


def test_12_credentials_rejected(network: CommandLine) -> None:
    (network.inventory / "secrets/device.key").write_text("wrong")
    answer = network("net", "snapshot", "sw-01", "--json")
    assert answer.code == Code.CREDENTIALS
    assert answer.document["failed"][0]["code"] == 12


def test_13_unreachable(network: CommandLine) -> None:
    answer = network("net", "snapshot", "sw-04", "--json")
    assert answer.code == Code.UNREACHABLE
    assert "sw-04" in answer.document["failed"][0]["target"]


def test_14_the_other_side_said_no(network: CommandLine, farm: SwitchFarm) -> None:
    farm["sw-01"].fault = "authz"
    answer = network("net", "snapshot", "sw-01", "--json")
    assert answer.code == Code.REJECTED
    assert not list((network.state / "history").glob("devices/sw-01.cfg"))


def test_15_a_ledger_that_was_touched(network: CommandLine) -> None:
    assert network("net", "snapshot").code == Code.DONE
    assert network("ledger", "verify").code == Code.DONE
    file = network.state / "ledger" / "ledger.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"outcome":"done"', b'"outcome":"fine"', 1))
    answer = network("ledger", "verify")
    assert answer.code == Code.INTEGRITY
    assert "ledger.jsonl:" in answer.stderr
