"""What a directory's bytes mean."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bitools.user.decisions.account import expiry
from bitools.user.wire.attributes import encoded, guid_text, moment, sid_text

ISTANBUL = ZoneInfo("Europe/Istanbul")


def test_never_is_never() -> None:
    assert moment(None) is moment(b"0") is moment(b"9223372036854775807") is None
    assert moment(b"9223372036854775806") is None


@given(st.dates(date(1980, 1, 1), date(2900, 1, 1)))
def test_an_account_works_to_the_end_of_its_last_day_and_not_after(day: date) -> None:
    ends = moment(str(encoded(expiry(day, ISTANBUL))).encode())
    assert ends is not None
    local = ends.astimezone(ISTANBUL)
    assert (local.date() - day).days == 1
    assert (local.hour, local.minute) == (0, 0)


def test_the_expiry_is_what_windows_writes() -> None:
    assert moment(str(encoded(expiry(date(2026, 12, 31), ISTANBUL))).encode()) == datetime(
        2026, 12, 31, 21, tzinfo=UTC
    )


def test_identifiers_read_as_windows_prints_them() -> None:
    administrators = bytes.fromhex("01020000000000052000000020020000")
    assert sid_text(administrators) == "S-1-5-32-544"
    assert guid_text(bytes(range(16))) == "03020100-0504-0706-0809-0a0b0c0d0e0f"
