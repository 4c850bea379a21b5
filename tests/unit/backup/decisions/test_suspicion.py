"""What is strange in a run, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bitools.backup.decisions.suspicion import Extent, Sample, suspect

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
        (Extent(1000, 10_000_000, 0, 900), []),  # touched, and nobody looked at what is in them
    ],
)
def test_trees(now, found):
    assert reasons(now) == found


def test_a_dump_of_a_hundredth_is_strange_and_a_smaller_one_is_not():
    assert reasons(Extent(1, 50_000, 1), DUMPS, dump=True) == ["dump_shrunk"]
    assert reasons(Extent(1, 2_500_000, 1), DUMPS, dump=True) == []


def test_new_files_mean_nothing_where_the_paths_of_the_data_set_were_changed():
    assert reasons(Extent(1000, 10_000_000, 1000, 0), comparable=False) == []


def test_files_that_turned_random_are_strange_where_none_were_before():
    touched = Extent(1000, 10_000_000, 0, 300)
    assert reasons(touched, sample=Sample(100, 90, 0), usual_sample=Sample(200, 4, 2)) == ["random"]
    assert reasons(touched, sample=Sample(100, 90, 0), usual_sample=Sample(200, 150, 0)) == []
    assert reasons(touched, sample=Sample(100, 3, 60), usual_sample=Sample(200, 4, 2)) == ["random"]
    assert reasons(touched, sample=Sample(3, 3, 3), usual_sample=Sample(200, 4, 2)) == []


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
