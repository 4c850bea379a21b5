"""What hangs is ended, what was to come after it is backed up, and nothing stays green."""

from __future__ import annotations

import io
import os
from contextlib import nullcontext
from datetime import timedelta

import pytest

from bitools import process
from bitools.backup.sources import on_server
from bitools.backup.verbs.status import overdue, status
from bitools.errors import Unreachable
from bitools.report.digest.digest import digest
from tests.wire.backup.test_monitoring import checks, metrics

__all__ = ["checks"]
SETS = 4  # after the hung one


@pytest.fixture
def hung(town, checks):
    (town.source / "karar.txt").write_text("x")
    (town.inventory / "check").write_text(f"http://127.0.0.1:{checks.server_port}/genel")
    (town.inventory / "check").chmod(0o600)

    def describe(command: str, more: str = "silence: 1") -> None:
        sets = [
            f"  a-dump: {{type: command, importance: normal, repository: ana, {more},"
            f" command: [sh, -c, '{command}'], file_name: a.sql}}"
        ]
        sets += [
            f"  b{number}: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}"
            for number in range(SETS)
        ]
        town.datasets("\n".join(sets) + "\nmonitoring: {metrics: metrics.prom, ping: 'file:check'}\n")

    town.describe = describe
    return town


def pings(checks) -> list[str]:
    return [path.removeprefix("/genel") for path, _body in checks.heard]


@pytest.mark.parametrize("command", ["sleep 600", "echo basla; sleep 600"])
def test_a_dump_that_gives_no_byte_is_ended_and_the_others_are_backed_up(hung, checks, command):
    hung.describe(command)
    document = hung.rotate()
    (failure,) = document.failed
    assert (failure["target"], failure["code"], failure["reason"]) == ("a-dump", 13, "silent")
    assert [item["status"] for item in document.items] == ["complete"] * SETS
    assert pings(checks) == ["/start", "/fail"]
    assert metrics(hung)['bitools_backup_failed{dataset="a-dump"}'] == 1
    run = hung.run()
    stands = status(run, run.inventory.select_datasets())
    assert overdue(stands)
    assert any(alarm["target"] == "a-dump" for alarm in stands.more["alarms"])
    assert hung.repository.restic("list", "locks", "--no-lock").strip() == b""


@pytest.mark.parametrize(
    "command", ["echo x; exec >&-; sleep 600", "echo x; sleep 600 &"], ids=["itself", "what it left behind"]
)
def test_a_dump_that_said_everything_and_does_not_end_is_ended(hung, monkeypatch, command):
    """One keeps silent with its output closed, the other has left a child that holds it."""
    monkeypatch.setattr("bitools.backup.wire.producer._END", 1.0)
    hung.describe(command)
    (failure,) = hung.rotate().failed
    assert (failure["target"], failure["code"], failure["reason"]) == ("a-dump", 13, "silent")
    snapshots = hung.repository.restic("snapshots", "--json", "--tag=bi.set=a-dump")
    assert snapshots.strip() == b"[]"


HANGS = {
    "dump": ("sleep 600", "silence: 1"),
    "hook before": ("echo x", "before: [sleep, '600'], hook_timeout: 1"),
    "hook after": ("echo x", "after: [sleep, '600'], hook_timeout: 1"),
    "restic": ("echo x", "silence: 1"),
}


@pytest.mark.parametrize(
    ("what", "sets"),
    [(what, 1) for what in HANGS] + [pytest.param(what, 20, marks=pytest.mark.torture) for what in HANGS],
)
def test_whatever_hangs_everybody_is_told_and_the_sets_behind_it_are_backed_up(
    hung, checks, tmp_path, monkeypatch, what, sets
):
    """Metrics, pings, status and mails say of the hung one that it failed, and of the others that they did not."""
    monkeypatch.setattr("tests.wire.backup.test_hung.SETS", sets)
    hung.describe(*HANGS[what])
    if what == "restic":
        hang(tmp_path, monkeypatch, "bi.set=a-dump")
    document = hung.rotate()
    others = [f"b{number}" for number in range(sets)]
    assert {failure["target"] for failure in document.failed} == {"a-dump"}
    assert [one["dataset"] for one in document.items if one["status"] == "complete"][-sets:] == others
    assert pings(checks) == ["/start", "/fail"]
    assert "a-dump" in checks.heard[-1][1]
    found = metrics(hung)
    assert found['bitools_backup_failed{dataset="a-dump"}'] == 1
    assert {found[f'bitools_backup_failed{{dataset="{one}"}}'] for one in others} == {0}
    run = hung.run()
    stands = status(run, run.inventory.select_datasets())
    assert overdue(stands)
    assert {alarm["target"] for alarm in stands.more["alarms"]} == {"a-dump"}
    mailed = digest([document.as_json()], {}, None, run.started)
    assert {trouble.name for trouble in mailed.backups} == {"a-dump"}


