"""A snapshot that is killed at any moment: the store is whole, the next run completes, nothing is lost or doubled."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.switches import SwitchFarm
from tests.cli.netlab import ios
from tests.conftest import ROOT, CommandLine
from tests.deaths import lonely_death, power_cut
from tests.wire.net.conftest import Net

NAMES = [f"sw-{number:02}" for number in range(12)]


@pytest.fixture(scope="module")
def farm() -> Iterator[SwitchFarm]:
    with SwitchFarm(ios(*NAMES)) as farm:
        yield farm


def start(bitools: CommandLine) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "bitools", "net", "snapshot"],
        env=bitools.environment(),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def whole(net: Net) -> None:
    """git finds nothing broken, and a stranger's clone is the store."""
    if (net.state / "history" / "HEAD").exists():
        checked = net.git("fsck", "--strict")
        assert checked.returncode == 0, checked.stdout + checked.stderr
    assert net("ledger", "verify").code == 0


def count(net: Net) -> int:
    counted = net.git("rev-list", "--count", "main")
    return int(counted.stdout) if counted.returncode == 0 else 0


def told(net: Net) -> list[str]:
    """Every commit that some document tells, as often as it does."""
    documents = (net.state / "documents").glob("*.net.snapshot.json")
    import json

    items = [item for path in documents for item in json.loads(path.read_text())["items"]]
    return sorted(item["commit"] for item in items if item["commit"])


def storm(net: Net, farm: SwitchFarm, times: int, seed: int) -> None:
    """Change some devices, kill the run that would store it, look, run again, look."""
    chance = random.Random(seed)
    net.follow(farm)
    started = time.monotonic()
    assert start(net).wait() == 0
    longest = time.monotonic() - started
    expected = count(net)
    assert expected == len(NAMES)
    for turn in range(times):
        changed = chance.sample(NAMES, 5)
        for name in changed:
            farm[name].configure(["interface GigabitEthernet1/0/1", f"description {seed}-{turn}"])
        expected += len(changed)
        process = start(net)
        try:
            process.wait(longest * chance.uniform(0.2, 1.1))
        except subprocess.TimeoutExpired:
            chance.choices([power_cut, lonely_death], [7, 3])[0](process)
        whole(net)
        completed = net("net", "snapshot", "--json")
        assert completed.code == 0, completed.stdout + completed.stderr
        assert count(net) == expected
        for name in NAMES:
            assert f"description {seed}-{turn}" in net.stored(name) or name not in changed
        whole(net)
    commits = sorted(net.git("rev-list", "main").stdout.split())
    assert told(net) == commits


def test_a_few_kills(net: Net, farm: SwitchFarm) -> None:
    storm(net, farm, 3, seed=1)


@pytest.mark.torture
def test_twenty_kills(net: Net, farm: SwitchFarm) -> None:
    storm(net, farm, 20, seed=2)


@pytest.mark.parametrize(
    "lock",
    [
        "refs/heads/main.lock",
        "packed-refs.lock",
        "HEAD.lock",
        "config.lock",
        "objects/info/commit-graph.lock",
        "objects/info/commit-graphs/commit-graph-chain.lock",
        "gc.pid.lock",
        "shallow.lock",
    ],
)
def test_a_lock_that_a_killed_git_left_behind_holds_nobody_up(net: Net, farm: SwitchFarm, lock: str) -> None:
    net.follow(farm, NAMES[:2])
    net.snapshot()
    file = net.state / "history" / lock
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    os.utime(file, (time.time() - 3600, time.time() - 3600))
    farm[NAMES[0]].configure(["interface GigabitEthernet1/0/2", f"description kilit {lock}"])
    document = net.snapshot()
    assert [item["status"] for item in document["items"]] == ["stored", "unchanged"]
    assert f"kilit {lock}" in net.stored(NAMES[0])


def test_git_clone_shows_files_authors_and_trailers(net: Net, farm: SwitchFarm, tmp_path: Path) -> None:
    net.follow(farm, NAMES[:2])
    net.snapshot()
    farm[NAMES[1]].configure(["interface GigabitEthernet1/0/2", "description Fen İşleri"], user="ayse")
    net.snapshot()

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout

    git("-c", "safe.directory=*", "clone", "-q", str(net.state / "history"), str(tmp_path / "clone"))
    files = sorted(path.name for path in (tmp_path / "clone" / "devices").iterdir())
    assert files == [f"{name}.cfg" for name in NAMES[:2]]
    assert "description Fen İşleri" in (tmp_path / "clone" / "devices" / f"{NAMES[1]}.cfg").read_text()
    form = "--format=%an|%s|%(trailers:key=Device,valueonly,separator=)|%(trailers:key=Site,valueonly,separator=)|%(trailers:key=Role,valueonly,separator=)|%(trailers:key=Reason,valueonly,separator=)|%(trailers:key=Run-Id,valueonly,separator=)|%(trailers:key=Ledger,valueonly,separator=)"
    newest, *_older = git("-C", str(tmp_path / "clone"), "log", form).splitlines()
    author, subject, device, site, role, reason, run, ledger = newest.split("|")
    assert (author, device, site, role, reason) == ("ayse", NAMES[1], "merkez", "lan", "changed")
    assert subject.startswith(NAMES[1])
    assert (net.state / "documents" / f"{run}.net.snapshot.json").exists()
    assert ledger.isdigit()
    assert len(git("-C", str(tmp_path / "clone"), "log", "--author=ayse", "--format=%H").split()) == 1


def test_what_was_stored_and_never_told_is_told_by_the_next_run_once(net: Net, farm: SwitchFarm) -> None:
    """The moment between git and the document, which a kill at random seldom meets."""
    net.follow(farm, NAMES[:3])
    for lost in ("first", "changed"):
        _in_another_second()
        farm[NAMES[0]].configure(["interface GigabitEthernet1/0/3", f"description {lost}"], user="ayse")
        [document] = {*(net.state / "documents").glob("*.net.snapshot.json")} ^ _after(net)
        document.unlink()
        stored = net.git("log", "--format=%H", "-1").stdout.strip()
        items = [item for item in net.snapshot()["items"] if item["status"] == "stored"]
        assert [item["device"] for item in items] == (NAMES[:3] if lost == "first" else NAMES[:1])
        assert stored in [item["commit"] for item in items]
        assert {item["first"] for item in items} == {lost == "first"}
        assert items[0]["author"] == "ayse"
        assert bool(items[0]["changes"]) == (lost == "changed")
        assert not [item for item in net.snapshot()["items"] if item["status"] == "stored"]
    assert told(net) == sorted(net.git("rev-list", "main").stdout.split())


def _in_another_second() -> None:
    """A header tells its time to the second: two changes within one are one to whoever reads it."""
    began = int(time.time())
    while int(time.time()) == began:
        time.sleep(0.01)


def _after(net: Net) -> set[Path]:
    """The documents there are after one more snapshot."""
    net.snapshot()
    return {*(net.state / "documents").glob("*.net.snapshot.json")}
