"""`bitools net snapshot` against simulated switches over real SSH."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitools.net.verbs import proof
from lab.switches import Switch, SwitchFarm
from lab.switches import platforms as simulated
from tests.cli import netlab
from tests.conftest import InProcess

NAMES = ("sw-1", "sw-2", "sw-3", "sw-4")
SECRETS = ("lab-netops-2026", "lab-enable-2026", "efeler-okur", "$1$mZq4$7cJx0aV9nQm2bT5sK8wPe")


@pytest.fixture(scope="module")
def farm() -> Iterator[SwitchFarm]:
    switches = [*netlab.ios(*NAMES), *(Switch(f"p-{name.replace('_', '-')}", name) for name in simulated())]
    with SwitchFarm(switches) as farm:
        yield farm


@pytest.fixture
def net(bitools, farm):
    """In this process, as the process is not what these tests are about: a trusted inventory of four healthy IOS switches."""
    for switch in farm:
        switch.fault = None
    inside = InProcess(bitools.inventory, bitools.state)
    netlab.describe(bitools.inventory, farm, NAMES)
    assert inside("net", "trust", "--yes").code == 0
    return inside


def stored(net, device: str = "sw-1") -> str:
    return net("net", "show", device).stdout


def everything_under(folder: Path) -> bytes:
    git = subprocess.run(
        ["git", f"--git-dir={folder / 'history'}", "log", "-p", "--all"], capture_output=True, check=False
    )
    return git.stdout + b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_second_run_stores_nothing_and_no_secret_is_kept(net) -> None:
    first = net("net", "snapshot", "--json")
    assert first.code == 0, first.stderr
    assert {item["status"] for item in first.document["items"]} == {"stored"}
    assert all(item["first"] and item["commit"] for item in first.document["items"])
    head = (net.state / "history" / "refs" / "heads" / "main").read_text()
    second = net("net", "snapshot", "--json")
    assert {item["status"] for item in second.document["items"]} == {"unchanged"}
    assert not second.document["changed"]
    assert (net.state / "history" / "refs" / "heads" / "main").read_text() == head
    kept = everything_under(net.state)
    assert not [secret for secret in SECRETS if secret.encode() in kept]
    assert net("ledger", "verify").code == 0


def test_a_change_is_stored_with_who_made_it_and_what_it_was(net, farm) -> None:
    net("net", "snapshot")
    farm["sw-2"].configure(
        ["interface GigabitEthernet1/0/1", f"description oda {time.time()}"], user="mehmet"
    )
    difference = net("net", "diff", "sw-2", "--json", "--exit-code")
    assert difference.code == 4
    [change] = difference.document["items"][0]["changes"]
    assert (change["kind"], change["path"]) == ("modified", ["interface GigabitEthernet1/0/1"])
    item = next(
        item for item in net("net", "snapshot", "--json").document["items"] if item["device"] == "sw-2"
    )
    assert (item["status"], item["author"], item["first"]) == ("stored", "mehmet", False)
    assert item["changes"] == [change]
    assert "+ description oda" in item["diff"]
    log = net("net", "history", "--author", "mehmet", "--json").document["items"]
    assert [(entry["device"], entry["commit"]) for entry in log] == [("sw-2", item["commit"])]
    assert [(entry["added"], entry["removed"]) for entry in log] == [(1, 1)]
    for commit in (item["commit"], f"{item['commit']}^"):  # each says so itself, as git would
        words = [
            "git",
            f"--git-dir={net.state / 'history'}",
            "show",
            "--numstat",
            "--format=%(trailers)",
            commit,
        ]
        said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        came, went, _path = said.rpartition("\n\n")[2].split()
        assert f"Lines: +{came} -{went}" in said.splitlines()
    assert net("net", "diff", "sw-2", "--offline", "--json").document["items"][0]["changes"] == [change]


def test_diff_never_writes_history(net, farm) -> None:
    net("net", "snapshot")
    before = sorted((net.state / "history").rglob("*"))
    farm["sw-1"].configure(["interface GigabitEthernet1/0/1", f"description {time.time()}"])
    net("net", "diff")
    assert sorted((net.state / "history").rglob("*")) == before


def test_hang_down_and_wrong_password_beside_healthy_ones(net, farm) -> None:
    for name, fault in (("sw-1", "stall"), ("sw-2", "down"), ("sw-3", "refuse_password")):
        farm[name].fault = fault
    answer = net("net", "snapshot", "--json", "--deadline", "12")  # one that stalls would hold it for ever
    assert answer.code == 3
    causes = {
        failure["target"]: (failure["code"], failure["reason"]) for failure in answer.document["failed"]
    }
    assert causes == {"sw-1": (13, "deadline"), "sw-2": (13, "refused"), "sw-3": (12, "password")}
    assert [item["device"] for item in answer.document["items"] if item["status"] == "stored"] == ["sw-4"]


def test_a_silent_device_is_a_time_out(net, farm) -> None:
    farm["sw-1"].fault = "silent"
    [failure] = net("net", "snapshot", "sw-1", "--json", "--deadline", "30").document["failed"]
    assert (failure["code"], failure["reason"]) == (13, "timeout")


def test_another_host_key_is_refused_before_the_password_leaves(net, farm) -> None:
    farm["sw-1"].fault = "host_key"
    logins = farm["sw-1"].logins + farm["sw-1"].rejected_logins
    [failure] = net("net", "snapshot", "sw-1", "--json").document["failed"]
    assert (failure["code"], failure["reason"]) == (13, "host_key")
    assert farm["sw-1"].logins + farm["sw-1"].rejected_logins == logins
    assert net("net", "trust", "sw-1", "--yes").code == 5
    assert net("net", "trust", "--replace", "sw-1", "--yes").code == 0
    assert net("net", "snapshot", "sw-1").code == 0


def test_a_wrong_password_costs_three_rejections(bitools, tmp_path: Path) -> None:
    names = [f"sw-{number:03}" for number in range(100)]
    with SwitchFarm(netlab.ios(*names)) as farm:
        netlab.describe(bitools.inventory, farm, names, password="wrong-password")
        assert bitools("net", "trust", "--yes").code == 0
        answer = bitools("net", "snapshot", "--json")
        assert answer.code == 12
        assert sum(switch.rejected_logins for switch in farm) == 3
        reasons = [failure["reason"] for failure in answer.document["failed"]]
        assert (reasons.count("password"), reasons.count("not_tried")) == (3, 97)


def test_a_tick_that_meets_a_healthy_run_is_skipped(net) -> None:
    holder = (
        "import sys, time; from pathlib import Path; from bitools.state import State\n"
        "with State(Path(sys.argv[1])).lock('net'): print('held', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(net.state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        answer = net("net", "snapshot", "--json")
    assert answer.code == 0
    assert json.loads(answer.stdout)["skipped"] == "running"


def test_while_the_history_is_damaged_changes_are_stored_beside_it_and_recovered_with_it(net, farm) -> None:
    assert net("net", "snapshot").code == 0
    git = ["git", f"--git-dir={net.state / 'history'}"]
    subprocess.run([*git, "repack", "-adq"], check=True)
    [pack] = (net.state / "history" / "objects" / "pack").glob("*.pack")
    pack.chmod(0o644)
    pack.write_bytes(pack.read_bytes()[:-400])
    word = f"oda {time.time()}"
    farm["sw-3"].configure(["interface GigabitEthernet1/0/1", f"description {word}"], user="mehmet")
    broken = net("net", "snapshot", "--json")
    assert broken.code == 15
    changed = {item["device"]: item["status"] for item in broken.document["items"]}
    assert changed["sw-3"] == "stored"
    assert net("net", "snapshot", "--json").document["changed"] is False, "what was stored is known"
    assert net("net", "recover", "--yes").code == 0
    assert word in stored(net, "sw-3")
    again = net("net", "snapshot", "--json").document
    assert {item["device"]: item["status"] for item in again["items"]} == dict.fromkeys(NAMES, "unchanged"), (
        again
    )
    assert net("ledger", "continue", "--reason", "kurtarıldı").code == 0
    assert net("net", "snapshot").code == 0


def test_drift_of_the_example_switch_is_what_somebody_changed(net, tmp_path: Path) -> None:
    """The example's intended configuration is complete: without a change there is no drift."""
    shutil.copytree(netlab.EXAMPLE / "templates", net.inventory / "templates")
    with SwitchFarm([Switch("sw-merkez-01", "cisco_ios")]) as farm:
        netlab.describe(net.inventory, farm, ["sw-merkez-01"])
        assert net("net", "trust", "--yes").code == 0
        assert net("net", "diff", "--against", "intended", "--json").document["items"][0]["changes"] == []
        farm["sw-merkez-01"].configure(["interface GigabitEthernet1/0/3", "description Ziyaretci kiosk 1"])
        [item] = net("net", "diff", "--against", "intended", "--json").document["items"]
        assert {tuple(change["path"]) for change in item["changes"]} == {("interface GigabitEthernet1/0/3",)}


