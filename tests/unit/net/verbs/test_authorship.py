"""Who changed it is read from the device's log or our ledger, and never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bitools import platforms
from bitools.net.decisions.authorship import (
    LastSeen,
    from_header,
    from_journal,
    from_ledger,
    header_time,
    naming,
    read_log,
    still_heard,
)
from lab.switches import Switch, SwitchFarm
from tests.cli import netlab

ZONE = ZoneInfo("Europe/Istanbul")
NOW = datetime(2026, 11, 22, 14, 0, tzinfo=ZONE)
AFTER = NOW - timedelta(hours=3)
LINES = {
    "arista_eos": "Nov 22 12:00:01 sw ConfigAgent: %SYS-5-CONFIG_I: Configured from console by {user} on vty3 (10.10.99.21)",
    "cisco_ios": "*Nov 22 12:00:01.123: %SYS-5-CONFIG_I: Configured from console by {user} on vty0 (10.10.99.21)",
    "cisco_nxos": "Sun Nov 22 12:00:01 2026:type=update:id=10.10.99.21@pts/0:user={user}:cmd=configure terminal ; vlan 5 (SUCCESS)",
    "huawei": 'Nov 22 2026 12:00:01+03:00 sw %%01SHELL/5/CMDRECORD(s)[0]:Recorded command information. (Task=VT0, Ip=10.10.99.21, User={user}, Command="system-view")',
    "hp_comware": "%Nov 22 12:00:01:123 2026 sw SHELL/6/SHELL_CMD: -Line=vty0-IPAddr=10.10.99.21-User={user}; Command is system-view",
    "mikrotik_routeros": "U route changed             {user}       write   2026-11-22 12:00:01",
}


def read(platform: str, *users: str, after: datetime = AFTER, now: datetime = NOW) -> str:
    journal = platforms.load(platform).journal
    assert journal
    text = "Log Buffer (8192 bytes):\n" + "".join(LINES[platform].format(user=user) + "\n" for user in users)
    seen = LastSeen(after)
    return naming(from_journal(read_log(text, journal, seen, now, ZONE), seen, now))[0]


@pytest.mark.parametrize("platform", [*LINES])
def test_one_person_since_the_last_snapshot(platform: str) -> None:
    assert read(platform, "mehmet", "mehmet") == "mehmet"


@pytest.mark.parametrize("platform", [*LINES])
def test_two_people_are_several(platform: str) -> None:
    assert read(platform, "mehmet", "ayse") == "several"


@pytest.mark.parametrize("platform", [*LINES])
def test_an_older_line_and_one_from_the_future_say_nothing(platform: str) -> None:
    assert read(platform, "mehmet", after=NOW - timedelta(hours=1)) == ""
    assert read(platform, "mehmet", now=NOW - timedelta(hours=3), after=AFTER - timedelta(days=1)) == ""


def test_a_day_without_a_year_is_the_last_one() -> None:
    new_year = datetime(2027, 1, 2, 9, 0, tzinfo=ZONE)
    assert read("arista_eos", "mehmet", now=new_year, after=new_year - timedelta(days=60)) == "mehmet"
    assert read("arista_eos", "mehmet", now=new_year, after=new_year - timedelta(days=10)) == ""


def test_a_line_that_was_read_says_nothing_anew() -> None:
    """A device counts in seconds: of two lines of one second that are alike, one may be new."""
    journal = platforms.load("arista_eos").journal
    assert journal
    at = datetime(2026, 11, 22, 12, 0, 1, 900_000, tzinfo=ZONE)

    def people(heard: tuple[str, ...] | None, *users: str) -> frozenset[str]:
        seen = LastSeen(at, heard=heard)
        text = "".join(LINES["arista_eos"].format(user=user) + "\n" for user in users)
        return from_journal(read_log(text, journal, seen, NOW, ZONE), seen, NOW)

    first = read_log(LINES["arista_eos"].format(user="ayse"), journal, LastSeen(AFTER), NOW, ZONE).lines
    heard = still_heard(map(str, first), at)
    assert people(heard, "ayse") == set()
    assert people(heard, "ayse", "mehmet") == {"mehmet"}
    assert people(heard, "ayse", "ayse") == {"ayse"}
    assert people((), "ayse") == {"ayse"}
    assert people(None, "ayse") == set()  # nobody knows whether it was done before or after
    assert still_heard([*heard, "no time"], at + timedelta(seconds=1)) == ()


def test_a_line_is_no_name() -> None:
    assert read("cisco_ios", "vty0") == ""


def test_the_ledger_names_one_person_or_nobody() -> None:
    def entry(actor: str, hours: int, target: str = "sw-1", outcome: str = "done") -> dict[str, str]:
        time = (NOW - timedelta(hours=hours)).isoformat()
        return {"action": "net.apply", "target": target, "outcome": outcome, "actor": actor, "time": time}

    assert from_ledger([entry("ayse", 1), entry("mehmet", 5)], "sw-1", AFTER) == {"ayse"}
    assert naming(from_ledger([entry("ayse", 1), entry("mehmet", 2)], "sw-1", AFTER)) == (
        "several",
        ("ayse", "mehmet"),
    )
    assert from_ledger([entry("ayse", 1, "sw-2"), entry("ayse", 1, outcome="failed")], "sw-1", AFTER) == set()


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("12:00:01 UTC Sun Nov 22 2026", "2026-11-22T12:00:01+00:00"),
        ("12:00:01 TRT Sun Nov 22 2026", "2026-11-22T12:00:01+03:00"),
        ("Sun Nov 22 12:00:01 2026", "2026-11-22T12:00:01+03:00"),
        ("2026-11-22 12:00:01 UTC", "2026-11-22T12:00:01+00:00"),
        ("2026-11-22 12:00:01+02:00", "2026-11-22T12:00:01+02:00"),
        ("12:00:01.123 UTC Sun Nov 22 2026", "2026-11-22T12:00:01+00:00"),
    ],
)
def test_the_times_of_headers(text: str, time: str) -> None:
    assert header_time(text, 2026, ZONE) == datetime.fromisoformat(time)


def test_a_header_is_believed_if_it_tells_of_something_new() -> None:
    new, old = "13:00:00 TRT Sun Nov 22 2026", "09:00:00 TRT Sun Nov 22 2026"
    assert from_header("mehmet", new, LastSeen(AFTER, f"ayse {old}"), ZONE) == {"mehmet"}
    assert from_header("mehmet", new, LastSeen(AFTER), ZONE) == {"mehmet"}
    assert (
        from_header("mehmet", old, LastSeen(AFTER, f"mehmet {old}"), ZONE) == set()
    )  # a sticky address, say
    assert from_header("mehmet", old, LastSeen(AFTER, "ayse then"), ZONE) == set()
    assert from_header("", new, LastSeen(AFTER), ZONE) == set()


PLATFORMS = ("arista_eos", "cisco_nxos", "huawei", "mikrotik_routeros")


@pytest.fixture(scope="module")
def farm() -> Iterator[SwitchFarm]:
    with SwitchFarm([Switch(name.replace("_", "-"), name) for name in PLATFORMS]) as farm:
        yield farm


def test_the_devices_log_is_asked_when_the_configuration_does_not_say(bitools, farm) -> None:
    names = [name.replace("_", "-") for name in PLATFORMS]
    netlab.describe(bitools.inventory, farm, names)
    assert bitools("net", "trust", "--yes").code == 0
    assert bitools("net", "snapshot").code == 0
    netlab.next_second()
    farm["arista-eos"].configure(["interface Ethernet1", "description baska"], user="mehmet")
    farm["cisco-nxos"].configure(["interface Ethernet1/1", "description baska"], user="mehmet")
    farm["mikrotik-routeros"].configure(["/snmp set location=baska"], user="mehmet")
    answer = bitools("net", "snapshot", "--json")
    stored = {item["device"]: item for item in answer.document["items"] if item["status"] == "stored"}
    assert {name: item["author"] for name, item in stored.items()} == dict.fromkeys(
        ["arista-eos", "cisco-nxos", "mikrotik-routeros"], "mehmet"
    )
    assert all("CONFIG_I" not in item["diff"] for item in stored.values())
    history = bitools("net", "history", "--author", "mehmet", "--json").document["items"]
    assert {item["device"] for item in history} == set(stored)


PUZZLES = ("one", "two", "by-itself", "before", "again", "after-itself")
PORT = "interface GigabitEthernet0/1"


@pytest.fixture(scope="module")
def riddles() -> Iterator[SwitchFarm]:
    with SwitchFarm([Switch(name) for name in PUZZLES]) as farm:
        yield farm


def test_puzzles_of_who_it_was(bitools, riddles) -> None:
    """Each change between two snapshots, and who can be shown to have made it: no wrong name."""
    netlab.describe(bitools.inventory, riddles, PUZZLES)
    assert bitools("net", "trust", "--yes").code == 0
    for name in ("by-itself", "before", "again", "after-itself"):
        riddles[name].configure([PORT, "description once"], user="ayse")  # before anybody looked
    assert bitools("net", "snapshot").code == 0
    assert stored(bitools) == {}
    netlab.next_second()  # the logs were not read: a line of that second is nobody's
    for name, user in (("one", "mehmet"), ("two", "mehmet"), ("two", "ayse"), ("again", "ayse")):
        riddles[name].configure([PORT, f"description {user}"], user=user)
    riddles["by-itself"].learn(PORT, "switchport port-security mac-address sticky 0000.5e00.5301")
    riddles["after-itself"].configure([PORT, "description mehmet"], user="mehmet")
    riddles["after-itself"].learn(PORT, "switchport port-security mac-address sticky 0000.5e00.5302")
    assert stored(bitools) == {
        "one": ("mehmet", []),
        "two": ("several", ["ayse", "mehmet"]),
        "by-itself": (None, []),
        "again": ("ayse", []),
        "after-itself": ("mehmet", []),
    }
    riddles["two"].learn(PORT, "switchport port-security mac-address sticky 0000.5e00.5303")
    assert stored(bitools) == {"two": (None, [])}


def stored(bitools) -> dict[str, tuple[str | None, list[str]]]:
    items = bitools("net", "snapshot", "--json").document["items"]
    return {
        item["device"]: (item["author"], item.get("authors", []))
        for item in items
        if item["status"] == "stored"
    }
