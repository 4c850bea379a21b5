"""The state folder: whole files or none, one run of a job at a time."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import signal
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bitools.errors import InventoryInvalid, Locked, Rejected
from bitools.ledger import Ledger, acts, pages
from bitools.net.wire.history import Entry, History
from bitools.state import Document, State, new_run, refusal, write
from lab.packages import require_root_for_test
from lab.patience import HANGS

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_a_file_is_replaced_whole_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.json"
    write(path, b"old")
    write(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in path.parent.iterdir()] == ["b.json"]
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("umask", [0o077, 0o000])
def test_everything_is_one_accounts_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    """Nobody else writes a folder of it, so what was looked at stays as it was found."""
    state = State(tmp_path / "state")
    before = os.umask(umask)
    try:
        with state.lock("net"):
            pass
        Ledger(state, "r1", "bitools", "ayse").append(acts.NET_TRUST, "known_hosts", "done")
        write(state.path("documents", "one.json"), b"{}")
        History(state).store([Entry("sw-01", "hostname sw-01\n", "ayse", {"Reason": "deneme"})], NOON)
    finally:
        os.umask(before)
    mode = {path.relative_to(state.folder).as_posix(): path.stat().st_mode for path in files(state.folder)}
    assert mode["locks/net.lock"] & 0o777 == 0o640
    assert mode["ledger/ledger.jsonl"] & 0o777 == 0o640
    assert mode["documents/one.json"] & 0o777 == 0o640
    for folder in ("", "ledger", "documents", "locks", "history"):
        assert (state.folder / folder).stat().st_mode & 0o7777 == 0o750, folder


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_earlier_versions_let_our_own_group_write_is_taken_back(tmp_path: Path) -> None:
    """A desk: the group is my own, so nothing has to be asked."""
    state = State(tmp_path / "state")
    state.path("documents", "one.json").write_text("{}")
    for folder in (state.folder, state.folder / "documents"):
        os.chown(folder, -1, os.getegid())
        folder.chmod(0o2770)
    assert state.files("documents") == [state.folder / "documents" / "one.json"]
    assert {path.stat().st_mode & 0o7777 for path in (state.folder, state.folder / "documents")} == {0o750}


def test_a_state_that_others_write_in_is_not_believed(tmp_path: Path) -> None:
    require_root_for_test("giving a folder to another group")
    state = State(tmp_path / "state")
    state.path("documents", "one.json").write_text("{}")
    os.chown(state.folder, 0, GROUP)
    state.folder.chmod(0o2770)
    for act in (
        lambda: state.path("ledger", "x"),
        lambda: list(state.documents()),
        lambda: History(state).log(),
        lambda: Ledger(state, "r", "c", "a").verify(),
    ):
        with pytest.raises(InventoryInvalid, match="others can write") as caught:
            act()
        assert "sudo bitools setup" in caught.value.hint


def test_a_state_of_another_account_is_named(tmp_path: Path) -> None:
    require_root_for_test("giving a folder away")
    state = State(tmp_path / "state")
    state.path("ledger", "x")
    os.chown(state.folder, STRANGER, STRANGER)
    with pytest.raises(InventoryInvalid, match=str(STRANGER)) as caught:
        state.path("ledger", "x")
    assert "sudo bitools setup" in caught.value.hint


GROUP, STRANGER = 65_531, 65_530


@pytest.mark.parametrize("kind", ["link", "folder link", "pipe", "file", "hard link"])
@pytest.mark.parametrize(
    "place", ["ledger/ledger.jsonl", "documents", "locks/net.lock", "history", "known_hosts"]
)
def test_what_another_put_into_the_state_is_set_aside_and_told(tmp_path: Path, kind: str, place: str) -> None:
    require_root_for_test("being two people")
    state = State(tmp_path / "state")
    planted = state.path(*place.split("/"))
    (tmp_path / "shadow").write_text("root:x\n")
    (tmp_path / "shadow").chmod(0o600)
    (tmp_path / "elsewhere").mkdir()
    plant(planted, kind, tmp_path)
    os.chown(planted, STRANGER, STRANGER, follow_symlinks=False)
    work(state, 1)
    [told] = state.notices
    assert str(planted) in told
    assert str(STRANGER) in told
    assert len(state.names("set-aside")) == 1
    assert (tmp_path / "shadow").read_text() == ("root:x\n")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def plant(place: Path, kind: str, tmp_path: Path) -> None:
    if kind == "link":
        place.symlink_to(tmp_path / "shadow")
    elif kind == "folder link":
        place.symlink_to(tmp_path / "elsewhere")
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "file":
        place.write_text("planted\n")
    else:
        (tmp_path / "theirs").write_text("planted\n")
        place.hardlink_to(tmp_path / "theirs")


def test_a_link_of_our_own_is_not_followed_either(tmp_path: Path) -> None:
    """Setting it aside would begin a second history: whoever made it is asked to mount instead."""
    state = State(tmp_path / "state")
    (tmp_path / "large-disk").mkdir()
    state.path("history").symlink_to(tmp_path / "large-disk")
    with pytest.raises(InventoryInvalid, match="link") as caught:
        History(state).log()
    assert "mount --bind" in caught.value.hint


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


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        '{"items": "x"}',
        '{"schema": "a", "run": "b", "started": "2026-11-22T12:00:00+00:00", "items": null}',
        '{"schema": "a", "run": "b", "started": "2026-11-22T12:00:00+00:00", "items": ["x"]}',
        '{"schema": "a", "run": "b", "started": "2026-11-22T12:00:00+00:00", "items": [], "failed": {}}',
        '{"schema": "a", "run": "b", "started": "yesterday"}',
        '{"schema": "a", "run": "b", "started": "2026-11-22T12:00:00"}',
    ],
)
def test_a_document_that_is_none_is_named_and_stops_no_report(tmp_path: Path, content: str) -> None:
    state = State(tmp_path)
    state.save(Document("bitools.net.snapshot/1", "20261122T060000Z-000000", NOON))
    state.path("documents", "20261122T050000Z-000000.net.snapshot.json").write_text(content)
    assert [document["run"] for document in state.documents()] == ["20261122T060000Z-000000"]
    assert ["20261122T050000Z-000000" in told for told in state.notices] == [True]
    assert len(list(state.documents())) == 1
    assert len(state.notices) == 1, "once"


def test_runs_sort_by_time() -> None:
    assert new_run(NOON) < new_run(NOON.replace(hour=13))
    assert new_run(NOON).startswith("20261122T120000Z-")


def test_a_second_run_meets_the_lock_and_is_told_who_has_it(tmp_path: Path) -> None:
    state = State(tmp_path)
    with state.lock("net"), pytest.raises(Locked, match=str(os.getpid())), state.lock("net"):
        pass
    with state.lock("net"):
        pass


def test_a_lock_is_waited_for_as_long_as_said_and_no_longer(tmp_path: Path) -> None:
    state = State(tmp_path)
    with state.lock("net"), pytest.raises(Locked, match=str(os.getpid())), state.lock("net", wait=0.3):
        pass


def test_a_ledger_that_a_stranger_holds_costs_its_time_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PATIENCE", 0.3)
    ledger = Ledger(State(tmp_path), "r1", "bitools", "ayse")
    ledger.append(acts.NET_TRUST, "known_hosts", "done")
    with open(ledger.file, "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(Locked, match="ledger"):
            ledger.append(acts.NET_TRUST, "known_hosts", "done")
        with pytest.raises(Locked, match="ledger"):
            ledger.verify()
    assert ledger.verify().entries == 1


def _hold(folder: Path, ready: object) -> None:
    with State(folder).lock("net"):
        ready.set()  # type: ignore[attr-defined]
        signal.pause()


def test_a_killed_run_leaves_no_lock(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    child = context.Process(target=_hold, args=(tmp_path, ready))
    child.start()
    assert ready.wait(HANGS)
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
    assert "sudo bitools setup" in caught.value.hint


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