def test_a_platform_without_a_startup_configuration_is_no_failure(net, farm) -> None:
    netlab.describe(net.inventory, farm, ["p-juniper-junos"])
    net("net", "trust", "--yes")
    answer = net("net", "diff", "--against", "startup", "--json")
    assert answer.code == 0
    assert "not applicable" in answer.document["warnings"][0]


def test_another_device_at_the_address_is_told_and_not_stored_until_somebody_accepts_it(net, farm) -> None:
    net("net", "snapshot")
    before = stored(net, "sw-3")
    farm["sw-3"].configure(["hostname sw-depo"], user="mehmet")
    for _again in range(2):  # what was refused is nobody's last answer
        answer = net("net", "snapshot", "--json")
        [failure] = answer.document["failed"]
        assert (answer.code, failure["target"], failure["reason"]) == (3, "sw-3", "identity")
        assert "sw-depo" in failure["error"]
        assert "--accept-identity" in failure["hint"]
        assert not answer.document["changed"]
        assert stored(net, "sw-3") == before
    looked = net("net", "diff", "sw-3", "--json")
    assert any("sw-3" in warning and "sw-depo" in warning for warning in looked.document["warnings"])
    accepted = net("net", "snapshot", "--accept-identity", "--json").document
    assert {item["device"]: item["status"] for item in accepted["items"]}["sw-3"] == "stored"
    assert "hostname sw-depo" in stored(net, "sw-3")
    farm["sw-3"].configure(["hostname sw-3"], user="mehmet")