def hang(folder, monkeypatch, word: str, note="/dev/null") -> None:
    """A real restic, stopped before it reads, as a dead network stops it, where this word is among its own; it
    notes that in a file.
    """
    programs = folder / "programs"
    programs.mkdir()
    restic = programs / "restic"
    restic.write_text(
        f'#!/bin/sh\ncase " $* " in *"{word} "*) echo {word} >"{note}"; exec sleep 600;; esac\nPATH=${{PATH#*:}} exec restic "$@"\n'
    )
    restic.chmod(0o755)
    monkeypatch.setitem(process._inherited, "PATH", f"{programs}:{os.environ['PATH']}")


def test_a_service_that_a_hook_started_and_that_holds_its_output_is_no_hung_hook(hung):
    """As `service x start` leaves one."""
    pid = hung.inventory / "pid"
    hung.describe("echo x", f"after: [sh, -c, 'sleep 600 & echo $! > {pid}'], hook_timeout: 300")
    try:
        assert hung.rotate("a-dump").failed == []
        os.kill(int(pid.read_text()), 0)
    finally:
        os.kill(int(pid.read_text()), 9)


def test_a_dump_that_goes_on_for_ever_is_ended_where_a_limit_is_set(hung):
    hung.describe("while :; do echo satir; sleep 0.2; done", "silence: 60, time_limit: 2")
    (failure,) = hung.rotate("a-dump").failed
    assert failure["reason"] == "time_limit"
    assert hung.repository.restic("snapshots", "--json").strip() == b"[]"


def test_a_slow_dump_is_not_a_hung_one(hung):
    hung.describe("for i in $(seq 14); do echo satir; sleep 0.5; done", "silence: 5")
    assert hung.rotate("a-dump").failed == []


def test_a_restic_that_hangs_is_ended(hung, tmp_path, monkeypatch):
    hung.describe("echo x")
    hang(tmp_path, monkeypatch, " backup")
    file = hung.inventory / "backups.yaml"
    file.write_text(file.read_text().replace("type: files,", "type: files, silence: 1,"))
    document = hung.rotate("a-dump", "b0", forget=False)
    assert [failure["reason"] for failure in document.failed] == ["silent", "silent"]


def test_a_tick_that_was_skipped_tells_no_success(hung, checks):
    hung.describe("echo x")
    with hung.state.lock("backup-ana"):
        document = hung.rotate()
    assert {item["reason"] for item in document.items} == {"running"}
    assert pings(checks) == ["/start"]


def test_a_run_of_one_data_set_leaves_the_others_failure_standing(hung):
    hung.describe("exit 3")
    hung.rotate()
    hung.rotate("b0", now=True, after=timedelta(minutes=5))
    found = metrics(hung)
    assert found['bitools_backup_failed{dataset="a-dump"}'] == 1
    assert found['bitools_backup_failed{dataset="b0"}'] == 0
    hung.describe("echo iyi")
    hung.rotate("a-dump")
    assert metrics(hung)['bitools_backup_failed{dataset="a-dump"}'] == 0


@pytest.mark.parametrize(("limits", "reason"), [("time_limit: 1", "time_limit"), ("silence: 9", "silent")])
@pytest.mark.parametrize("program", [["sleep", "600"], ["sh", "-c", "cat >/dev/null; exec sleep 600"]])
def test_a_client_that_takes_no_dump_or_does_not_end_is_ended(town, monkeypatch, program, limits, reason):
    if reason == "silent":
        monkeypatch.setattr(on_server, "_LOAD", 1.0)
    town.datasets(
        f"  mis: {{type: mysql, importance: normal, repository: ana, database: mis, username: yedek, {limits}}}\n"
    )
    (dataset,) = town.run().inventory.select_datasets()
    client = nullcontext((program, {}, ()))
    with pytest.raises(Unreachable) as told:
        on_server.feed(dataset, client, io.BytesIO(bytes(1 << 20)), on_server.pour_all)
    assert told.value.reason == reason
    assert program[0] in str(told.value)
