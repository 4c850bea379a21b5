"""Drills: a whole backup passes, a broken one is found, and nothing in use is touched."""

from __future__ import annotations

import os
import sqlite3

from bitools.backup.decisions.runs import tags
from bitools.backup.verbs.drill import drill


def drilled(town):
    run = town.run()
    return drill(run, run.inventory.select_datasets())


def test_files_are_compared_with_the_living_ones(town):
    for number in range(5):
        (town.source / f"{number}").write_bytes(os.urandom(10_000))
    town.rotate()
    (town.source / "0").write_text("changed since")
    (item,) = drilled(town).items
    assert (item["status"], item["files"], item["compared"]) == ("passed", 5, 4)
    assert not list((town.state.folder / "scratch").iterdir())
    assert ("backup.drill", "done") in town.actions()


def test_a_file_that_rotted_unseen_on_the_living_disk_is_found(town):
    file = town.source / "plan"
    file.write_bytes(bytes(10_000))
    town.rotate()
    status = file.stat()
    file.write_bytes(bytes(9_999) + b"\1")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    (failure,) = drilled(town).failed
    assert (failure["code"], failure["reason"]) == (15, "drill")


def store(town, dataset: str, name: str, content: bytes) -> None:
    """Put a dump into the repository as a bad run of another tool would have."""
    file = town.inventory.parent / "dump"
    file.write_bytes(content)
    words = [f"--tag={tag}" for tag in tags(dataset, "cut")]
    command = f"restic --no-cache backup --stdin --stdin-filename=/{name} {' '.join(words)} < {file}"
    environ = {"RESTIC_PASSWORD": town.repository.password, "RESTIC_REPOSITORY": str(town.repository.folder)}
    import subprocess

    subprocess.run(["sh", "-c", command], env=os.environ | environ, check=True, capture_output=True)


def test_a_broken_sqlite_database_in_the_repository_is_found(town, tmp_path):
    path = tmp_path / "ruhsat.db"
    with sqlite3.connect(path) as writer:
        writer.execute("CREATE TABLE ruhsat (no INTEGER PRIMARY KEY, sahip TEXT)")
        writer.executemany("INSERT INTO ruhsat (sahip) VALUES (?)", [("Işıl",) for _row in range(3000)])
    town.datasets(f"  ruhsat: {{type: sqlite, importance: normal, repository: ana, path: '{path}'}}\n")
    town.rotate()
    (item,) = drilled(town).items
    assert (item["tables"], item["rows"]) == (1, 3000)
    store(town, "ruhsat", "ruhsat.sqlite", path.read_bytes()[:20_000])
    assert drilled(town).failed[0]["reason"] == "drill"


def test_a_data_set_that_was_never_backed_up_cannot_be_drilled(town):
    (failure,) = drilled(town).failed
    assert failure["code"] == 10