def test_the_same_answer_is_not_taken_apart_again_and_a_change_is_seen_all_the_same(
    net, farm, monkeypatch
) -> None:
    (net.inventory / "mask.key").write_text("anahtar")
    (net.inventory / "mask.key").chmod(0o600)
    with (net.inventory / "settings.yaml").open("a") as settings:
        settings.write("mask_key: file:mask.key\n")
    assert net("net", "snapshot").code == 0
    read: list[str] = []
    canonical = proof.canonical
    monkeypatch.setattr(proof, "canonical", lambda page, key: read.append(page.raw) or canonical(page, key))
    again = net("net", "snapshot", "--json")
    assert {item["status"] for item in again.document["items"]} == {"unchanged"}
    assert not read
    farm["sw-3"].configure(["interface GigabitEthernet1/0/1", f"description {time.time()}"])
    after = {item["device"]: item["status"] for item in net("net", "snapshot", "--json").document["items"]}
    assert after == {name: "stored" if name == "sw-3" else "unchanged" for name in NAMES}
    assert len(read) == 1
    assert net("net", "snapshot").code == 0
    assert len(read) == 1
    (net.inventory / "mask.key").write_text("baska")  # every mask is another: all are read
    assert net("net", "snapshot").code == 0
    assert len(read) == 1 + len(NAMES)
