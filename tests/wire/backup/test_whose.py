"""Two hosts with one name, what left the inventory, what killed drills left, what a program proves."""

from __future__ import annotations

import os
import socket
import time
from datetime import datetime, timedelta

import pytest

from bitools.backup.decisions.runs import tags
from bitools.backup.verbs.copy import copy
from bitools.backup.verbs.drill import drill
from bitools.backup.verbs.history import open_repository
from bitools.backup.verbs.list_ import list_
from bitools.backup.verbs.status import status


def made_elsewhere(town, name: str = "belgeler", host: str = "sunucu-a", days: int = 1) -> None:
    """A real snapshot of another host, by itself of yesterday."""
    (town.source / "karar.txt").write_text("x")
    words = [f"--tag={tag}" for tag in tags(name, f"r-baska-{days}")]
    when = datetime.now() - timedelta(days=days, minutes=1)
    town.repository.restic(
        "backup", f"--host={host}", f"--time={when:%Y-%m-%d %H:%M:%S}", *words, str(town.source)
    )


def test_the_name_of_another_hosts_data_set_is_refused_and_nothing_is_forgotten(town):
    made_elsewhere(town)
    before = town.repository.restic("snapshots", "--json", "--no-lock")
    document = town.rotate()
    (failure,) = document.failed
    assert (failure["code"], failure["reason"]) == (5, "other_host")
    assert "sunucu-a" in failure["error"]
    assert socket.gethostname() in failure["error"]
    assert town.repository.restic("snapshots", "--json", "--no-lock") == before


def test_what_another_host_has_made_today_is_not_forgotten_by_ours_which_is_not_due(town):
    """Its run covers our day, and our smaller policy would let its older ones go."""
    now = datetime.now().astimezone()
    for days in (0, 1, 2, 3, 4, 5, 40, 41):
        made_elsewhere(town, days=days)
    town.datasets(
        f"  belgeler: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
    )
    before = town.repository.restic("snapshots", "--json", "--no-lock")
    for again in range(2):
        document = town.rotate(after=timedelta(minutes=again), confirmed=bool(again))
        assert {failure["reason"] for failure in document.failed} == {"other_host"}, now
    assert town.repository.restic("snapshots", "--json", "--no-lock") == before


def test_nothing_of_another_host_is_forgotten_in_a_copy_that_both_fill(town):
    (town.source / "karar.txt").write_text("x")
    file = town.inventory / "backups.yaml"
    file.write_text(
        file.read_text()
        .replace(
            "importance:\n",
            '  uzak: {location: uzak, password: "file:anahtar", copy_of: ana}\nimportance:\n',
            1,
        )
        .replace("importance: critical", "importance: normal")
    )
    assert town.rotate().failed == []
    run = town.run()
    assert copy(run, run.inventory.select_datasets()).failed == []
    second = open_repository(town.run(), "uzak")
    for days in range(3, 9):
        when = datetime.now() - timedelta(days=days)
        words = [f"--tag={tag}" for tag in tags("belgeler", f"b{days}")]
        second.run(
            ["backup", "--host=sunucu-b", f"--time={when:%Y-%m-%d %H:%M:%S}", *words, str(town.source)], 60
        )
    second.run(
        ["backup", "--host=sunucu-b", *[f"--tag={tag}" for tag in tags("belgeler", "b0")], str(town.source)],
        60,
    )
    before = {one.id for one in second.snapshots()}
    run = town.run(after=timedelta(minutes=1))
    (failure,) = copy(run, run.inventory.select_datasets(), confirmed=True).failed
    assert failure["reason"] == "other_host"
    assert {one.id for one in second.snapshots()} == before


@pytest.mark.parametrize("word", ["host", "origin"])
def test_a_rebuilt_server_goes_on_under_the_name_it_had(town, word):
    made_elsewhere(town)
    town.datasets(
        f"  belgeler: {{type: files, importance: normal, repository: ana, {word}: sunucu-a, paths: ['{town.source}']}}\n"
    )
    assert town.rotate().failed == []
    assert town.rotate(now=True).failed == []
    run = town.run()
    assert {item["host"] for item in list_(run, run.inventory.select_datasets()).items} == {"sunucu-a"}


def test_what_left_the_inventory_is_still_listed_and_said(town):
    made_elsewhere(town, "eski-arsiv")
    run = town.run()
    found = list_(run, run.inventory.select_datasets()).items
    assert [item["dataset"] for item in found] == ["eski-arsiv"]
    assert status(run, run.inventory.select_datasets()).more["strangers"] == {"eski-arsiv": 1}


def test_what_a_killed_drill_left_is_gone_after_the_next(town):
    (town.source / "karar.txt").write_text("x")
    assert town.rotate().failed == []
    scratch = town.state.path("scratch", "x").parent
    left, old, living = (
        scratch / "drill-999999-belgeler-x",
        scratch / "drill-belgeler-y",
        scratch / f"drill-{os.getpid()}-z",
    )
    for folder in (left, old, living):
        folder.mkdir()
        (folder / "gizli.txt").write_text("x")
    os.utime(old, (time.time() - 3 * 86_400,) * 2)
    run = town.run()
    assert drill(run, run.inventory.select_datasets()).failed == []
    assert [one.name for one in scratch.glob("drill-*")] == [living.name]


@pytest.mark.parametrize(("program", "failed"), [("[grep, -q, BEGIN]", 0), ("[grep, -q, YOK]", 1)])
def test_a_programs_output_is_proven_by_a_program(town, program, failed):
    town.datasets(
        "  dokum: {type: command, importance: normal, repository: ana, file_name: d.sql,"
        f" command: [echo, BEGIN], prove: {program}}}\n"
    )
    assert town.rotate().failed == []
    run = town.run()
    document = drill(run, run.inventory.select_datasets())
    assert len(document.failed) == failed
    if not failed:
        assert document.items[0]["kind"] == "program"
