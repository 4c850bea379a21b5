"""The state folder: whole files or none, one run of a job at a time."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bitools.errors import IntegrityBroken, InventoryInvalid, Locked, Rejected
from bitools.ledger import Ledger, acts
from bitools.net.wire.history import Entry, History
from bitools.state import Document, State, new_run, refusal, write
from lab.packages import require_root_for_test

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_a_file_is_replaced_whole_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.json"
    write(path, b"old")
    write(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in path.parent.iterdir()] == ["b.json"]
    assert path.stat().st_mode & 0o777 == 0o640


def test_folders_are_the_groups_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        State(tmp_path / "state").path("ledger", "ledger.jsonl")
    finally:
        os.umask(before)
    for folder in (tmp_path / "state", tmp_path / "state" / "ledger"):
        assert folder.stat().st_mode & 0o7777 == 0o2770


def test_files_are_the_groups_whatever_the_umask(tmp_path: Path) -> None:
    """One ledger and one history for all administrators: whoever comes first must not shut the others out."""
    state = State(tmp_path / "state")
    before = os.umask(0o077)
    try:
        with state.lock("net"):
            pass
        Ledger(state, "r1", "bitools", "ayse").append(acts.NET_TRUST, "known_hosts", "done")
        write(state.path("documents", "one.json"), b"{}")
        History(state).store([Entry("sw-01", "hostname sw-01\n", "ayse", {"Reason": "deneme"})], NOON)
    finally:
        os.umask(before)
    mode = {path.relative_to(state.folder).as_posix(): path.stat().st_mode for path in files(state.folder)}
    assert mode["locks/net.lock"] & 0o777 == 0o660
    assert mode["ledger/ledger.jsonl"] & 0o777 == 0o660
    assert mode["documents/one.json"] & 0o777 == 0o640, "replaced, never written in place"
    assert mode["history/refs/heads/main"] & 0o660 == 0o660
    assert all(bits & 0o040 for bits in mode.values())
    folders = [path for path in state.folder.rglob("*") if path.is_dir()]
    assert all(path.stat().st_mode & 0o2070 == 0o2070 for path in folders)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_two_administrators_share_one_state(tmp_path: Path) -> None:
    """The second is not root: the same history, ledger and locks, where git would see a stranger's folder."""
    require_root_for_test("becoming another user")
    shared = tmp_path / "state"
    shared.mkdir()
    os.chown(shared, 0, GROUP)
    shared.chmod(0o2770)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.name.startswith(("test_", "pytest-", "popen-")):
            folder.chmod(folder.stat().st_mode | 0o011)
    for number, user in enumerate((0, 65_533, 65_532, 0), 1):
        child = os.fork()
        if not child:
            try:
                os.setgroups([GROUP])
                os.setgid(user)
                os.setuid(user)
                os.umask(0o077)
                work(State(shared), number)
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, f"run {number}, as {user}"
    assert Ledger(State(shared), "r", "c", "a").verify().entries == 4
    assert len(History(State(shared)).log()) == 4


GROUP = 65_531


def work(state: State, number: int) -> None:
    """What a run does to a state."""
    with state.lock("net"):
        text = f"hostname sw-{number}\n"
        History(state).store([Entry("sw-01", text, "", {"Reason": "deneme"})], NOON)
        Ledger(state, f"r{number}", "bitools", "ayse").append(acts.NET_SNAPSHOT, "history", "done")
        state.save(Document("bitools.net.snapshot/1", f"run{number}", NOON))
        write(state.path("known_hosts"), b"sw-01 ssh-ed25519 AAAA\n")
    assert len(History(state).log()) == number
    assert len(list(state.documents())) == number


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


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB without a free byte, once it is filled."""
    require_root_for_test("mounting a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=True)
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def fill(disk: Path) -> None:
    with open(disk / "fill", "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass


def test_a_full_disk_is_named_and_what_was_there_stays(small_disk: Path) -> None:
    state = State(small_disk / "state")
    ledger = Ledger(state, "r1", "bitools", "ayse")
    text = "hostname sw-01\n" * 20
    ledger.append(acts.NET_TRUST, "known_hosts", "done", after={"filler": "x" * 4000})
    History(state).store([Entry("sw-01", text, "", {"Reason": "deneme"})], NOON)
    write(state.path("known_hosts"), b"old")
    fill(small_disk)
    with state.lock("net"):  # nobody can read who holds it, but it is held
        pass
    for act in (
        lambda: ledger.append(acts.NET_TRUST, "known_hosts", "done", after={"filler": "x" * 9000}),
        lambda: History(state).store([Entry("sw-01", os.urandom(9000).hex(), "", {})], NOON),
        lambda: write(state.path("known_hosts"), bytes(9000)),
    ):
        with pytest.raises(Rejected) as caught:
            act()
        assert caught.value.reason == "full"
        assert "make room" in caught.value.hint
    assert (state.folder / "known_hosts").read_bytes() == b"old"
    assert ledger.verify().entries == 1
    assert History(state).latest(["sw-01"]) == {"sw-01": text}


@pytest.mark.parametrize("place", ["/proc/x", "{file}/x", "{folder}/" + "x" * 300, "{folder}"])
def test_a_place_that_cannot_be_is_no_bug_of_ours(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    path = place.format(file=tmp_path / "file", folder=tmp_path)
    with pytest.raises(OSError, match=path[:20]) as caught, open(path, "wb"):
        pass
    told = refusal(caught.value)
    assert isinstance(told, Rejected)
    assert path in told.message
    assert refusal(ConnectionResetError(104, "reset")) is None, "a network's errors are told by who knows it"


def test_a_disk_that_may_only_be_read_is_told_from_a_missing_right(small_disk: Path) -> None:
    state = State(small_disk / "state")
    state.path("ledger", "ledger.jsonl")
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(InventoryInvalid, match="Read-only file system"):
        state.path("ledger", "ledger.jsonl")
