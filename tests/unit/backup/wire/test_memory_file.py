"""What we remember of a repository: read back as it was written, by whatever version."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from bitools.backup.decisions.looks import Sample
from bitools.backup.decisions.memory import Applied, Content, LastRun, Memory
from bitools.backup.decisions.runs import Snapshot
from bitools.backup.decisions.suspicion import Extent
from bitools.backup.wire import memory_file
from bitools.errors import IntegrityBroken
from bitools.state import State

NOW = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)
FIRST = {
    "listed": "2026-11-28T04:00:00+00:00",
    "seen": {"a" * 64: "2026-11-01T00:00:00+00:00"},
    "partial": {"mis-db/r1": "unfinished"},
    "applied": {
        "mis-db": {"counts": {"daily": 3}, "zone": "Europe/Istanbul", "time": "2026-11-27T00:00:00+00:00"}
    },
    "retained": "",
}
"""As the first version wrote it."""
BEFORE = FIRST | {
    "known": {"b" * 64: ["2026-11-27T00:00:00+00:00", ["bi.set=mis-db"], ""]},
    "usual": {"belgeler": [[300, 9000, 1, 2]]},
    "content": {"belgeler": ["2026-11-27T00:00:00+00:00", 200, 3, 1]},
    "outcomes": {"mis-db": ["2026-11-27T00:00:00+00:00", 7, "x"]},
}
"""With a host no snapshot had, and samples that were counts."""


@pytest.fixture
def state(tmp_path) -> State:
    return State(tmp_path / "state")


@pytest.mark.parametrize("written", [FIRST, BEFORE])
def test_what_an_older_version_wrote_is_read_and_kept(state, written):
    state.path("backup", "ana.json").write_text(json.dumps(written))
    memory = memory_file.load(state, "ana")
    assert memory.listed == NOW
    assert memory.partial == {("mis-db", "r1"): "unfinished"}
    assert memory.applied["mis-db"].counts == {"daily": 3}
    assert memory.retained is None
    assert memory.content == {}, "it is looked at anew"
    memory_file.save(memory, state)
    assert memory_file.load(state, "ana") == memory


def test_everything_comes_back(state):
    memory = Memory("ana", listed=NOW, seen={"a" * 64: NOW}, suspicious={("belgeler", "r"): ["renamed"]})
    memory.content["belgeler"] = Content(
        NOW, Sample({".pdf": {"marked": 9, "random": 1}}, 700, {".mbox": {"text": 9_000_000}})
    )
    memory.strange["belgeler"] = Extent(3, 40, 1, 2, 30)
    memory.usual["mis-db/mis.ebys.sql"] = [Extent(1, 500)]
    memory.known["a" * 64] = Snapshot("a" * 64, NOW, ("bi.set=belgeler",), host="dosya-01")
    memory.outcomes["belgeler"] = LastRun(NOW, 7, "durdu")
    memory.applied["belgeler"] = Applied({"daily": 3}, "Europe/Istanbul", NOW)
    memory.sizes[date(2026, 11, 28)] = 9
    memory.note("drill", "belgeler", NOW, "bozuk")
    memory_file.save(memory, state)
    assert memory_file.load(state, "ana") == memory


@pytest.mark.parametrize("text", ["", "{", "[]", '{"listed": 7}', json.dumps(FIRST | {"seen": []}), "null"])
def test_what_is_none_of_ours_says_so_and_what_to_do(state, text):
    state.path("backup", "ana.json").write_text(text)
    with pytest.raises(IntegrityBroken) as raised:
        memory_file.load(state, "ana")
    assert "ana.json" in str(raised.value)
    assert raised.value.hint
