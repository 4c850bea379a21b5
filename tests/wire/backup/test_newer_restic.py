"""Debian 13's restic (0.18) all the way round: what it answers otherwise than 0.14 changes nothing for us."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta

import pytest

from bitools.backup.decisions.runs import tags
from bitools.backup.verbs.copy import copy
from bitools.backup.verbs.drill import drill
from bitools.backup.verbs.history import open_repository
from bitools.backup.verbs.list_ import browse, list_
from bitools.backup.verbs.pin import pin
from bitools.backup.verbs.prune import prune
from bitools.backup.verbs.restore import restore
from bitools.backup.verbs.unlock import unlock
from bitools.backup.verbs.verify import verify


@pytest.fixture
def modern(town, newer):
    """A repository and its copy; twelve old weeks in it, of which most have to go."""
    (town.source / "plan.bin").write_bytes(os.urandom(50_000))
    (town.inventory / "uzak-anahtar").write_text("baska-parola")
    (town.inventory / "uzak-anahtar").chmod(0o600)
    (town.inventory / "backups.yaml").write_text(
        "repositories:\n  ana: {location: depo, password: 'file:anahtar', lock_wait: 1}\n"
        "  uzak: {location: uzak, password: 'file:uzak-anahtar', copy_of: ana}\n"
        "importance:\n  normal: {daily: 2, weekly: 2}\n"
        f"datasets:\n  belgeler: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
    )
    assert open_repository(town.run(), "ana").version() >= (0, 17)
    return town


def test_every_command_does_its_work(modern, tmp_path):
    town = modern
    first = town.rotate()
    assert first.failed == []
    tree = json.loads(town.repository.restic("snapshots", "--json"))[0]["tree"]
    for week in range(4, 12):
        moment = datetime.now().astimezone() - timedelta(weeks=week)
        town.repository.forge(moment, tags("belgeler", f"r{week}"), tree=tree)
    path = town.state.folder / "backup" / "ana.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"listed": None}))
    assert town.rotate(now=True).failed == []
    run = town.run()
    (belgeler,) = run.inventory.select_datasets()
    assert {item["run"] for item in list_(run, [belgeler]).items} >= {first.items[0]["run"], "r4"}
    assert ("backup.forget", "done") in town.actions()
    pinned = pin(run, belgeler, at=None, reason="denetim")
    assert pinned.changed
    for verb in (prune, unlock, copy, drill):
        document = verb(town.run(), [belgeler])
        assert document.failed == [], verb
    assert verify(town.run(), [belgeler], 1).failed == []
    assert browse(run, belgeler, str(town.source)).items[0]["bytes"] == 50_000
    restore(run, belgeler, tmp_path / "geri")
    came = tmp_path / "geri" / town.source.relative_to("/") / "plan.bin"
    assert came.read_bytes() == (town.source / "plan.bin").read_bytes()
    assert not town.repository.locks()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 7", "producer_failed"),
        ("head -c 5000000 /dev/urandom; exit 7", "producer_failed"),
        ("true", "too_small"),
    ],
)
def test_a_program_that_fails_leaves_no_snapshot_and_no_lock(modern, script, reason):
    """restic 0.18 makes a snapshot of nothing where nothing comes, and says 3."""
    command = json.dumps(["sh", "-c", script])
    modern.datasets(
        f"  dokum: {{type: command, importance: normal, repository: ana, command: {command}, file_name: d.sql}}\n"
    )
    assert [failure["reason"] for failure in modern.rotate().failed] == [reason]
    assert json.loads(modern.repository.restic("snapshots", "--json")) == []
    assert not modern.repository.locks()


def test_a_wrong_password_and_a_missing_repository_have_their_own_codes(modern):
    modern.key("yanlis")
    assert modern.rotate().failed[0]["code"] == 12
    modern.key(modern.repository.password)
    assert modern.rotate().failed == []
    modern.repository.folder.rename(modern.inventory / "sokuldu")
    (failure,) = modern.rotate().failed
    assert (failure["code"], failure["reason"]) == (13, "no_repository")
