"""A damaged history is 15 with its cause, and every configuration that any copy still holds comes back."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitools.ledger import Ledger, acts
from bitools.net.decisions.salvage import patched
from bitools.net.wire import rewriting
from bitools.net.wire.git import unified
from bitools.net.wire.history import Entry, History
from bitools.state import State
from tests.conftest import InProcess, write_small
from tests.documents import document, stored

NOW = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)
TEXTS = {
    (device, number): f"hostname {device}\n"
    + "".join(f"vlan {vlan}\n name kat-{vlan * number}\n" for vlan in range(9))
    for number in range(1, 5)
    for device in ("sw-01", "sw-02")
}


@pytest.fixture
def line(tmp_path: Path) -> InProcess:
    """Two devices, four configurations each, as four runs stored them: history, ledger and documents."""
    inventory = tmp_path / "inventory"
    inventory.mkdir(mode=0o755)
    write_small(inventory)
    made = InProcess(inventory, tmp_path / "state")
    state = State(made.state)
    history = History(state)
    for number in range(1, 5):
        moment = NOW + timedelta(days=number)
        ledger = Ledger(state, f"{moment:%Y%m%dT%H%M%SZ}-4f1c9a", "bitools net snapshot", "ayse")
        entries = [
            Entry(device, TEXTS[device, number], "mehmet", {"Device": device, "Reason": "changed"})
            for device in ("sw-01", "sw-02")
        ]
        with ledger.intent(acts.NET_SNAPSHOT, "history") as intent:
            commits = dict(zip(("sw-01", "sw-02"), history.store(entries, moment), strict=True))
            intent.done({"commits": commits})
        patches = history.patches(commits.values())
        items = [stored(name, commit=commit, diff=patches[commit]) for name, commit in commits.items()]
        written = document("net.snapshot", *items, started=moment)
        state.path("documents", f"{written['run']}.net.snapshot.json").write_text(json.dumps(written))
    git(made, "repack", "-adq")
    return made


def git(line: InProcess, *words: str) -> str:
    place = ["git", "-C", str(line.state / "history")]
    return subprocess.run([*place, *words], check=True, capture_output=True, text=True).stdout


def pack(line: InProcess) -> Path:
    [found] = (line.state / "history" / "objects" / "pack").glob("*.pack")
    found.chmod(0o644)
    return found


def cut(line: InProcess) -> None:
    content = pack(line).read_bytes()
    pack(line).write_bytes(content[: len(content) * 2 // 3])


def flipped(line: InProcess) -> None:
    content = bytearray(pack(line).read_bytes())
    content[len(content) // 2] ^= 0x55
    pack(line).write_bytes(content)


def ref_of_zeros(line: InProcess) -> None:
    git(line, "pack-refs", "--all")
    (line.state / "history" / "packed-refs").unlink()
    (line.state / "history" / "refs" / "heads" / "main").write_bytes(b"\0" * 41)


def branch_removed(line: InProcess) -> None:
    git(line, "update-ref", "-d", "refs/heads/main")
    shutil.rmtree(line.state / "history" / "logs", ignore_errors=True)


def object_lost(line: InProcess) -> None:
    blob = git(line, "rev-parse", "refs/heads/main~3:devices/sw-01.cfg").strip()
    content = pack(line).read_bytes()
    for part in (line.state / "history" / "objects" / "pack").iterdir():
        part.unlink()
    subprocess.run(["git", "-C", line.state / "history", "unpack-objects", "-q"], input=content, check=True)
    (line.state / "history" / "objects" / blob[:2] / blob[2:]).unlink()


def all_gone(line: InProcess) -> None:
    shutil.rmtree(line.state / "history")


DAMAGES = [cut, flipped, ref_of_zeros, branch_removed, object_lost, all_gone]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda each: each.__name__)
def test_what_any_copy_holds_is_back(line: InProcess, damage: Callable[[InProcess], None]) -> None:
    assert line("net", "verify").code == 0
    damage(line)
    answer = line("net", "verify", "--json")
    assert answer.code == 15
    assert answer.document["failed"][0]["target"] == "history"
    done = line("net", "recover", "--yes", "--json")
    assert done.code == 0
    assert {item["status"] for item in done.document["items"]} <= {"from_object", "from_document"}
    place = line.state / "history"
    log = git(line, "log", "--reverse", "--format=%H %s", "refs/heads/main").splitlines()
    found: dict[str, list[str]] = {"sw-01": [], "sw-02": []}
    for entry in log:
        commit, device = entry.split()[0], entry.split()[1].rstrip(":")
        found[device].append(git(line, "show", f"{commit}:devices/{device}.cfg"))
    for device, texts in found.items():
        assert texts == [TEXTS[device, number] for number in range(1, 5)]
    assert line("net", "verify").code == 0
    assert place.is_dir()
    if damage is not all_gone:
        assert list((line.state / "set-aside").iterdir()), "the old one is put aside, never removed"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An age identity and its public key."""
    file = tmp_path_factory.mktemp("age") / "kurtarma.key"
    said = subprocess.run(["age-keygen", "-o", file], check=True, capture_output=True, text=True).stderr
    return file, said.split("Public key: ")[1].strip()


