"""What stays on the report until somebody acts: it is not told once and forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bitools import i18n
from bitools.documents.envelope import Failure
from bitools.past.places import Place
from bitools.report.digest import view
from bitools.report.digest.cursor import Cursor, load, save
from bitools.report.digest.digest import Digest, digest
from bitools.report.digest.reminders import Lasting
from bitools.state import State
from tests import documents

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
PLACES = {"a": Place("merkez"), "b": Place("garaj"), "quiet": Place("garaj", silent=True)}


def said(before: Digest | None, *told: Any, days: float = 0.0) -> Digest:
    """A report so many days after NOW; the one before was a day earlier."""
    now = NOW + timedelta(days=days)
    reported = now - timedelta(days=1) if before else None
    failing = before.failing if before else {}
    return digest(told, failing, reported, now, PLACES, before.lasting if before else None)


def snapshot(*names: str, days: float = 0.0, failed: tuple[Failure, ...] = ()) -> Any:
    items = [documents.unchanged(name) for name in names]
    return document("net.snapshot", *items, days=days, failed=failed)


def document(kind: str, *items: Any, days: float = 0.0, **more: Any) -> Any:
    return documents.document(kind, *items, started=NOW + timedelta(days=days), **more)


def stored(name: str, commit: str, days: float = 0.0) -> Any:
    return document("net.snapshot", documents.stored(name, commit=commit), days=days)


def startup(name: str, added: int, days: float = 0.0) -> Any:
    return document("net.diff", documents.differing(name, added), days=days, against="startup")


def acknowledged(commit: str, days: float = 0.0) -> Any:
    return document("net.ack", documents.reviewed("a", commit), days=days)


def test_a_device_that_nobody_reads_any_more_is_news_once_and_stays() -> None:
    first = said(None, snapshot("a", "b"))
    assert (first.reminders.stale, first.is_news) == ({}, False)
    sixth = said(first, snapshot("a", days=6), days=6)
    assert sixth.reminders.stale == {}
    week = said(sixth, snapshot("a", days=7), days=7)
    assert (set(week.reminders.stale), week.reminders.news, week.is_news) == ({"b"}, {"b"}, True)
    after = said(week, snapshot("a", days=8), days=8)
    assert (set(after.reminders.stale), after.is_news) == ({"b"}, False)
    assert said(after, snapshot("b", days=9), days=9).reminders.stale == {}


def test_a_device_that_was_never_read_is_stale_a_week_after_the_report_met_it() -> None:
    assert set(said(said(None), days=7).reminders.stale) == {"a", "b"}


def test_a_device_that_fails_is_told_as_failing_and_not_as_stale() -> None:
    first = said(None, snapshot("a", "b"))
    night = snapshot("a", days=8, failed=(documents.failure("b"),))
    found = said(first, night, days=8)
    assert (set(found.reminders.stale), [trouble.name for trouble in found.troubles]) == (set(), ["b"])


def test_what_is_not_saved_is_news_once_and_stays_until_it_is_saved() -> None:
    first = said(None, startup("a", 3))
    assert (set(first.reminders.unsaved), first.is_news) == ({"a"}, True)
    second = said(first, snapshot("a"), days=1)
    assert (set(second.reminders.unsaved), second.is_news) == ({"a"}, False)
    assert said(second, startup("a", 0, days=2), days=2).reminders.unsaved == {}


def test_a_difference_from_the_snapshot_says_nothing_about_saving() -> None:
    other = {**startup("a", 3), "against": "snapshot"}
    assert said(None, other).reminders.unsaved == {}


def test_what_nobody_has_reviewed_stays_and_is_no_news() -> None:
    first = said(None, stored("a", "4f1c"), stored("a", "5e2d"))
    assert first.reminders.unreviewed == {}  # it is told as a change
    second = said(first, snapshot("a", days=1), days=1)
    assert {name: len(times) for name, times in second.reminders.unreviewed.items()} == {"a": 2}
    assert not second.is_news
    third = said(second, acknowledged("4f1c", days=2), acknowledged("5e2d", days=2), days=2)
    assert third.reminders.unreviewed == {}


def test_a_sites_part_holds_that_sites_reminders() -> None:
    found = said(None, startup("a", 1), startup("b", 1))
    assert set(found.at(("garaj",)).reminders.unsaved) == {"b"}
    assert found.at(("garaj",)).reminders.news == {"b"}


def test_the_mail_says_what_to_do_about_it() -> None:
    first = said(None, stored("a", "4f1c"), startup("b", 2))
    with i18n.spoken("en"):
        notes = view.notes(said(first, days=8))
    assert [(note.devices, note.hint) for note in notes] == [
        ("a (2026-11-22), b (2026-11-22)", "does cron run: bitools net snapshot"),
        ("b", "bitools net diff --against startup"),
        ("1 change, of 2026-11-22: a", "bitools net ack --list"),
    ]


def test_it_is_remembered_and_an_older_cursor_is_understood(tmp_path: Any) -> None:
    lasting = said(None, stored("a", "4f1c"), startup("b", 2)).lasting
    state = State(tmp_path)
    save(state, "changes", Cursor("", frozenset(), NOW, {}, 0, {}, lasting))
    assert load(state, "changes").lasting == lasting
    path = tmp_path / "report" / "changes.cursor"
    path.write_text(path.read_text().partition(', "lasting"')[0] + "}")
    assert load(state, "changes").lasting == Lasting()
