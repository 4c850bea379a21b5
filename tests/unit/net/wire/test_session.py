"""What a terminal sends as text, and the prompt at its end."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitools import platforms
from bitools.net.wire.session import decoded

LINES = ["sw1#", "sw1>", "[admin@a] > ", "(a) >", "user@sw1> ", "{master:0}", "end", "", " ", "x" * 70]


@given(
    st.lists(st.sampled_from([b"\r", b"\n", b"\0", b"a", b"\x1b[m", b"\x1b[2K", b"\xc4\x9f"]), max_size=12)
)
def test_line_ends_of_every_kind_are_one(parts: list[bytes]) -> None:
    data = b"".join(parts)
    plain = re.sub(rb"\x1b\[[0-9;]*[A-Za-z]", b"", data).replace(b"\0", b"")
    assert decoded(data).encode() == re.sub(rb"\r*\n\r?", b"\n", plain)


@pytest.mark.parametrize("name", platforms.names())
@given(lines=st.lists(st.sampled_from(LINES), max_size=8), end=st.sampled_from(["", "\n", " \n\n\n\n", "\r"]))
def test_a_prompt_is_found_as_if_all_was_looked_at(name: str, lines: list[str], end: str) -> None:
    platform = platforms.load(name)
    text = "\n".join(lines) + end
    found = platform.prompt_at_end(text)
    whole = re.search(rf"(?:^|[\r\n])(?P<whole>{platform.prompt.pattern})\s*$", text)
    assert (found and found["host"]) == (whole and whole["host"])


def test_a_megabyte_of_returns_is_read_like_any_other() -> None:
    """Looked at from each of them to the last, it would take an hour, and every other device would wait."""
    assert decoded(b"\r" * 1_000_000 + b"x\r\r\n") == "\r" * 1_000_000 + "x\n"
