"""A pattern is only spared a line it cannot match."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitools import platforms
from bitools.net.decisions.required_literals import Finder, literals_of

PATTERNS = sorted(
    {
        pattern
        for name in platforms.names()
        for one in [platforms.load(name)]
        for pattern in (*one.secrets, *one.volatile_secrets)
    }
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_secret_has_a_word_to_look_for(pattern: str) -> None:
    assert literals_of(pattern)


@given(
    st.data(),
    st.sampled_from([pattern for pattern in PATTERNS if "(?!" not in pattern and "(?P=" not in pattern]),
)
def test_what_matches_is_never_spared(data: st.DataObject, pattern: str) -> None:
    line = data.draw(st.from_regex(pattern)).replace("\n", " ")
    if re.search(pattern, line):
        assert Finder([pattern]).lines(f"before\n{line}\nafter") == [1] or 1 in (
            Finder([pattern]).lines(f"before\n{line}\nafter") or []
        )


def test_ignoring_case_looks_at_every_line() -> None:
    assert Finder(["(?i)secret"]).lines("a\nb") is None
    assert Finder(["a|b*"]).lines("a\nb") is None
