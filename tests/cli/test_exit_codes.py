"""One table of exit codes for every command (docs/exit-codes.md): what a script relies on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bitools.cli.frame import front
from bitools.errors import Code
from lab.patience import HANGS
from lab.switches import ENABLE_PASSWORD, Switch, SwitchFarm
from tests.conftest import ROOT, CommandLine, InProcess


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
    assert InProcess(bitools.inventory, bitools.state)("net", "trust", "--yes").code == Code.DONE
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


@contextmanager
def another_run(state: Path, name: str, since: datetime) -> Iterator[None]:
    """Another process holds a lock of the state, by its own word since then."""
    holder = (
        "import sys; from pathlib import Path; from bitools.state import State\n"
        "with State(Path(sys.argv[1])).lock(sys.argv[2]): print(flush=True); sys.stdin.read()\n"
    )
    words = [sys.executable, "-c", holder, str(state), name]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout
        process.stdout.readline()
        (state / "locks" / f"{name}.lock").write_text(f"{process.pid} {since.isoformat()}")
        yield


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["net", "snapshot"], "net"),
        (["backup", "run"], "backup-ana"),
        (["backup", "run", "--now"], "backup-ana"),
    ],
    ids=["net snapshot", "backup run", "backup run --now"],
)
def test_11_a_run_beyond_its_time_and_0_beside_a_healthy_one(
    municipality: CommandLine, words: list[str], name: str
) -> None:
    now = datetime.now().astimezone()
    with another_run(municipality.state, name, now):
        beside = municipality(*words)
        assert (beside.code, beside.stdout, beside.stderr) == (Code.DONE, "", ""), "cron has nothing to mail"
    with another_run(municipality.state, name, now - timedelta(days=2)):
        answer = municipality(*words, "--json")
    assert answer.code == Code.LOCKED
    said = answer.stderr if name == "net" else answer.document["failed"][0]["error"]
    assert name in said


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


def test_14_an_output_that_cannot_be_written(municipality: CommandLine) -> None:
    """`> file` on a full disk: no bug of ours, and no success."""
    for words in (["inventory", "list"], ["inventory", "list", "--json"], ["inventory", "--help"]):
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "bitools", *words], env=municipality.environment(), stdout=full,
                stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False,
            )  # fmt: skip
        assert done.returncode == Code.REJECTED
        assert "No space left" in done.stderr
        assert "Traceback" not in done.stderr


def test_15_a_ledger_that_was_touched(network: CommandLine) -> None:
    assert network("net", "snapshot").code == Code.DONE
    assert network("ledger", "verify").code == Code.DONE
    file = network.state / "ledger" / "ledger.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"outcome":"done"', b'"outcome":"fine"', 1))
    answer = network("ledger", "verify")
    assert answer.code == Code.INTEGRITY
    assert "ledger.jsonl:" in answer.stderr


@pytest.mark.parametrize("flags", [[], ["--json"]], ids=["text", "json"])
def test_130_interrupted(municipality: CommandLine, flags: list[str]) -> None:
    """Ctrl-C while a secret's command hangs: a word on stderr, one object for machines, nothing on stdout."""
    begun, end = os.pipe()
    hang = f'command:sh -c "echo > /proc/{os.getpid()}/fd/{end}; exec sleep 60"'
    (municipality.inventory / "settings.yaml").write_text(json.dumps({"mask_key": hang}))
    words = [sys.executable, "-m", "bitools", "net", "snapshot", *flags]
    with subprocess.Popen(
        words,
        env=municipality.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as child:
        os.read(begun, 1)
        child.send_signal(signal.SIGINT)
        stdout, stderr = child.communicate(timeout=HANGS)
    os.close(begun)
    os.close(end)
    assert (child.returncode, stdout) == (Code.INTERRUPTED, "")
    if flags:
        assert json.loads(stderr)["code"] == 130
    else:
        assert "interrupted" in stderr
    assert "Traceback" not in stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_closed_streams_change_no_code(municipality: CommandLine, closed: str) -> None:
    for words, code in (("inventory check", Code.DONE), ("inventory chek", Code.USAGE)):
        done = subprocess.run(
            ["bash", "-c", f"{sys.executable} -m bitools {words} {closed}"],
            env=municipality.environment(), capture_output=True, text=True, cwd=ROOT, check=False,
        )  # fmt: skip
        assert done.returncode == code
        assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_early_is_no_bug(municipality: CommandLine) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "bitools", "inventory", "schema"], env=municipality.environment(),
        stdout=writer, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    os.close(writer)
    assert (done.returncode, done.stderr) == (Code.INTERRUPTED, "")


def test_a_dry_run_was_asked_for_and_speaks_without_a_terminal(network: CommandLine) -> None:
    assert "sw-01" in network("net", "snapshot", "--dry-run").stdout
