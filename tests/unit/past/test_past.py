"""What past runs said is read through an index, and digested when it is old: nobody can tell by the reports."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bitools.jobs import every
from bitools.past import index
from bitools.past.reading import Past
from bitools.report.activity import periodic
from bitools.report.digest.digest import digest
from bitools.run import Run
from bitools.state import State
from bitools.tidy import tidy
from tests.conftest import ROOT, write_small
from tests.documents import NIGHT, backup, change, document, failure, reviewed, stored, unchanged
from tests.wire.report.seeded import seed

YEAR = NIGHT.year


def save(state: State, made: Any, number: int = 0) -> str:
    made["run"] = f"{made['run'][:17]}{number:06x}"
    kind = made["schema"].removeprefix("bitools.").partition("/")[0]
    name = f"{made['run']}.{kind}.json"
    state.path("documents", name).write_text(json.dumps(made))
    return name


def night(hours: int, *items: Any, failed: Any = (), kind: str = "net.snapshot", **more: Any) -> Any:
    return document(kind, *items, failed=failed, started=NIGHT + timedelta(hours=hours), **more)


def test_a_document_that_came_was_changed_or_went_is_noticed(tmp_path: Path) -> None:
    state = State(tmp_path)
    first = save(state, night(0, unchanged("sw-01")))
    assert read(state) == {first: ["sw-01"]}
    second = save(state, night(1, unchanged("sw-02")))
    assert read(state) == {first: ["sw-01"], second: ["sw-02"]}
    place = tmp_path / "documents" / first
    place.write_text(place.read_text().replace("sw-01", "sw-09"))  # in its place: no new name, same size
    assert read(state) == {first: ["sw-09"], second: ["sw-02"]}
    place.unlink()
    assert read(state) == {second: ["sw-02"]}


def read(state: State) -> dict[str, list[str]]:
    found = {}
    for each in Past(state).unread("", (), []):
        [name] = each.names
        run, _dot, schema = name.partition(".")
        kind = schema.removeprefix("bitools.").partition("/")[0]
        found[f"{run}.{kind}.json"] = [item["device"] for item in each.document["items"]]
    return found


def deleted(index: Path) -> None:
    index.unlink()


def overwritten(index: Path) -> None:
    index.write_bytes(b"no database, but as long as one" * 500)


def cut(index: Path) -> None:
    index.write_bytes(index.read_bytes()[: index.stat().st_size // 2])


def flipped(index: Path) -> None:
    content = bytearray(index.read_bytes())
    for at in range(200, len(content), 97):
        content[at] ^= 0x55
    index.write_bytes(content)


def of_another_version(index: Path) -> None:
    with sqlite3.connect(index) as base:
        base.execute("update about set value = '0.0.1' where key = 'by'")


def a_folder(index: Path) -> None:
    index.unlink()
    index.mkdir()


DAMAGES = [deleted, overwritten, cut, flipped, of_another_version, a_folder]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda each: each.__name__)
def test_an_index_that_is_gone_or_broken_is_made_again(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    state = State(tmp_path)
    for number in range(40):
        save(state, night(number, unchanged(f"sw-{number:02}")))
    before = read(state)
    damage(tmp_path / "index" / "documents.sqlite")
    for end in ("-wal", "-shm"):
        (tmp_path / "index" / f"documents.sqlite{end}").unlink(missing_ok=True)
    assert read(state) == before
    save(state, night(99, unchanged("sw-99")))
    assert len(read(state)) == 41


def test_where_nothing_can_be_written_it_is_made_in_memory(tmp_path: Path) -> None:
    state = State(tmp_path)
    save(state, night(0, unchanged("sw-01")))
    (tmp_path / "index").write_text("in the way")
    assert list(read(state).values()) == [["sw-01"]]


_READER = """
import sys
from pathlib import Path
from bitools.past import index
from bitools.past.reading import Past
from bitools.state import State
print("begun", flush=True)
print(sum(each.times for each in Past(State(Path(sys.argv[1]))).unread("", (), [])), flush=True)
"""


def test_readers_that_are_killed_or_come_together_leave_it_whole(tmp_path: Path) -> None:
    state, chance = State(tmp_path), random.Random(5)
    for number in range(300):
        save(state, night(number, *[unchanged(f"sw-{number:03}-{one}") for one in range(20)]))
    command = [sys.executable, "-c", _READER, str(tmp_path)]
    for _death in range(6):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
            process.stdout.readline()  # type: ignore[union-attr]
            try:
                process.wait(chance.uniform(0.01, 0.3))
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) for _one in range(3)]
    assert [process.communicate()[0].split() for process in both] == [[b"begun", b"300"]] * 3
    assert len(read(state)) == 300


documents_of_a_week = st.lists(
    st.tuples(
        st.sampled_from(["same", "same", "same", "silent", "changed", "backup", "skipped", "lines"]),
        st.integers(0, 2),
    ),
    max_size=40,
)


@given(documents_of_a_week)
@settings(max_examples=60)
def test_what_is_said_once_for_many_times_is_the_same_to_a_report(tmp_path_factory: Any, week: Any) -> None:
    """The digest of what the index gives is the digest of all documents."""
    state = State(tmp_path_factory.mktemp("week"))
    every = [_one(kind, device, hour) for hour, (kind, device) in enumerate(week)]
    for made in every:
        save(state, made)
    given_ = [each.document for each in Past(state).unread("", (), []) if each.document]
    now = NIGHT + timedelta(days=7)
    assert digest(given_, {}, None, now) == digest(every, {}, None, now)
    told = list(Past(state).unread("", (), []))
    assert sum(each.times for each in told) == len(every)
    assert Counter(name for each in told for name in each.names) == Counter(
        f"{made['run']}.{made['schema']}" for made in every
    )


def _one(kind: str, device: int, hour: int) -> Any:
    name, others = f"sw-{device:02}", [unchanged(f"sw-{one:02}") for one in range(3) if one != device]
    if kind == "silent":
        return night(hour, *others, failed=[failure(name)])
    if kind == "changed":
        return night(hour, *others, stored(name, change(f"vlan {hour}")))
    if kind == "lines":
        return night(hour, *others, unchanged(name, lines=300 + hour))
    if kind == "backup":
        return night(hour, backup("mis-db", bytes=hour), kind="backup.run")
    if kind == "skipped":
        return night(hour, backup("mis-db", "skipped", snapshot=None, bytes=0), kind="backup.run")
    return night(hour, unchanged(name), *others)


def a_run(tmp_path: Path, now: datetime, keep: str = "400d", *, dry: bool = False) -> Run:
    from bitools.inventory.load import load
    from bitools.ledger import Ledger

    inventory = tmp_path / "inventory"
    inventory.mkdir(exist_ok=True)
    write_small(inventory, settings=f"documents: {{keep: {keep}}}\n")
    state = State(tmp_path / "state")
    return Run("r", now, load(inventory), state, Ledger(state, "r", "bitools", "ayse"), dry)


def test_a_years_report_is_the_same_byte_for_byte_after_digesting(tmp_path: Path) -> None:
    seed(tmp_path / "state")
    state = State(tmp_path / "state")
    save(state, night(0, reviewed("sw-merkez-01", "4f1c", waited=timedelta(hours=5)), kind="net.ack"), 7)
    save(state, document("net.check", started=NIGHT), 8)  # of a kind that no report reads
    odd = night(2, unchanged("sw-01"))
    odd["items"] = [{"device": 5}]
    save(state, odd, 9)  # not as its type says
    now = datetime(YEAR + 1, 3, 1, 9, 0, tzinfo=UTC)
    run = a_run(tmp_path, now)
    before = _report(run, now)
    count = len(list((tmp_path / "state" / "documents").iterdir()))
    told = _digest(state)
    later = a_run(tmp_path, now + timedelta(days=800))
    assert tidy(a_run(tmp_path, later.started, dry=True)).items[0]["files"] == count
    assert len(list((tmp_path / "state" / "documents").iterdir())) == count, "a dry run changes nothing"
    item = tidy(later).items[0]
    assert (item["files"], item["action"]) == (count, "digested")
    assert list((tmp_path / "state" / "documents").iterdir()) == []
    assert _report(run, now) == before
    (tmp_path / "state" / "index" / "documents.sqlite").unlink()
    assert _report(run, now) == before, "and after the index was made anew"
    assert _without_lines(_digest(state)) == _without_lines(told)
    small = sum(file.stat().st_size for file in (tmp_path / "state" / "digests").iterdir())
    assert small < item["bytes"] / 5


def _report(run: Run, now: datetime) -> tuple[object, ...]:
    made = periodic.periodic(run, every(), "year", str(YEAR), mail=False, now=now)
    return made.html, made.text, dict(made.tables), made.document.more


def _digest(state: State) -> Any:
    return digest(
        [each.document for each in Past(state).unread("", (), []) if each.document], {}, None, NIGHT
    )


def _without_lines(found: Any) -> Any:
    return [(one.name, one.added, one.removed, one.authors) for one in found.devices], found.troubles


def test_a_digest_that_died_between_its_steps_counts_nothing_twice(tmp_path: Path) -> None:
    run = a_run(tmp_path, NIGHT + timedelta(days=900))
    names = [save(run.state, night(hour, unchanged("sw-01"), stored("sw-02", change()))) for hour in range(9)]
    kept = {name: (tmp_path / "state" / "documents" / name).read_bytes() for name in names}
    before = _report(run, run.started)
    tidy(run)
    for name in names[:5]:  # as if it had been killed before these were removed
        (tmp_path / "state" / "documents" / name).write_bytes(kept[name])
    assert _report(run, run.started) == before
    tidy(run)
    assert _report(run, run.started) == before
    assert list((tmp_path / "state" / "documents").iterdir()) == []


def test_a_month_that_cannot_be_read_is_told_and_nothing_is_written_over_it(tmp_path: Path) -> None:
    run = a_run(tmp_path, NIGHT + timedelta(days=900))
    save(run.state, night(0, unchanged("sw-01")))
    tidy(run)
    [month] = (tmp_path / "state" / "digests").iterdir()
    month.write_bytes(month.read_bytes()[:40])
    save(run.state, night(1, unchanged("sw-01")))
    document_ = tidy(run)
    assert [failed["code"] for failed in document_.failed] == [15]
    assert month.read_bytes()[:4] == b"\x28\xb5\x2f\xfd"
    assert len(month.read_bytes()) == 40
    assert len(list((tmp_path / "state" / "documents").iterdir())) == 1


def test_leftovers_go_when_they_are_old_and_the_newest_recovery_copy_stays(tmp_path: Path) -> None:
    run = a_run(tmp_path, NIGHT)
    old = (NIGHT - timedelta(days=1_200)).timestamp()
    places = {
        "quarantine/sw-01.txt": True, "transcripts/r/sw-01.txt": True, "scratch/drill/drill-1-x": True,
        "recovery/sw-01/20200101T000000Z-a.cfg.age": True, "recovery/sw-01/20210101T000000Z-b.cfg.age": True,
        "recovery/sw-01/20220101T000000Z-c.cfg.age": False, "ledger/x": False, "iplog/seals/1": False,
    }  # fmt: skip
    for name in places:
        path = run.state.path(*name.split("/"))
        path.write_text("x")
        os.utime(path, (old, old))
    for folder in ("transcripts/r", "scratch/drill"):
        os.utime(tmp_path / "state" / folder, (old, old))
    fresh = run.state.path("quarantine", "sw-02.txt")
    fresh.write_text("x")
    tidy(run)
    assert {name: not (tmp_path / "state" / name).exists() for name in places} == places
    assert fresh.exists()


def test_a_look_at_how_things_stand_reads_what_is_new_and_trusts_what_is_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_RECENT", 2)
    state = State(tmp_path)
    names = [save(state, night(hour, unchanged(f"sw-{hour:02}")), hour) for hour in range(6)]
    assert seen(state) == [f"sw-{hour:02}" for hour in range(6)][::-1]
    rewrite(tmp_path / "documents" / names[5], "sw-05", "sw-95")  # one of the newest: found
    assert seen(state)[0] == "sw-95"
    rewrite(tmp_path / "documents" / names[0], "sw-00", "sw-90")  # an old one: found by the next report
    assert seen(state)[-1] == "sw-00"
    assert ["sw-90"] in read(state).values()
    assert seen(state)[-1] == "sw-90"
    (tmp_path / "documents" / names[1]).unlink()  # none is told that went, however old
    assert "sw-01" not in seen(state)
    assert Past(state, recent=True).size() == Past(state).size()


def rewrite(place: Path, old: str, new: str) -> None:
    place.write_text(place.read_text().replace(old, new))


def seen(state: State) -> list[str]:
    newest = Past(state, recent=True).newest("net.snapshot")
    return [item["device"] for one in newest for item in one["items"]]
