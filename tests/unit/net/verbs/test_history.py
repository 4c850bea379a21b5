"""`net history`, `net show --at`, `net ack`: what happened, and who has looked at it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bitools.errors import IntegrityBroken, NotFound, Usage
from bitools.net.verbs import ack, diff_stored, history, show
from bitools.net.wire.git import Git

ZONE = ZoneInfo("Europe/Istanbul")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def changed(town):
    """Three changes after a first snapshot, a day apart from 2 November on, the last of another device."""
    commits = [
        town.store("huawei", "sysname a\n", reason="first snapshot"),
        town.store("huawei", "sysname b\n", "mehmet"),
        town.store("huawei", "sysname c\n", "ayse"),
        town.store("hp-comware", "sysname d\n"),
    ]
    return town, commits


def listed(document) -> list[str]:
    return [item["commit"] for item in document.items]


def test_everything_newest_first_or_one_devices(changed, devices) -> None:
    town, commits = changed
    assert listed(history.history(town.run, [])) == commits[::-1]
    assert listed(history.history(town.run, devices("huawei"))) == commits[2::-1]
    assert listed(history.history(town.run, [], most=1)) == commits[:2:-1]


def test_days_are_whole_days_in_the_inventorys_zone(changed) -> None:
    town, commits = changed  # 11:00 in Istanbul on 2, 3, 4 and 5 November
    assert listed(history.history(town.run, [], since="2026-11-04")) == commits[:1:-1]
    assert listed(history.history(town.run, [], until="2026-11-03")) == commits[1::-1]
    assert listed(history.history(town.run, [], since="2026-11-03T11:00:01", until="2026-11-04")) == [
        commits[2]
    ]
    assert listed(history.history(town.run, [], since="36h")) == commits[:1:-1]


def test_an_author_is_a_name_and_not_a_devices(changed) -> None:
    town, commits = changed
    assert listed(history.history(town.run, [], author="MEHMET")) == [commits[1]]
    assert listed(history.history(town.run, [], author="huawei")) == []
    assert listed(history.history(town.run, [], author="e", most=1)) == [commits[2]]


@pytest.mark.parametrize("text", ["gestern", "2026-13-01", "--all", "1x", "2026-11-01;x", "99999999d"])
def test_what_is_no_date_is_a_wrong_command_line(changed, text: str) -> None:
    with pytest.raises(Usage):
        history.history(changed[0].run, [], since=text)


def test_a_configuration_as_it_was(changed, devices) -> None:
    town, commits = changed
    [device] = devices("huawei")
    for at, text in (
        ("2026-11-03", "sysname b\n"),
        ("2026-11-03T10:59", "sysname a\n"),
        (commits[2][:8], "sysname c\n"),
        ("", "sysname c\n"),
    ):
        assert show.show(town.run, device, at).items[0]["text"] == text
    with pytest.raises(NotFound):
        show.show(town.run, device, "2026-11-01")


def test_a_review_takes_a_change_off_the_list_and_is_recorded(changed) -> None:
    town, commits = changed
    assert listed(ack.unreviewed(town.run, [])) == commits[:0:-1]
    document = ack.ack(town.run, ack.named(town.run, [commits[1][:10]]), " planlı ")
    assert [
        (item["commit"], item["status"], item["review"]["by"], item["review"]["reason"])
        for item in document.items
    ] == [(commits[1], "reviewed", "ayse", "planlı")]
    assert listed(ack.unreviewed(town.run, [])) == commits[:1:-1]
    assert listed(history.history(town.run, [], only_unreviewed=True)) == commits[:1:-1]
    entries = [entry for entry in town.run.ledger.entries() if entry["action"] == "net.ack"]
    assert [entry["outcome"] for entry in entries] == ["intent", "done"]
    assert entries[0]["before"] == {"commits": [commits[1]], "reason": "planlı"}


def test_a_second_review_changes_nothing_and_the_first_stays(changed) -> None:
    town, commits = changed
    chosen = ack.named(town.run, [commits[1]])
    ack.ack(town.run, chosen, "ilk")
    again = ack.ack(town.run, chosen, "ikinci")
    assert not again.changed
    assert again.items[0]["review"]["reason"] == "ilk"


def test_all_until_a_day(changed, devices) -> None:
    town, commits = changed
    assert [one.id for one in ack.waiting(town.run, [], "2026-11-04")] == [commits[2], commits[1]]
    assert [one.id for one in ack.waiting(town.run, devices("hp-comware"))] == [commits[3]]


def test_no_reason_no_review(changed) -> None:
    with pytest.raises(Usage):
        ack.ack(changed[0].run, [], " ")


@pytest.mark.parametrize(
    ("change", "error"), [("main", Usage), ("abc", Usage), ("--all", Usage), ("0" * 40, NotFound)]
)
def test_what_is_no_change_is_named(changed, change: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        ack.named(changed[0].run, [change])


def test_a_damaged_file_is_no_empty_one(changed) -> None:
    town, _commits = changed
    town.state.path("reviews.json").write_text("{")
    with pytest.raises(IntegrityBroken):
        ack.unreviewed(town.run, [])


def test_the_command(changed) -> None:
    from tests.conftest import CommandLine

    town, commits = changed
    bitools = CommandLine(town.inventory, town.state.folder)
    assert bitools("net", "ack", "--all", "--reason", "x").code == 5  # nobody to ask
    answer = bitools("net", "ack", "--all", "--reason", "x", "--yes", "--json")
    assert [item["status"] for item in answer.document["items"]] == ["reviewed"] * 3
    assert bitools("net", "ack", "--list").stdout == ""
    assert bitools("net", "ack", commits[1]).code == 2
    assert [path.name.split(".", 1)[1] for path in (town.state.folder / "documents").iterdir()] == [
        "net.ack.json"
    ]


def told(document) -> list[tuple[str, str, str, str | None]]:
    return [
        (item["device"], change["kind"], change["line"], item["author"])
        for item in document.items
        for change in item["changes"]
    ]


def test_from_a_day_is_from_its_beginning_and_to_a_day_is_to_its_end(changed, devices) -> None:
    town, commits = changed  # 11:00 in Istanbul on 2, 3, 4 and 5 November
    huawei = devices("huawei")
    assert told(diff_stored.then(town.run, huawei, "2026-11-03")) == [
        ("huawei", "modified", "sysname c", "ayse")
    ]
    [change] = diff_stored.then(town.run, huawei, "2026-11-03").items[0]["changes"]
    assert (change["old"], change["new"]) == ("sysname a", "sysname c")
    [change] = diff_stored.then(town.run, huawei, "2026-11-03", "2026-11-03").items[0]["changes"]
    assert (change["old"], change["new"]) == ("sysname a", "sysname b")
    assert told(diff_stored.then(town.run, huawei, "2026-11-05")) == []
    assert told(diff_stored.then(town.run, huawei, commits[1], commits[2][:10])) == [
        ("huawei", "modified", "sysname c", "ayse")
    ]


def test_without_a_start_it_is_the_last_change_of_each_device(changed, devices) -> None:
    town, commits = changed
    town.store("hp-comware", "sysname e\n", "zeynep")
    both = devices("huawei", "hp-comware")
    assert told(diff_stored.then(town.run, both)) == [
        ("hp-comware", "modified", "sysname e", "zeynep"),
        ("huawei", "modified", "sysname c", "ayse"),
    ]
    assert told(diff_stored.then(town.run, both, end=commits[1])) == [
        ("huawei", "modified", "sysname b", "mehmet")
    ]


def test_a_device_that_was_not_there_yet_begins_with_its_first_snapshot(changed, devices) -> None:
    """Nobody wants 300 configurations, line by line, as news."""
    town, _commits = changed
    document = diff_stored.then(town.run, devices("huawei", "hp-comware"), "2020-01-01")
    assert told(document) == [("huawei", "modified", "sysname c", "ayse")]
    with pytest.raises(NotFound):
        diff_stored.then(town.run, devices("huawei"), end="2020-01-01")


def test_looking_back_at_many_devices_costs_no_more_calls_of_git(changed, devices, monkeypatch) -> None:
    town, _commits = changed
    calls: list[str] = []
    run = Git.run

    def counted(self, words, **more):
        calls.append(words[0])
        return run(self, words, **more)

    monkeypatch.setattr(Git, "run", counted)
    diff_stored.then(town.run, devices(), "2026-11-03")
    assert calls == ["rev-list", "log", "cat-file", "cat-file", "cat-file"]


def test_lines_are_counted_and_shown(changed, devices) -> None:
    town, _commits = changed
    items = history.history(town.run, devices("huawei"), patch=True).items
    assert [(item["added"], item["removed"]) for item in items] == [(1, 1), (1, 1), (1, 0)]
    assert "-sysname b\n+sysname c" in items[0]["diff"]
    assert "diff" not in history.history(town.run, devices("huawei")).items[0]


def test_names_by_pattern_and_tag_and_what_an_empty_answer_was_about(changed) -> None:
    from tests.conftest import CommandLine

    town, _commits = changed
    town.devices(**{"sw-kat-1": "platform: cisco_ios, tags: [kat]", "sw-kat-2": "platform: cisco_ios"})
    bitools = CommandLine(town.inventory, town.state.folder)
    every = bitools("net", "history", "h*", "--json").document["items"]
    assert {item["device"] for item in every} == {"huawei", "hp-comware"}
    empty = bitools("net", "history", "sw-kat-*", "--author", "mehmet", "--since", "2026-11-01")
    assert (empty.code, empty.stdout.count("\n")) == (0, 1)
    assert all(word in empty.stdout for word in ("sw-kat-1, sw-kat-2", "mehmet", "2026"))
    tagged = bitools("net", "history", "--tag", "kat", "--json").document
    assert tagged["looked_for"]["devices"] == ["sw-kat-1"]
    assert bitools("net", "history", "--tag", "kap").code == 10
    assert bitools("net", "history", "yok*").code == 10
    shown = bitools("net", "history", "huawei", "--patch", "--limit", "1").stdout
    assert "-sysname b" in shown
