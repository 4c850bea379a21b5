"""The state folder: whole files or none, one run of a job at a time."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bitools.errors import IntegrityBroken, InventoryInvalid, Locked
from bitools.state import Document, State, new_run, write

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_a_file_is_replaced_whole_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.json"
    write(path, b"old")
    write(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in path.parent.iterdir()] == ["b.json"]
    assert path.stat().st_mode & 0o777 == 0o640 & ~_umask()


def test_folders_are_the_groups_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        State(tmp_path / "state").path("ledger", "ledger.jsonl")
    finally:
        os.umask(before)
    for folder in (tmp_path / "state", tmp_path / "state" / "ledger"):
        assert folder.stat().st_mode & 0o7777 == 0o2770


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_documents_come_back_in_order_and_after_a_cursor(tmp_path: Path) -> None:
    state = State(tmp_path)
    for run in ("20261122T120000Z-aaaaaa", "20261123T120000Z-bbbbbb", "20261124T120000Z-cccccc"):
        state.save(Document("bitools.net.snapshot/1", run, NOON, items=[{"device": run}]))
    state.save(Document("bitools.user.add/1", "20261123T130000Z-dddddd", NOON))
    found = [
        document["run"][:8] for document in state.documents("net.snapshot", after="20261122T120000Z-aaaaaa")
    ]
    assert found == ["20261123", "20261124"]
    assert len(list(state.documents())) == 4


@pytest.mark.parametrize("content", ["", "{", "[]", "null"])
def test_a_document_that_is_none_is_named(tmp_path: Path, content: str) -> None:
    path = State(tmp_path).path("documents", "20261122T050000Z-000000.net.snapshot.json")
    path.write_text(content)
    with pytest.raises(IntegrityBroken, match="20261122T050000Z-000000"):
        list(State(tmp_path).documents())


def test_runs_sort_by_time() -> None:
    assert new_run(NOON) < new_run(NOON.replace(hour=13))
    assert new_run(NOON).startswith("20261122T120000Z-")


def test_a_second_run_meets_the_lock_and_is_told_who_has_it(tmp_path: Path) -> None:
    state = State(tmp_path)
    with state.lock("net"), pytest.raises(Locked, match=str(os.getpid())), state.lock("net"):
        pass
    with state.lock("net"):
        pass


def _hold(folder: Path, ready: object) -> None:
    with State(folder).lock("net"):
        ready.set()  # type: ignore[attr-defined]
        signal.pause()


def test_a_killed_run_leaves_no_lock(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    child = context.Process(target=_hold, args=(tmp_path, ready))
    child.start()
    assert ready.wait(20)
    with pytest.raises(Locked), State(tmp_path).lock("net"):
        pass
    child.kill()
    child.join()
    with State(tmp_path).lock("net"):
        pass


def test_a_state_that_cannot_be_written_says_how_to_set_it_up(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(InventoryInvalid) as caught:
        State(file / "state").path("ledger", "x")
    assert "install -d -m 2770 -g bitools" in caught.value.hint