def copied(line: InProcess, public: str) -> None:
    """What `recovery` would have kept of each of the four runs, and of a fifth that nothing else remembers."""
    for number in range(1, 6):
        moment = NOW + timedelta(days=number) if number < 5 else datetime.now(UTC) + timedelta(hours=1)
        stamp = f"{moment:%Y%m%dT%H%M%SZ}"
        for device in ("sw-01", "sw-02"):
            text = TEXTS.get((device, number), f"hostname {device}\nvlan 99\n")
            place = State(line.state).path("recovery", device, f"{stamp}-{number:012x}.cfg.age")
            sealed = subprocess.run(
                ["age", "-r", public], input=text.encode(), check=True, capture_output=True
            )
            place.write_bytes(sealed.stdout)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda each: each.__name__)
def test_what_only_a_recovery_copy_holds_is_back_with_its_key(
    line: InProcess, key: tuple[Path, str], damage: Callable[[InProcess], None]
) -> None:
    copied(line, key[1])
    for file in (line.state / "documents").iterdir():
        file.unlink()
    damage(line)
    done = line("net", "recover", "--identity", str(key[0]), "--yes", "--json")
    assert done.code == 0
    assert "lost" not in {item["status"] for item in done.document["items"]}
    log = git(line, "log", "--reverse", "--format=%H %s", "refs/heads/main").splitlines()
    found: dict[str, list[str]] = {"sw-01": [], "sw-02": []}
    for entry in log:
        commit, device = entry.split()[0], entry.split()[1].rstrip(":")
        found[device].append(git(line, "show", f"{commit}:devices/{device}.cfg"))
    for device, texts in found.items():
        assert texts == [*(TEXTS[device, number] for number in range(1, 5)), f"hostname {device}\nvlan 99\n"]


def test_a_key_that_opens_nothing_is_told(line: InProcess, key: tuple[Path, str], tmp_path: Path) -> None:
    copied(line, key[1])
    other = tmp_path / "other.key"
    subprocess.run(["age-keygen", "-o", other], check=True, capture_output=True)
    all_gone(line)
    done = line("net", "recover", "--identity", str(other), "--yes", "--json")
    assert done.code == 0
    assert len(done.document["warnings"]) == 10
    assert line("net", "recover", "--identity", str(tmp_path / "none"), "--yes").code == 2


def test_a_dry_run_changes_nothing(line: InProcess) -> None:
    cut(line)
    before = pack(line).read_bytes()
    assert line("net", "recover", "--dry-run").code in (0, 15)
    assert pack(line).read_bytes() == before


def test_a_change_that_was_masked_anew_is_not_missing(line: InProcess) -> None:
    history = History(State(line.state))
    old = history.head()
    git(line, "update-ref", "refs/heads/main", f"{old}~1")
    history.store(
        [Entry("sw-02", TEXTS["sw-02", 4], "mehmet", {"Device": "sw-02", rewriting._WAS: old})], NOW
    )
    assert line("net", "verify", "--json").document["items"] == []


lines = st.lists(st.sampled_from(["a", "b", " c", "", "vlan 1", "-x", "+y", "@@"]), max_size=20)


@given(old=lines, new=lines)
def test_a_difference_gives_the_new_text(old: list[str], new: list[str]) -> None:
    before, after = ("".join(f"{line}\n" for line in side) for side in (old, new))
    if before != after:
        assert patched(before, unified(before, after, ("a", "b"))) == after
