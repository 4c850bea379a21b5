"""`net remediate` asks devices over SSH: against a revision, a day, a file and the intended configuration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.switches import Switch, SwitchFarm
from tests.wire.net.conftest import Net, everything_under

NAMES = ("sw-a", "sw-b", "sw-c")
CHANGE = ["interface GigabitEthernet1/0/3", "description Ziyaretci", "switchport access vlan 20"]


@pytest.fixture(scope="module")
def farm() -> Iterator[SwitchFarm]:
    with SwitchFarm([*(Switch(name, "cisco_ios") for name in NAMES), Switch("sw-eos", "arista_eos")]) as farm:
        yield farm


def commands(net: Net, *words: str) -> dict[str, list[str]]:
    """What each device needs."""
    answer = net("net", "remediate", *words, "--json")
    assert answer.code == 0, answer.stderr
    return {
        item["device"]: [" / ".join((*command["path"], command["line"])) for command in item["commands"]]
        for item in answer.document["items"]
    }


def test_back_to_what_was_stored_and_typed_into_the_switch_it_is_there(
    net: Net, farm: SwitchFarm, tmp_path: Path
) -> None:
    net.follow(farm, NAMES)
    net.snapshot()
    before = {switch.name: switch.running for switch in farm}
    against = ["--against", net.git("rev-parse", "main").stdout.strip()]
    assert commands(net, *against) == {name: [] for name in NAMES}
    for name in NAMES[:2]:
        farm[name].configure(CHANGE)
    needed = commands(net, *against)
    assert needed["sw-a"] == needed["sw-b"] != []
    assert needed["sw-c"] == []

    said = net("net", "remediate", *against, "--exit-code", "--out", str(tmp_path / "plan.json"))
    assert said.code == 4
    assert said.stdout.count("interface GigabitEthernet1/0/3") == 1, "equal needs are told once"
    assert "sw-a, sw-b" in said.stdout
    assert commands(net, "--against", "2099-01-01") == needed, "a day means its last moment"

    wanted = tmp_path / "wanted.cfg"
    wanted.write_text(before["sw-a"])
    assert commands(net, "sw-a", "--against", str(wanted))["sw-a"] == needed["sw-a"]

    [item] = net("net", "remediate", "sw-a", *against, "--json").document["items"]
    farm["sw-a"].configure(line for line in item["text"].splitlines() if line != "exit")
    assert commands(net, "sw-a", *against) == {"sw-a": []}
    farm["sw-a"].configure(CHANGE)
    for name in NAMES[:2]:
        farm[name].running = before[name]


def test_without_a_template_nothing_is_intended(net: Net, farm: SwitchFarm) -> None:
    net.follow(farm, ["sw-eos"])
    answer = net("net", "remediate", "sw-eos", "--json")
    assert answer.code == 0
    assert answer.document["items"] == []
    assert "intended" in answer.document["warnings"][0]


def test_the_intended_configuration_is_what_a_template_says(net: Net, farm: SwitchFarm) -> None:
    net.follow(farm, ["sw-c"])
    folder = net.inventory / "templates" / "intended"
    folder.mkdir(parents=True)
    text = farm["sw-c"].running
    folder.joinpath("sw-c.j2").write_text(
        text.replace(
            "interface GigabitEthernet1/0/3\n", "interface GigabitEthernet1/0/3\n load-interval 30\n"
        )
    )
    assert commands(net, "sw-c")["sw-c"] == ["interface GigabitEthernet1/0/3 / load-interval 30"]


def test_an_unknown_state_is_an_error(net: Net, farm: SwitchFarm) -> None:
    net.follow(farm, ["sw-c"])
    assert net("net", "remediate", "sw-c", "--against", "0000000").code == 10
    assert net("net", "remediate", "sw-c", "--against", "/nowhere.cfg").code == 10


def test_nine_secrets_that_come_are_kept_and_told_nowhere(net: Net, farm: SwitchFarm, tmp_path: Path) -> None:
    net.follow(farm, ["sw-c"])
    net.snapshot()
    words = [f"sirli-{number:02}-parola" for number in range(9)]
    text = farm["sw-c"].running
    lines = [
        f"enable secret 5 {words[0]}",
        f"username yeni secret 9 {words[1]}",
        f"snmp-server community {words[2]} RO",
        f"snmp-server host 10.0.0.1 version 2c {words[3]}",
        f"tacacs-server key 7 {words[4]}",
        f"radius-server host 10.0.0.2 key 7 {words[5]}",
        f"interface Vlan77\n ip ospf message-digest-key 1 md5 7 {words[6]}",
        f"key chain K\n key 1\n  key-string 7 {words[7]}",
        f"ntp authentication-key 7 md5 {words[8]} 7",
    ]
    wanted = tmp_path / "wanted.cfg"
    wanted.write_text(text.replace("\nend\n", "\n" + "\n".join(lines) + "\nend\n"))
    plan = tmp_path / "plan.json"
    said = net("net", "remediate", "sw-c", "--against", str(wanted), "--out", str(plan))
    shown = net("net", "remediate", "sw-c", "--against", str(wanted), "--json")
    [item] = shown.document["items"]
    assert len([one for one in item["questions"] if one["why"] == "secret"]) == 9
    assert "<secret" not in item["text"]
    wanted.unlink()
    for place in (
        said.stdout,
        said.stderr,
        shown.stdout,
        plan.read_text(),
        everything_under(net.state).decode(errors="replace"),
    ):
        assert not [word for word in words if word in place]


def test_the_device_says_itself_from_where_we_come(net: Net, farm: SwitchFarm, tmp_path: Path) -> None:
    """Its filter of log-ins lets in where it sees us come from, and not where this machine believes to be."""
    net.follow(farm, ["sw-b"])
    before = farm["sw-b"].running
    farm["sw-b"].configure(["ip access-list standard YON", "10 permit 10.10.50.0 0.0.0.255"])
    text = farm["sw-b"].running
    assert " permit 10.10.50.0 " in text
    wanted = tmp_path / "wanted.cfg"
    judged = {}
    for name, network in (("ours", "10.10.50.0"), ("others", "10.10.77.0")):
        text_then = text.replace(" permit 10.10.50.0 ", f" permit {network} ")
        lines = [line for line in text_then.split("\n") if not line.startswith(" access-class ")]
        at = next(number for number, line in enumerate(lines) if line.startswith("line vty"))
        wanted.write_text("\n".join([*lines[: at + 1], " access-class YON in", *lines[at + 1 :]]))
        [item] = net("net", "remediate", "sw-b", "--against", str(wanted), "--json").document["items"]
        assert {one["rests_on"] for one in item["refusals"]} <= {"device"}
        judged[name] = {one["line"] for one in item["refusals"] if one["rule"] == "management"}
    assert "access-class YON in" not in judged["ours"]
    assert "access-class YON in" in judged["others"]
    farm["sw-b"].running = before
