"""Which folder, and which table, is missed; which is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bitools.backup.decisions import places, tables
from bitools.backup.decisions.places import Census
from bitools.backup.decisions.tables import Table

DAY = datetime(2026, 11, 1, tzinfo=UTC)
OFFICE = {"/p": 900} | {f"/p/b{n}": 30 for n in range(30)} | {f"/p/b{n}/2025": 15 for n in range(30)}


def office(**changes: int) -> dict[str, int]:
    """Files by folder; `b3=0` is a department that is gone."""
    now = OFFICE | {f"/p/{name.replace('__', '/')}": count for name, count in changes.items()}
    return now | {"/p": sum(count for name, count in now.items() if name.count("/") == 2)}


@pytest.mark.parametrize(
    ("now", "bare", "packed", "found"),
    [
        (office(b3=0, b3__2025=0), (), (), ("/p/b3",)),
        (office(b3=0, b4=2), (), (), ("/p/b3", "/p/b4")),  # a note is left
        (office(b3=0, yeni=30), (), (), ()),  # it has another name
        (office(b3=0, yeni=5), (), (), ("/p/b3",)),
        (office(b3=0, b4=0, b5=90), (), (), ()),  # both went to a third
        (office(b3=0), (), ("/p/b3-2026",), ()),  # packed beside
        (office(b3=15, b3__2025=0), (), (), ()),  # a year was archived
        (office(b3=15, b3__2025=0), ("/p/b3/2025",), (), ("/p/b3/2025",)),  # there and empty
        (office(b3=9), (), (), ()),  # tidied
    ],
)
def test_a_folder_that_is_gone(now, bare, packed, found):
    past = places.learned(Census(OFFICE), {}, DAY)
    census = Census(now, frozenset(bare), frozenset(packed))
    assert places.missed(census, past, DAY + timedelta(days=1)) == found


def test_a_folder_of_yesterday_is_not_missed_and_one_of_last_week_is():
    past = places.learned(Census(OFFICE), {}, DAY)
    past = places.learned(Census(office(gecici=40)), past, DAY + timedelta(days=1))
    for days, found in ((2, ()), (7, ("/p/gecici",))):
        assert places.missed(Census(OFFICE), past, DAY + timedelta(days=days)) == found


def test_a_folder_that_is_emptied_by_habit_is_told_once():
    past = places.learned(Census(OFFICE), {}, DAY)
    past = places.learned(Census(office(b3=0)), past, DAY + timedelta(days=1))  # accepted
    past = places.learned(Census(OFFICE), past, DAY + timedelta(days=2))
    assert places.missed(Census(office(b3=0)), past, DAY + timedelta(days=30)) == ()
    past = places.learned(Census(OFFICE), past, DAY + timedelta(days=120))
    assert places.missed(Census(office(b3=0)), past, DAY + timedelta(days=121)) == ("/p/b3",)


def test_of_one_folder_that_holds_most_those_inside_are_missed():
    deep = {"/p": 930, "/p/veri": 900, "/p/ek": 30} | {f"/p/veri/b{n}": 30 for n in range(30)}
    past = places.learned(Census(deep), {}, DAY)
    gone = deep | {"/p": 900, "/p/veri": 870, "/p/veri/b3": 0}
    assert places.missed(Census(gone), past, DAY) == ("/p/veri/b3",)


@pytest.mark.parametrize(
    ("name", "history", "now", "found"),
    [
        ("mahalle", [40], 0, True),
        ("mahalle", [40], 39, False),
        ("para_birimi", [3], 0, False),  # a handful, once
        ("para_birimi", [3, 3], 0, True),
        ("mahalle", [40, 0, 40], 0, False),  # it comes and goes
        ("sepet", [40, 15, 40], 0, False),
        ("borc", [1000], 4, True),  # a note in the place of thousands
        ("borc", [1000], 400, False),
        ("public.django_session", [400], 0, False),
        ("oturumlar", [400], 0, False),
        ("islem_log", [400], 0, False),
        ("katalog", [400], 0, True),
    ],
)
def test_a_table_that_is_emptied(name, history, now, found):
    past: dict[str, Table] = {}
    for rows in history:
        past = tables.learned({name: rows}, past)
    assert tables.emptied({name: now}, past) == ((name,) if found else ())
