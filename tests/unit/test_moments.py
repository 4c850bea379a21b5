"""One grammar of dates for every command: what a person types, and whatever bitools itself prints."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitools import i18n, moments
from bitools.backup.decisions.tiers import periods
from bitools.errors import Usage
from bitools.inventory.tiers import TIERS
from bitools.state import new_run

ISTANBUL = ZoneInfo("Europe/Istanbul")
NOW = datetime(2026, 11, 28, 3, 10, tzinfo=ISTANBUL)
ZONES = [ISTANBUL, ZoneInfo("UTC"), ZoneInfo("America/Los_Angeles"), ZoneInfo("Asia/Kathmandu")]


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ISTANBUL)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("7d", local(2026, 11, 21, 3, 10), None),
        ("2w", local(2026, 11, 14, 3, 10), None),
        ("12h", local(2026, 11, 27, 15, 10), None),
        ("3m", local(2026, 8, 28, 3, 10), None),
        ("3mo", local(2026, 8, 28, 3, 10), None),
        ("9mo", local(2026, 2, 28, 3, 10), None),
        ("1y", local(2025, 11, 28, 3, 10), None),
        ("2 hafta", local(2026, 11, 14, 3, 10), None),
        ("7 gün önce", local(2026, 11, 21, 3, 10), None),
        ("7 days ago", local(2026, 11, 21, 3, 10), None),
        ("now", NOW, None),
        ("bugün", local(2026, 11, 28), local(2026, 11, 28, 23, 59, 59, 999_999)),
        ("DÜN", local(2026, 11, 27), local(2026, 11, 27, 23, 59, 59, 999_999)),
        ("2026-11-28", local(2026, 11, 28), local(2026, 11, 28, 23, 59, 59, 999_999)),
        ("28.11.2026", local(2026, 11, 28), local(2026, 11, 28, 23, 59, 59, 999_999)),
        ("1.2.2026", local(2026, 2, 1), local(2026, 2, 1, 23, 59, 59, 999_999)),
        ("20261128", local(2026, 11, 28), local(2026, 11, 28, 23, 59, 59, 999_999)),
        ("2026-11", local(2026, 11, 1), local(2026, 11, 30, 23, 59, 59, 999_999)),
        ("2026-12", local(2026, 12, 1), local(2026, 12, 31, 23, 59, 59, 999_999)),
        ("2026", local(2026, 1, 1), local(2026, 12, 31, 23, 59, 59, 999_999)),
        ("2026-W47", local(2026, 11, 16), local(2026, 11, 22, 23, 59, 59, 999_999)),
        ("2026-Q4", local(2026, 10, 1), local(2026, 12, 31, 23, 59, 59, 999_999)),
        ("2026-H1", local(2026, 1, 1), local(2026, 6, 30, 23, 59, 59, 999_999)),
        ("28.11.2026 14:30", local(2026, 11, 28, 14, 30), local(2026, 11, 28, 14, 30, 59, 999_999)),
        ("2026-11-28T14:30:05", local(2026, 11, 28, 14, 30, 5), local(2026, 11, 28, 14, 30, 5, 999_999)),
        ("28 KASIM 2026 14:30", local(2026, 11, 28, 14, 30), local(2026, 11, 28, 14, 30, 59, 999_999)),
        ("5 august 2026", local(2026, 8, 5), local(2026, 8, 5, 23, 59, 59, 999_999)),
        ("30min", local(2026, 11, 28, 2, 40), None),
        ("90 dakika önce", local(2026, 11, 28, 1, 40), None),
        ("Kasım 2026", local(2026, 11, 1), local(2026, 11, 30, 23, 59, 59, 999_999)),
        ("february 2024", local(2024, 2, 1), local(2024, 2, 29, 23, 59, 59, 999_999)),
        ("dün 14:30", local(2026, 11, 27, 14, 30), local(2026, 11, 27, 14, 30, 59, 999_999)),
        ("today 02:05:09", local(2026, 11, 28, 2, 5, 9), local(2026, 11, 28, 2, 5, 9, 999_999)),
        ("02:05", local(2026, 11, 28, 2, 5), local(2026, 11, 28, 2, 5, 59, 999_999)),
        ("half-yearly 2026-H1", local(2026, 1, 1), local(2026, 6, 30, 23, 59, 59, 999_999)),
        ("ALTI AYLIK 2026-H1", local(2026, 1, 1), local(2026, 6, 30, 23, 59, 59, 999_999)),
        ("28.11.2026-14:30:05", local(2026, 11, 28, 14, 30, 5), local(2026, 11, 28, 14, 30, 5, 999_999)),
        ("2026-11-28T11:30:00Z", local(2026, 11, 28, 14, 30), local(2026, 11, 28, 14, 30, 0, 999_999)),
        ("2026-11-28 13:30+02:00", local(2026, 11, 28, 14, 30), local(2026, 11, 28, 14, 30, 59, 999_999)),
    ],
)  # fmt: skip
def test_what_people_type(typed: str, first: datetime, last: datetime | None) -> None:
    assert moments.moment(typed, NOW, ISTANBUL) == first
    assert moments.moment(f" {typed} ", NOW, ISTANBUL, end=True) == (last or first)


def test_a_moment_keeps_its_own_offset() -> None:
    read = moments.moment
    assert read("2026-11-01", NOW, ISTANBUL).isoformat() == "2026-11-01T00:00:00+03:00"
    end = read("2026-11-01", NOW, ISTANBUL, end=True)
    assert end.isoformat(timespec="seconds") == "2026-11-01T23:59:59+03:00"
    assert read("2026-11-01T10:00:00+00:00", NOW, ISTANBUL).utcoffset() == timedelta(0)
    assert read("2w", NOW, ISTANBUL) == NOW - timedelta(weeks=2)


@pytest.mark.parametrize(
    "typed",
    ["", "soon", "7x", "0d", "2026-13-01", "2026-02-30", "31.11.2026", "2026-11-28 25:00", "2026-11-28 14:30 x",
     "28 Brumaire 2026", "Brumaire 2026", "half-yearly", "yarım 2026-H2", "dün x", "now 14:30", "25:00", "14:30:61", "2026-11-28-14:30", "2026-W60", "2026-Q5", "2026-H3", "99999y", "1.1.99999", "2026-11-28T14:30+99:00", "٣d"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_examples(typed: str) -> None:
    with pytest.raises(Usage) as refused:
        moments.moment(typed, NOW, ISTANBUL)
    assert "28.11.2026" in refused.value.hint


@given(
    moment=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from(ZONES)),
    language=st.sampled_from(i18n.LANGUAGES),
)
def test_whatever_bitools_prints_it_reads(moment: datetime, language: str) -> None:
    """Each printed form names a stretch in which the moment lies, and none longer than it says."""
    zone = moment.tzinfo
    moment = moment.astimezone(UTC).astimezone(zone)  # a time that clocks showed
    text = moment.isoformat(timespec="milliseconds")
    minute, day = timedelta(minutes=1), timedelta(hours=25)
    with i18n.spoken(language):
        printed = {
            text: timedelta(milliseconds=1),
            moment.isoformat(timespec="seconds"): timedelta(seconds=1),
            moment.isoformat(): timedelta(milliseconds=1) if moment.microsecond else timedelta(seconds=1),
            i18n.short_time(text): minute,
            i18n.short_time(text, seconds=True): timedelta(seconds=1),
            i18n.long_date(moment): minute,
            i18n.short_date(text): day,
            f"{i18n.month_name(moment.month)} {moment.year}": timedelta(days=32),
            f"{moment:%d.%m.%Y-%H:%M:%S}": timedelta(seconds=1),  # as the address log is handed over
            **dict.fromkeys(periods(TIERS, moment, zone), timedelta(days=366)),
            **dict.fromkeys(
                map(" ".join, zip(i18n.tiers().values(), periods(TIERS, moment, zone), strict=True)),
                timedelta(days=366),
            ),
        }
    for form, longest in printed.items():
        found = moments.stretch(form, NOW, zone)
        wall = moment.replace(fold=0) if found.first.utcoffset() != moment.utcoffset() else moment
        assert found.first <= wall <= found.last or found.first <= moment <= found.last, form
        assert found.last.astimezone(UTC) - found.first.astimezone(UTC) < longest, form
    # in UTC: to Python no time that clocks showed twice equals one of another zone (PEP 495)
    run = moments.moment(new_run(moment), NOW, zone).astimezone(UTC)
    assert run == moment.replace(microsecond=0).astimezone(UTC)


@given(st.text(max_size=30))
def test_no_text_is_more_than_a_refusal(text: str) -> None:
    try:
        found = moments.stretch(text, NOW, ISTANBUL)
    except Usage:
        return
    assert found.first <= found.last


@pytest.mark.parametrize(
    ("typed", "length"),
    [("36h", timedelta(hours=36)), ("10d", timedelta(days=10)), ("8w", timedelta(weeks=8)),
     ("6m", timedelta(days=182.625)), ("6mo", timedelta(days=182.625)), ("3y", timedelta(days=1095.75)),
     ("3 yıl", timedelta(days=1095.75)), ("45 min", timedelta(minutes=45))],
)  # fmt: skip
def test_spans(typed: str, length: timedelta) -> None:
    assert moments.span(typed) == length


@pytest.mark.parametrize("typed", ["", "1", "d", "0d", "-1d", "1.5d", "31y", "99999y"])
def test_no_spans(typed: str) -> None:
    with pytest.raises(Usage):
        moments.span(typed)


def test_a_day_is_one_day() -> None:
    for typed in ("2027-06-30", "30.06.2027", "30 Haziran 2027", "2027-06-30 14:00"):
        assert moments.day(typed, NOW, ISTANBUL) == date(2027, 6, 30)
    for typed in ("2027-06", "7d", "now"):
        with pytest.raises(Usage):
            moments.day(typed, NOW, ISTANBUL)


@pytest.mark.parametrize(
    ("text", "answer"),
    [("2026-11-28", True), ("28.11.2026 14:30", True), ("7d", True), ("dün", True), ("2026-W47", True), ("Kasım 2026", True),
     ("dün 14:30", True), ("14:30", True), ("14:30 x", False), ("kas 2026", False),
     ("6184f6b246", False), ("20261128", False), ("2026", False), ("HEAD~1", False), ("v1", False)],
)  # fmt: skip
def test_a_date_is_told_from_a_commit(text: str, answer: bool) -> None:
    assert moments.dated(text) is answer
