"""What the reader of a report relies on: everything once, the important first, no nagging."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bitools.documents.words import Severity
from bitools.past.places import Place
from bitools.report.digest.digest import Digest, digest
from tests.documents import account, backup, change, document, failure, quarantined, stored, unchanged

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def snapshot(*items: Any, failed: tuple[str, ...] = (), hours: int = 0, **more: Any) -> Any:
    started = NOW + timedelta(hours=hours)
    return document("net.snapshot", *items, failed=map(failure, failed), started=started, **more)


def said(*documents: Any, failing: dict[str, str] | None = None, days: int = 0) -> Digest:
    return digest(documents, failing or {}, NOW if failing else None, NOW + timedelta(days=days))


def test_the_same_change_on_many_devices_is_told_once() -> None:
    found = said(snapshot(*(stored(f"sw-{n}", change("ip helper-address 10.0.0.5")) for n in range(5))))
    assert [len(group.devices) for group in found.groups] == [5]


def test_security_comes_first_then_wan_then_site() -> None:
    found = said(
        snapshot(
            stored("d", change("x1"), site="b"),
            stored("c", change("x2"), site="a"),
            stored("b", change("x3"), site="z", role="wan"),
            stored("a", change("x4", "critical"), site="z"),
        )
    )
    assert [device.name for device in found.devices] == ["a", "b", "c", "d"]


def test_two_changes_of_one_device_become_one_entry() -> None:
    found = said(
        snapshot(stored("a", change("x"), author="ayse")),
        snapshot(stored("a", change("y"), author="ali"), hours=1),
    )
    assert [(len(device.changes), device.authors) for device in found.devices] == [(2, ("ayse", "ali"))]


def test_a_device_seen_for_the_first_time_is_not_300_changes() -> None:
    found = said(snapshot(stored("a", change("x"), first=True)))
    assert not found.groups
    assert [device.name for device in found.first_seen] == ["a"]


def test_an_unchanged_night_is_no_news() -> None:
    assert not said(snapshot(unchanged("a"))).is_news


def test_a_dry_run_is_no_news() -> None:
    assert not said(snapshot(stored("a", change("x")), applied=False)).is_news


def test_a_device_that_goes_on_failing_is_told_once_a_week() -> None:
    found = said(snapshot(failed=("a",)))
    assert found.is_news
    since = dict(found.failing)
    assert since == {"net:a": NOW.isoformat()}
    assert not said(snapshot(failed=("a",), hours=20), failing=since, days=1).is_news
    assert said(snapshot(failed=("a",), hours=170), failing=since, days=7).is_news


@pytest.mark.parametrize("started", ["", "yesterday", "2026-11-22T05:00:00", None])
def test_a_document_that_does_not_say_when_counts_as_of_now(started: object) -> None:
    late = {**snapshot(failed=("a",)), "started": started}
    found = said(late)
    assert dict(found.failing) == {"net:a": NOW.isoformat()}
    assert not said(late, failing=dict(found.failing), days=1).is_news


def test_a_device_that_answers_again_is_told_and_forgotten() -> None:
    found = said(snapshot(unchanged("a")), failing={"net:a": NOW.isoformat()})
    assert (found.recovered, dict(found.failing), found.is_news) == (("a",), {}, True)


def test_a_failure_that_was_over_before_the_report_is_no_news() -> None:
    assert not said(snapshot(failed=("a",)), snapshot(unchanged("a"), hours=1)).is_news


def test_a_quarantined_fetch_is_a_trouble_with_its_cause() -> None:
    found = said(snapshot(quarantined("a", "cut short")))
    assert [(trouble.name, trouble.what) for trouble in found.troubles] == [("a", "cut short")]


def test_a_device_and_a_data_set_of_one_name_are_told_apart() -> None:
    found = said(snapshot(failed=("a",)), document("backup.run", backup("a"), started=NOW))
    assert ([t.name for t in found.troubles], found.backups) == (["a"], ())


def test_accounts_that_were_looked_at_are_no_news_those_opened_are() -> None:
    assert not said(document("user.add", account("ali.veli"), changed=False)).is_news
    acts = said(document("user.add", account("ali.veli"))).accounts
    assert [(act.action, act.account, act.status) for act in acts] == [("add", "ali.veli", "created")]


def test_acts_are_told_in_order_of_time_with_who_did_them() -> None:
    earlier, later = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
    found = said(
        document("user.passwd", account("ali.veli"), started=later),
        document("user.restore", account("zeynep.ak"), started=earlier),
    )
    runs = [act.run for act in found.accounts]
    assert [act.account for act in found.accounts] == ["zeynep.ak", "ali.veli"]
    told = found.done_by({runs[0]: "ayse"})
    assert [act.actor for act in told.accounts] == ["ayse", ""]


def test_what_devices_say_cannot_steer_anything() -> None:
    found = said(snapshot(stored("sw\r\nBcc: x", change("\x1b[2Jbanner\u202e"), diff="+\x1b]0;x\x07\n")))
    device = found.devices[0]
    assert device.name == "sw␍␊Bcc: x"
    assert device.changes[0].line == "␛[2Jbanner\ufffd"
    assert "\x1b" not in device.diff


PLACES = {
    **{f"g-{number}": Place("garaj") for number in range(5)},
    "m-1": Place("merkez"),
    "m-2": Place("merkez"),
    "quiet": Place("garaj", silent=True),
}


def placed(*documents: Any) -> Digest:
    return digest(documents, {}, None, NOW, PLACES)


def test_a_site_that_is_down_is_one_trouble() -> None:
    found = placed(snapshot(failed=(*(f"g-{number}" for number in range(5)), "m-1")))
    assert [(trouble.name, trouble.devices, trouble.site) for trouble in found.troubles] == [
        ("m-1", 0, "merkez"),
        ("garaj", 5, "garaj"),
    ]


def test_a_site_of_which_one_device_answers_is_not_down() -> None:
    assert len(placed(snapshot(failed=tuple(f"g-{number}" for number in range(4)))).troubles) == 4


def test_a_device_that_is_to_be_silent_is_no_trouble_but_its_changes_are_told() -> None:
    found = placed(snapshot(stored("quiet", change("x")), failed=("quiet",)))
    assert (found.troubles, dict(found.failing)) == ((), {})
    assert [device.name for device in found.devices] == ["quiet"]


def test_a_sites_part_holds_only_that_site() -> None:
    backups = document("backup.run", failed=[failure("mis", "x", 14)], started=NOW)
    night = snapshot(stored("g-1", change("x"), site="garaj"), stored("m-1", change("x")), failed=("m-2",))
    found = placed(night, backups)
    assert len(found.devices) == 2
    part = found.at(("garaj",))
    assert [device.name for device in part.devices] == ["g-1"]
    assert (part.troubles, part.backups) == ((), ())


def test_a_wan_change_is_a_problem_and_a_lan_change_is_not() -> None:
    assert placed(snapshot(stored("a", change("x"), role="wan"))).is_problem
    assert not placed(snapshot(stored("a", change("x")))).is_problem


INTACT = {
    "target": "mis-db",
    "repository": "mis-db",
    "status": "intact",
    "parts": ["1/30"],
    "of": 30,
    "unread": 0,
}
DAMAGED = {
    "target": "mis-db", "repository": "mis-db", "status": "damaged", "part": "1/30", "datasets": ["mis-db"],
    "snapshots": ["4f1c"], "certain": True,
}  # fmt: skip
PASSED = {"dataset": "mis-db", "snapshot": "4f1c", "run": "r", "time": NOW.isoformat(), "status": "passed"}
COPIED = {
    "target": "mis-db", "dataset": "mis-db", "repository": "mis-db", "status": "copied", "runs": [],
    "snapshots": [], "forgotten": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("backup.drill", PASSED, PASSED),
        ("backup.verify", INTACT, DAMAGED),
        ("backup.copy", COPIED, COPIED),
    ],
)
def test_a_failed_proof_of_a_backup_is_told_and_its_end_too(
    kind: str, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    """Also where the item of what failed is there beside its failure."""
    broken = document(kind, bad, failed=[failure("mis-db", "the backup is not whole", 15)], started=NOW)
    found = digest([document(kind, good, started=NOW), broken], {}, None, NOW)
    assert [(trouble.name, trouble.what) for trouble in found.backups] == [
        ("mis-db", "the backup is not whole")
    ]
    whole = digest([document(kind, good, started=NOW)], found.failing, None, NOW)
    assert (whole.backups, whole.recovered) == ((), ("mis-db",))


@pytest.mark.parametrize(("severity", "problem"), [("info", False), ("warning", False), ("critical", True)])
def test_the_severity_that_net_writes_is_the_one_that_is_told(severity: Severity, problem: bool) -> None:
    """Net says info, warning, critical. A report that read other words called no change important."""
    found = placed(snapshot(stored("a", change("x", severity))))
    assert (found.devices[0].severity, found.severity, found.is_problem) == (severity, severity, problem)
