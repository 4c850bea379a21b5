"""`bitools net run` against a hundred simulated switches over real SSH."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from lab.switches import Switch, SwitchFarm
from lab.switches.device import written_for
from tests.cli import netlab
from tests.conftest import InProcess

NAMES = tuple(f"sw-{number:03}" for number in range(100))
OTHERS = NAMES[7::30]  # whose clocks follow another server
SECRETS = ("lab-netops-2026", "lab-enable-2026", "efeler-okur", "$1$mZq4$7cJx0aV9nQm2bT5sK8wPe")
_LINES = """
show running-config | redirect flash:x
show running-config | r flash:x
show running-config |redirect flash:x
show running-config | tee flash:x
show running-config | append flash:x
show version | include x | redirect flash:x
show version | include x > flash:x
show version > flash:x
show version >> flash:x
show version; reload
show version && reload
show version & reload
show version || reload
show version | bash
show version | sh
show version | vsh
show version | email
show version |
show version `reload`
show version $(reload)
show version ${IFS}reload
show version [reload]
show version {reload}
show version (reload)
show version \\
show version ?
show version !
show version "x
show tech-support
show tech-support file flash:x
show running-config x.scr
show running-config all x
show file x
show key chain
sh version
sho version
do show version
configure terminal
conf t
write memory
copy running-config startup-config
reload
clear counters
debug all
tclsh
:execute x
/export file=x
request system reboot
display version
execute reboot
Show version
no show version
"""
WRITES = [
    *_LINES.strip().split("\n"),
    *(
        f"show version{odd}"
        for odd in ("\nreload", "\rreload", "\treload", "\x1a", "\u2028reload", "\u0085reload")
    ),
    *("show\u00a0version", "ｓhow version", ""),
]


@pytest.fixture(scope="module")
def farm() -> Iterator[SwitchFarm]:
    with SwitchFarm([_switch(name) for name in NAMES], prefix=None) as farm:
        yield farm


def _switch(name: str) -> Switch:
    plain = Switch(name, "cisco_ios")
    server = "10.0.0.99" if name in OTHERS else "10.0.0.98"
    text = written_for(plain).replace("\nend\n", f"\nntp server {server}\nend\n")
    return Switch(name, "cisco_ios", configuration=text)


@pytest.fixture(scope="module")
def net(farm, tmp_path_factory: pytest.TempPathFactory) -> InProcess:
    folder = tmp_path_factory.mktemp("run")
    (folder / "inventory").mkdir()
    inside = InProcess(folder / "inventory", folder / "state")
    netlab.describe(folder / "inventory", farm, NAMES)
    assert inside("net", "trust", "--yes").code == 0
    return inside


def test_a_hundred_devices_with_two_answers_are_two_groups(net, farm) -> None:
    answer = net("net", "run", "show running-config | include 10.0.0.9", "--json")
    assert answer.code == 0, answer.stderr
    common, other = answer.document["items"]
    assert other["devices"] == list(OTHERS)
    assert len(common["devices"]) == len(NAMES) - len(OTHERS)
    assert (common["output"].strip(), other["output"].strip()) == (
        "ntp server 10.0.0.98",
        "ntp server 10.0.0.99",
    )
    assert answer.document["command"] == "show running-config | include 10.0.0.9"
    entries = net("ledger", "show", "--json").document["items"]
    assert [one["outcome"] for one in entries if one["action"] == "net.run"].count("done") == 1


def test_what_differs_is_shown_as_a_difference(net) -> None:
    told = net("net", "run", "show running-config", *NAMES[5:8], "--differs", "--exit-code")
    assert told.code == 4
    assert "2 devices: sw-005, sw-006" in told.stdout
    assert "-ntp server 10.0.0.98" in told.stdout
    assert "+ntp server 10.0.0.99" in told.stdout


def test_their_own_names_and_ages_make_no_two_answers(net) -> None:
    [item] = net("net", "run", "show version", "--json").document["items"]
    assert len(item["devices"]) == len(NAMES)
    assert "uptime is 31 weeks" in item["output"]


def test_no_secret_is_shown_and_none_is_kept(net, tmp_path) -> None:
    transcript = tmp_path / "said"
    answer = net("net", "run", "show running-config", "sw-000", "--json", "--transcript", str(transcript))
    said = answer.stdout + transcript.read_text()
    kept = b"".join(path.read_bytes() for path in net.state.rglob("*") if path.is_file())
    assert "<secret" in said
    assert not [secret for secret in SECRETS if secret in said or secret.encode() in kept]


def test_what_is_not_known_to_read_is_never_sent(bitools, farm) -> None:
    net = InProcess(bitools.inventory, bitools.state)
    netlab.describe(net.inventory, farm, ["sw-000", "sw-007"])
    before = {switch.name: (switch.logins, switch.typed) for switch in (farm["sw-000"], farm["sw-007"])}
    codes = {command: net("net", "run", command, "sw-000", "sw-007").code for command in WRITES}
    assert {command: code for command, code in codes.items() if code != 2} == {}
    assert len(codes) > 50
    assert before == {name: (farm[name].logins, farm[name].typed) for name in before}


def test_one_device_that_cannot_be_asked_so_stops_it_for_all(net, farm) -> None:
    file = net.inventory / "devices.yaml"
    written = file.read_text()
    file.write_text(written + "  rt-9: {host: 192.0.2.1, platform: mikrotik_routeros}\n")
    before = farm["sw-000"].logins
    answer = net("net", "run", "show version", "--json")
    assert (answer.code, farm["sw-000"].logins) == (2, before)
    assert "RouterOS" in json.loads(answer.stderr)["error"]
    assert net("net", "run", "show version", "sw-000", "--platform", "cisco_ios").code == 0
    file.write_text(written)


def test_a_refusal_of_the_device_and_a_dead_one_are_failures_beside_the_answers(net, farm) -> None:
    farm["sw-001"].fault = "refuse_password"
    answer = net("net", "run", "show bootvar", "sw-000", "sw-001", "--json")
    assert answer.code == 3
    assert {one["target"]: one["code"] for one in answer.document["failed"]} == {"sw-000": 14, "sw-001": 12}
    farm["sw-001"].fault = None
