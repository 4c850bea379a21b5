"""What is strange in a run, and what is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bitools.backup.decisions.looks import Sample
from bitools.backup.decisions.memory import Memory
from bitools.backup.decisions.suspicion import Extent, drifted, suspect

PAST = [Extent(1000, 10_000_000, 10, 40)] * 5
DUMPS = [Extent(1, 5_000_000, 1)] * 5


def reasons(now: Extent, past=PAST, **more) -> list[str]:
    return [one.reason for one in suspect(now, past, **({"dump": False} | more))]


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (Extent(50, 9_000_000, 0, 0), ["files_gone"]),
        (Extent(1000, 500_000, 0, 1000), ["bytes_gone"]),
        (Extent(1000, 10_000_000, 800, 0), ["renamed"]),
        (Extent(3000, 30_000_000, 2000, 5), []),  # it grew, and all that was there still is
        (Extent(700, 7_000_000, 20, 30), []),  # a year was archived
        (Extent(220, 7_000_000, 0, 0), ["files_gone"]),  # more than three quarters
        (Extent(420, 7_000_000, 200, 0), ["files_gone"]),  # and a few others in their place
        (Extent(1000, 10_000_000, 0, 900), []),  # touched, and nobody looked at what is in them
    ],
)
def test_trees(now, found):
    assert reasons(now) == found


def test_a_dump_of_a_hundredth_is_strange_and_a_smaller_one_is_not():
    assert reasons(Extent(1, 50_000, 1), DUMPS, dump=True) == ["dump_shrunk"]
    assert reasons(Extent(1, 2_200_000, 1), DUMPS, dump=True) == ["dump_shrunk"]
    assert reasons(Extent(1, 2_500_000, 1), DUMPS, dump=True) == []


@pytest.mark.parametrize(
    ("now", "past", "found"),
    [
        (20, [40, 40], ["tables_gone"]),
        (30, [40, 40], []),  # a module was removed
        (20, [40, 22], []),  # it was like that before
        (1, [2, 2], ["tables_gone"]),
        (0, [40, 40], []),  # nobody knows how many
        (40, [1, 1, 40], []),
        (20, [1, 1, 40], ["tables_gone"]),  # an older version did not count
    ],
)
def test_a_dump_of_half_the_tables_is_strange_however_big_it_is(now, past, found):
    assert reasons(Extent(now, 5_000_000), [Extent(one, 5_000_000) for one in past], dump=True) == found


def test_a_table_that_is_emptied_every_month_is_told_once():
    begin, memory = datetime(2026, 3, 1, tzinfo=UTC), Memory("ana")
    told = []
    for day in range(120):
        now, size = begin + timedelta(days=day), Extent(9, 2_000_000 + day % 30 * 150_000)
        if reasons(size, memory.past("mis", now), dump=True):
            told.append(day)
            memory.strange["mis"] = size
            memory.accept("mis", now)
        else:
            memory.learn("mis", size)
    assert told == [30]
    assert reasons(Extent(9, 200_000), memory.past("mis", now), dump=True) == ["dump_shrunk"], "and no more"


def test_a_cache_that_is_emptied_every_week_is_told_once():
    """Good runs have lost as much before, and had hardly more left."""
    full, empty = Extent(4000, 9_000_000, 900), Extent(500, 1_500_000, 400)
    week = [Extent(1200 + 500 * day, 3_000_000 + 1_000_000 * day, 500) for day in range(6)]
    assert reasons(Extent(900, 3_000_000, 400), [*week, full]) == ["files_gone"]
    assert reasons(Extent(900, 3_000_000, 400), [full, empty, *week, full]) == []
    assert reasons(Extent(200, 3_000_000, 0), [full, empty, *week, full]) == ["files_gone"]


def test_new_files_mean_nothing_where_the_paths_of_the_data_set_were_changed():
    assert reasons(Extent(1000, 10_000_000, 1000, 0), comparable=False) == []


def of(**looks: int) -> Sample:
    return Sample({".dat": looks}, sum(looks.values()))


def test_files_that_turned_random_are_strange_where_none_were_before():
    touched, office = Extent(1000, 10_000_000, 0, 300), of(text=194, random=4, other=2)
    assert reasons(touched, sample=of(random=90, text=10), usual_sample=office) == ["random"]
    assert reasons(touched, sample=of(random=90, text=10), usual_sample=of(random=150, text=50)) == []
    assert reasons(touched, sample=of(unmarked=60, text=40), usual_sample=office) == ["random"]
    assert reasons(touched, sample=of(random=3), usual_sample=office) == []


def test_what_is_new_beside_all_that_was_there_is_no_damage():
    """Pictures, an archive, another department: random by nature, of types never seen, and nothing is lost."""
    pictures = Sample({".raw": {"random": 200}}, 900)
    assert reasons(Extent(1900, 90_000_000, 900, 3), sample=pictures, usual_sample=of(text=200)) == []
    encrypted = Sample({".locked": {"random": 200}}, 900)
    assert reasons(Extent(1000, 10_000_000, 500, 3), sample=encrypted, usual_sample=of(text=200)) == [
        "random"
    ]


def test_what_was_as_small_before_is_not_strange():
    """An export that is small on Sundays, once accepted."""
    assert reasons(Extent(1, 40_000, 1), [Extent(1, 50_000, 1), *DUMPS], dump=True) == []


def test_a_tree_that_grew_yesterday_and_is_lost_today_is_strange():
    grown = [*PAST, Extent(9000, 90_000_000, 8000, 3)]
    assert reasons(Extent(400, 4_000_000, 0, 0), grown) == ["files_gone", "bytes_gone"]
    assert "renamed" in reasons(Extent(9000, 90_000_000, 7200, 0), grown)


def test_dumps_that_are_named_by_their_days_are_new_each_time_and_not_renamed():
    """Once two such runs were good."""
    named = [Extent(30, 9_000_000, 0), Extent(30, 9_000_000, 29)]
    assert reasons(Extent(30, 9_000_000, 30), named) == ["renamed"]
    assert reasons(Extent(30, 9_000_000, 30), [*named, Extent(30, 9_000_000, 30)]) == []


def test_one_big_file_that_turned_random_is_strange_among_many_small_ones_and_alone():
    usual = Sample({".mbox": {"text": 2}, ".txt": {"text": 98}}, 100, {".mbox": {"text": 6_000_000}})
    now = Extent(100, 10_000_000, 0, 1, 3_000_000)
    turned = Sample({".mbox": {"random": 1}}, 1, {".mbox": {"random": 3_000_000}})
    assert reasons(now, [Extent(100, 10_000_000)], sample=turned, usual_sample=usual) == ["random"]
    alone = Extent(2, 6_000_000, 0, 1, 3_000_000)
    assert reasons(alone, [Extent(2, 6_000_000)], sample=turned, usual_sample=usual) == ["random"]
    letters = Sample({".mbox": {"text": 1}}, 1, {".mbox": {"text": 3_000_000}})
    assert reasons(now, [Extent(100, 10_000_000)], sample=letters, usual_sample=usual) == []
    grown = Extent(101, 13_000_000, 1, 0, 3_000_000)
    image = Sample({".img": {"random": 1}}, 1, {".img": {"random": 3_000_000}})
    assert reasons(grown, [Extent(100, 10_000_000)], sample=image, usual_sample=usual) == []


@pytest.mark.parametrize(
    ("usual", "now", "found"),
    [
        ("text", "page", True),
        ("text", "random", True),
        ("marked", "text", True),
        ("text", "text", False),
        ("random", "other", False),  # packed by a program that leaves no mark
        ("other", "random", False),
        ("other", "text", True),
    ],
)
def test_a_dump_that_begins_otherwise_is_strange(usual, now, found):
    """An error page, something encrypted, a message in the place of an archive: as big as ever."""
    past, sample = Sample({".sql": {usual: 1}}, 1), Sample({".sql": {now: 1}}, 1)
    told = reasons(DUMPS[0], DUMPS, dump=True, sample=sample, usual_sample=past)
    assert told == ["dump_unlike"] * found


def test_files_that_turned_bit_by_bit_are_strange_and_new_types_are_not():
    usual = Sample({".txt": {"text": 100}}, 500)
    assert drifted(Sample({".txt": {"text": 80, "random": 20}}, 500), usual)
    assert not drifted(Sample({".txt": {"text": 80, "random": 20}}, 620), usual), "as many came in addition"
    assert not drifted(Sample({".txt": {"text": 100}, ".raw": {"random": 100}}, 500), usual)


def test_a_folder_whose_files_all_look_as_a_fifth_of_their_type_is_not_odd():
    usual = Sample({".jpg": {"marked": 22, "unmarked": 84}, ".txt": {"text": 95, "blank": 5}}, 900)
    assert Sample({".jpg": {"marked": 23}}, 23).odd(usual) == 0
    assert Sample({".jpg": {"hollow": 23}}, 23).odd(usual) == 1
    assert Sample({".txt": {"blank": 20, "text": 20}}, 40).odd(usual) == 0.5
    assert Sample({".locked": {"random": 20}, ".txt": {"text": 20}}, 40).odd(usual) == 0.5


def test_a_first_run_is_never_strange():
    assert reasons(Extent(3, 10, 3), []) == []


@given(
    some.lists(
        some.builds(Extent, some.integers(0, 10**6), some.integers(0, 10**12)), min_size=1, max_size=14
    ),
    some.booleans(),
)
def test_what_is_as_it_was_is_never_strange(past, dump):
    """Law: the middle of what was is no surprise."""
    middle = sorted(past, key=lambda one: (one.files, one.bytes))[len(past) // 2]
    assert suspect(middle, [middle] * len(past), dump=dump) == ()


def test_what_is_hollow_is_strange_only_to_who_looked_inside_before():
    """After an update the first look sees more than the one it is held against."""
    touched, now = Extent(1000, 10_000_000, 0, 900), Sample({".jpg": {"hollow": 90}}, 900, inside=True)
    for inside, found in ((True, ["random"]), (False, [])):
        usual = Sample({".jpg": {"marked": 200}}, 1000, {".jpg": {"marked": 9_000_000}}, inside=inside)
        assert reasons(touched, sample=now, usual_sample=usual) == found
        heavy = Sample({}, 1, {".jpg": {"hollow": 9_000_000}}, inside=True)
        assert reasons(touched, sample=heavy, usual_sample=usual) == found
