"""A commit says how many lines came and went, where that is plain; whoever lists thousands need not ask git."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bitools.net.decisions.comparison.line_counts import counted, read, trailer

TEXTS = st.lists(st.sampled_from("abc!"), max_size=7)


def common(one: list[str], other: list[str]) -> int:
    """The length of a longest common subsequence, by its definition."""
    rows = [[0] * (len(other) + 1) for _line in range(len(one) + 1)]
    for at, mine in enumerate(one):
        for to, theirs in enumerate(other):
            best = max(rows[at][to + 1], rows[at + 1][to])
            rows[at + 1][to + 1] = rows[at][to] + 1 if mine == theirs else best
    return rows[-1][-1]


def text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


@given(TEXTS, TEXTS)
def test_what_is_counted_is_the_shortest_difference(old: list[str], new: list[str]) -> None:
    kept = common(old, new)
    assert counted(text(old), text(new)) in (None, (len(new) - kept, len(old) - kept))


def test_one_line_more_one_less_another_value_and_the_first_of_all() -> None:
    old = "a\n!\nb\n!\n"
    assert counted(old, "a\n!\nx\nb\n!\n") == (1, 0)
    assert counted(old, "a\n!\n") == (0, 2)
    assert counted(old, "a\n!\nc\n!\n") == (1, 1)
    assert counted("", old) == (4, 0)
    assert counted(old, "b\n!\na\n!\n") is None


def test_what_is_written_is_read_and_nothing_else_is() -> None:
    assert read(trailer((12, 3))) == (12, 3)
    assert read(trailer(None)) is read({"Lines": "many"}) is read({"Lines": "+1 -x"}) is None
