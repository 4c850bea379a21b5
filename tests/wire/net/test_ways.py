"""Every transport gives the same canonical text of the same device, and none is more credulous than another."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bitools.inventory.load import load
from lab import packages
from lab.museum import Museum
from lab.sessions import all_of
from lab.ssh_host import SshHost
from lab.switches import Switch, SwitchFarm
from tests.conftest import ROOT
from tests.wire.net.conftest import XML, Net, cause, firewall, keys

PLATFORMS = {"sw-ios": "cisco_ios", "sw-eos": "arista_eos"}


@pytest.fixture(scope="module")
def farm() -> Iterator[SwitchFarm]:
    switches = [Switch(name, platform) for name, platform in PLATFORMS.items()]
    more = [
        *(Switch("sw-old", legacy_ssh=True), Switch("sw-clear", telnet=True)),
        Switch("rt-old", "mikrotik_routeros"),
    ]
    with SwitchFarm([*switches, *more]) as farm:
        yield farm


@pytest.fixture(autouse=True)
def healthy(farm: SwitchFarm) -> None:
    for switch in farm:
        switch.fault = None


@pytest.fixture
def host() -> Iterator[SshHost]:
    """A real OpenSSH server."""
    packages.require_for_test("openssh-server", "openssh-client", "iproute2")
    with SshHost() as host:
        yield host


@pytest.mark.parametrize("name", PLATFORMS)
def test_napalm_netmiko_terminal_and_exec_give_the_same_text(net: Net, farm: SwitchFarm, name: str) -> None:
    farm[name].account("netops")
    texts = {}
    for transport in ("netmiko", "napalm", "auto"):
        net.follow(farm, [name], f"transport: {transport}")
        document = net.snapshot()
        assert not document["failed"], document["failed"]
        texts[transport] = net.stored(name)
        statuses = [item["status"] for item in document["items"]]
        assert statuses == (["stored"] if transport == "netmiko" else ["unchanged"])
    assert len(set(texts.values())) == 1
    assert len(texts["auto"].splitlines()) > 50


@pytest.mark.parametrize("transport", ["netmiko", "napalm"])
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("host_key", (13, "host_key")),
        ("refuse_password", (12, "password")),
        ("down", (13, "refused")),
        ("truncate", (15, "truncated")),
        ("drop", (13, "dropped")),
    ],
)
def test_other_peoples_drivers_are_held_to_our_rules(
    net: Net, farm: SwitchFarm, transport: str, fault: str, expected: tuple[int, str]
) -> None:
    net.follow(farm, ["sw-ios"], f"transport: {transport}")
    net.snapshot()
    good = net.stored("sw-ios")
    farm["sw-ios"].fault = fault
    assert cause(net.snapshot("--deadline", "30")) == expected
    assert net.stored("sw-ios") == good


def test_a_platform_that_napalm_cannot_reach_over_ssh_is_a_wrong_inventory(
    net: Net, farm: SwitchFarm
) -> None:
    net.describe({"sw-ios": keys(farm["sw-ios"], "transport: napalm").replace("cisco_ios", "huawei")})
    answer = net("net", "snapshot", "--json")
    assert answer.code == 10
    assert "it has: cisco_ios" in answer.error["hint"]


def test_napalm_that_is_not_installed_says_how_to_get_it(net: Net, farm: SwitchFarm, monkeypatch) -> None:
    monkeypatch.setattr("bitools.net.wire.napalm.util.find_spec", lambda name: None)
    net.follow(farm, ["sw-ios"], "transport: napalm")
    answer = net("net", "snapshot", "--json")
    assert (answer.code, answer.error["hint"]) == (10, "pip install 'bitools[napalm]'")


# -- telnet


def test_telnet_needs_insecure_and_then_gives_the_same_text(net: Net, farm: SwitchFarm) -> None:
    net.describe({"sw-clear": keys(farm["sw-clear"], "transport: telnet")})
    answer = net("net", "snapshot", "--json")
    assert answer.code == 10
    assert "insecure: true" in answer.error["error"]
    net.describe({"sw-clear": keys(farm["sw-clear"], "transport: telnet, insecure: true")})
    document = net.snapshot()
    assert [item["status"] for item in document["items"]] == ["stored"], document["failed"]
    assert net.stored("sw-clear").endswith("\nend\n")
    assert [item["status"] for item in net.snapshot()["items"]] == ["unchanged"]
    violated = [item["rule"] for item in net("net", "check", "--json").document["items"] if item["findings"]]
    assert "transport-telnet" in violated


def test_a_wrong_password_over_telnet_is_tried_once(net: Net, farm: SwitchFarm) -> None:
    net.describe(
        {"sw-clear": keys(farm["sw-clear"], "transport: telnet, insecure: true")}, password="yanlis-parola"
    )
    before = farm["sw-clear"].rejected_logins
    assert cause(net.snapshot()) == (12, "password")
    assert farm["sw-clear"].rejected_logins == before + 1


def test_telnet_on_its_usual_port_and_nothing_to_trust(net: Net, farm: SwitchFarm) -> None:
    net.describe(
        {
            "sw-ios": keys(farm["sw-ios"]),
            "sw-clear": "host: 127.0.0.1, platform: cisco_ios, transport: telnet, insecure: true",
        }
    )
    shown = net("net", "trust", "--yes", "--json")
    assert shown.code == 0, shown.stdout
    assert [item["device"] for item in shown.document["items"]] == ["sw-ios"]
    assert "sw-clear" in shown.document["warnings"][0]
    assert load(net.inventory).devices["sw-clear"].port == 23


# -- files


def test_a_file_over_sftp_is_what_the_shell_shows(net: Net, host: SshHost, tmp_path: Path) -> None:
    file = tmp_path / "config.xml"
    file.write_text(XML)
    firewall(net, host, file, "sftp")
    assert [item["status"] for item in net.snapshot()["items"]] == ["stored"]
    assert net.stored("fw-01") == XML
    firewall(net, host, file, "exec")
    assert [item["status"] for item in net.snapshot()["items"]] == ["unchanged"]
    firewall(net, host, file, "sftp")
    file.write_text(XML[:70])
    assert cause(net.snapshot()) == (15, "truncated")
    file.unlink()
    assert cause(net.snapshot()) == (14, "error_text")
    assert net.stored("fw-01") == XML


def test_sftp_reads_files_and_nothing_else(net: Net, host: SshHost) -> None:
    net.describe(
        {
            "srv-01": f"host: {host.host}, port: {host.port}, platform: linux, username: {host.username}, "
            f"key_file: '{host.key_file}', host_key: '{host.host_key}', transport: sftp"
        }
    )
    answer = net("net", "snapshot", "--json")
    assert answer.code == 10
    assert "cat FILE" in answer.error["hint"]


# -- jump hosts, old switches


def test_a_jump_through_a_bastion_reaches_the_device(net: Net, farm: SwitchFarm, host: SshHost) -> None:
    net.describe({"sw-ios": keys(farm["sw-ios"], "jump: bastion-01")})
    (net.inventory / "hosts.yaml").write_text(
        f"hosts:\n  bastion-01: {{host: {host.host}, port: {host.port}, username: {host.username}, "
        f"key_file: '{host.key_file}', host_key: '{host.host_key}'}}\n"
    )
    assert net("net", "trust", "--yes").code == 0
    for transport in ("auto", "netmiko", "napalm"):
        with (net.inventory / "devices.yaml").open("r+") as file:
            text = file.read().replace("jump: ", f"transport: {transport}, jump: ")
        (net.inventory / "devices.yaml").write_text(text)
        document = net.snapshot()
        assert not document["failed"], document["failed"]
        (net.inventory / "devices.yaml").write_text(text.replace(f"transport: {transport}, ", ""))
    farm["sw-ios"].fault = "down"
    assert cause(net.snapshot()) == (13, "jump")


def test_a_jump_through_another_device_needs_no_file_of_hosts(
    net: Net, farm: SwitchFarm, host: SshHost
) -> None:
    gate = f"host: {host.host}, port: {host.port}, platform: linux, username: {host.username}, key_file: '{host.key_file}'"
    net.describe({"gecit": gate, "sw-ios": keys(farm["sw-ios"], "jump: gecit")})
    assert not (net.inventory / "hosts.yaml").exists()
    for name in ("gecit", "sw-ios"):
        assert net("net", "trust", name, "--yes").code == 0
    document = net.snapshot("sw-ios")
    assert not document["failed"], document["failed"]
    assert "hostname sw-ios" in net.stored("sw-ios")
    farm["sw-ios"].fault = "down"
    assert cause(net.snapshot("sw-ios")) == (13, "jump")


def test_what_an_older_version_refuses_is_asked_in_its_own_words(net: Net, farm: SwitchFarm) -> None:
    """RouterOS 6 knows no `show-sensitive`; here it is a word that no version knows."""
    net.follow(farm, ["rt-old"])
    assert not net.snapshot()["failed"]
    asked = net.stored("rt-old")
    own = net.inventory / "platforms"
    own.mkdir()
    (own / "eski.yaml").write_text(
        "extends: mikrotik_routeros\n"
        "commands: {running: /export show-everything, older: /export show-sensitive}\n"
    )
    net.describe({"rt-old": keys(farm["rt-old"]).replace("platform: mikrotik_routeros", "platform: eski")})
    document = net.snapshot()
    assert not document["failed"], document["failed"]
    assert [item["status"] for item in document["items"]] == ["unchanged"]
    assert net.stored("rt-old") == asked
    (own / "baska.yaml").write_text("extends: eski\ncommands: {older: /export show-anything}\n")
    net.describe({"rt-old": keys(farm["rt-old"]).replace("platform: mikrotik_routeros", "platform: baska")})
    assert net.snapshot()["failed"][0]["reason"] == "error_text"


def test_a_bastion_with_another_key_is_refused(
    net: Net, farm: SwitchFarm, host: SshHost, tmp_path: Path
) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "other"], check=True)
    other = " ".join((tmp_path / "other.pub").read_text().split()[:2])
    net.follow(farm, ["sw-ios"])
    net.describe({"sw-ios": keys(farm["sw-ios"], "jump: bastion-01")})
    (net.inventory / "hosts.yaml").write_text(
        f"hosts:\n  bastion-01: {{host: {host.host}, port: {host.port}, username: {host.username}, "
        f"key_file: '{host.key_file}', host_key: '{other}'}}\n"
    )
    assert cause(net.snapshot()) == (13, "host_key")


def test_sha1_only_is_refused_without_and_reached_with_legacy_ssh(net: Net, farm: SwitchFarm) -> None:
    net.describe({"sw-old": keys(farm["sw-old"])})
    assert cause(net("net", "trust", "--yes", "--json").document) == (13, "legacy_ssh")
    [failure] = net.snapshot()["failed"]
    assert (failure["code"], failure["reason"]) == (13, "legacy_ssh")
    assert "legacy_ssh: true" in failure["hint"]
    assert farm["sw-old"].logins == 0
    for transport in ("auto", "netmiko", "napalm"):
        net.follow(farm, ["sw-old"], f"legacy_ssh: true, transport: {transport}")
        assert not net.snapshot()["failed"]
    assert farm["sw-old"].logins == 3


def test_who_logs_in_to_junos_as_root_stands_in_the_shell_and_is_led_out_of_it(net: Net) -> None:
    [written] = [one for one in all_of(ROOT / "tests/data") if one.platform == "juniper_junos"]
    shell = {"unprivileged": "root@fw-fen-isleri% ", "prompt": "root@fw-fen-isleri> ", "enable": "cli", "asks": ""}  # fmt: skip
    with Museum([replace(written, said={**written.said, **shell, "unknown": "Command not found."})]) as museum:  # fmt: skip
        museum.inventory(net.inventory)
        assert net("net", "trust", "--yes").code == 0
        document = net.snapshot()
    assert [item["status"] for item in document["items"]] == ["stored"], document["failed"]
    assert "version 22.4R3-S2.11;" in net.stored(written.name)
