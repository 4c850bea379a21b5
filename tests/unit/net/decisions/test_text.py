"""A text is split once and looked at once, and what is found in it is what single looks would find."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bitools import regex
from bitools.net.decisions.text import Sought, Text
from bitools.net.verbs import diff_stored
from bitools.state import Document

PATTERNS = [
    regex.compile(pattern, lines=True) for pattern in ("key", r"^x|b$", r"[ ]$", "ş", r"(?i)a b", r"<secret")
]
LINES = st.lists(st.text(st.sampled_from("abAB xkey ş\t<secret"), max_size=6), max_size=8)


@given(LINES, st.sets(st.integers(0, 7)), st.integers(0, 3), st.integers(0, 8))
def test_one_look_for_all_finds_what_a_look_for_each_finds(
    lines: list[str], gone: set[int], start: int, end: int
) -> None:
    sought = Sought(PATTERNS)
    whole = Text(lines, sought)
    for text in (
        whole,
        whole.without(gone),
        whole.copy(),
        whole.part(start, max(start, end)),
        whole.instead(lines),
    ):
        plain = Text(text.lines)
        for pattern in PATTERNS:
            assert list(text.having(pattern)) == list(plain.having(pattern))


@given(LINES)
def test_what_nobody_said_would_be_sought_is_found_too(lines: list[str]) -> None:
    other = regex.compile("x", lines=True)
    assert list(Text(lines, Sought(PATTERNS[:1])).having(other)) == list(Text(lines).having(other))


def test_what_is_written_anew_is_looked_at_anew() -> None:
    text = Text(["a", "key 7", "b"], Sought(PATTERNS))
    assert list(text.having(PATTERNS[0])) == [1]
    text.replace(1, "kez")
    assert list(text.having(PATTERNS[0])) == []


def test_files_are_split_once_from_the_first_look_to_the_last_word(tmp_path: Path) -> None:
    """Cleaned, masked and compared by the same lines; what is split again are the few blocks that differ."""
    blocks = [
        f"interface Vlan{number}\n description oda {number}\n ip address 10.0.{number % 250}.1 255.255.255.0\n!\n"
        for number in range(2_000)
    ]
    head = "version 15.2\nhostname sw-1\nenable secret 5 $1$labc$Uo2nq0m1D0RZc3mXw8bKj/\nbanner motd ^C\nbir\n^C\n"
    old, new = tmp_path / "old.cfg", tmp_path / "new.cfg"
    old.write_text(head + "".join(blocks) + "end\n")
    blocks[700] = blocks[700].replace("oda 700", "oda 7")
    new.write_text(head + "".join(blocks) + "end\n")
    document: Document[Any] = Document(diff_stored.SCHEMA, "run", datetime(2026, 11, 28, tzinfo=UTC))
    splits: Counter[str] = Counter()

    def count(_frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call" and called.__name__ in ("split", "splitlines", "partition"):
            whole = getattr(called, "__self__", "")
            if isinstance(whole, str) and len(whole) > old.stat().st_size // 2:
                splits[called.__name__] += 1

    sys.setprofile(count)
    try:
        diff_stored.files(document, old, new, "cisco_ios")
    finally:
        sys.setprofile(None)
    assert [change["kind"] for change in document.items[0]["changes"]] == ["modified"]
    assert splits == {"split": 2}, "once for each of the two"
