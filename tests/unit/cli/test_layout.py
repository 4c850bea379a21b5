"""A table on a terminal: no word broken, nothing lost, no line longer than the terminal if it can be helped."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bitools.cli.layout import lines

WORDS = st.text("abcçğ-.:/", max_size=12)
TABLES = st.integers(1, 6).flatmap(
    lambda columns: st.lists(
        st.lists(st.lists(WORDS, max_size=4).map(" ".join), min_size=columns, max_size=columns),
        min_size=1,
        max_size=5,
    )
)


@given(TABLES, st.integers(40, 120))
def test_nothing_is_lost_and_nothing_broken(cells: list[list[str]], width: int) -> None:
    shown = list(lines(cells, width))
    for number, row in enumerate(cells):
        text = " ".join(line for at, line in shown if at == number)
        assert text.replace("·", " ").split() == " ".join(row).split()
    first = max(len(row[0]) for row in cells)
    assert all(len(line) <= max(width, first) for _number, line in shown)


@given(TABLES)
def test_without_a_width_a_row_is_a_line(cells: list[list[str]]) -> None:
    assert [number for number, _line in lines(cells)] == list(range(len(cells)))


def test_what_does_not_fit_stands_under_its_row() -> None:
    cells = [
        ["commit", "device", "what"],
        ["6184f6b246", "sw-merkez-01", "a long sentence of many words that goes on"],
    ]
    assert [line for _number, line in lines(cells, 40)] == [
        "commit      device",
        "    what",
        "6184f6b246  sw-merkez-01",
        "    a long sentence of many words that",
        "    goes on",
    ]
