"""What people write as a pattern fits the same lines in git's bounded engine as in Python's."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bitools.errors import Usage
from bitools.net.decisions.pattern import LONGEST, linear

LINES = [
    "",
    "a",
    "ab",
    "abab 12",
    "x[1]",
    "a-b",
    "a^b",
    "{3}",
    "permit ip any any",
    "vlan 10,20",
    "  a.b\t_",
    "(a|b)*",
    "]",
    "\\",
]
ATOMS = st.sampled_from(
    [
        "a",
        "b",
        "x",
        "1",
        r"\d",
        r"\w",
        r"\s",
        r"\S",
        r"\.",
        r"\[",
        r"\]",
        r"\{",
        ".",
        "[ab]",
        "[^ab]",
        r"[\d,]",
        r"[\w.-]",
        "[a-c]",
        r"[\]x]",
        "[-a]",
        "[[a]",
        "[^]a]",
        "[\\^]",
        "]",
        " ",
    ]
)
COUNTED = st.tuples(ATOMS, st.sampled_from(["", "", "*", "+", "?", "*?", "+?", "{2}", "{1,2}", "{0,}"])).map(
    "".join
)
GROUPED = st.lists(COUNTED, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from(
        [f"(?:{'|'.join(parts)})", f"({''.join(parts)})", f"(?:{'|'.join(parts)})?"]
    )
)
PATTERNS = st.lists(st.one_of(COUNTED, GROUPED), min_size=1, max_size=3).map("".join)
# An anchor inside a repeated group is the C library's own riddle; people write them at the edges.
ANCHORED = st.tuples(st.sampled_from(["", "^"]), PATTERNS, st.sampled_from(["", "$"])).map("".join)


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("lines") / "lines"
    file.write_text("".join(f"{line}\n" for line in LINES))
    return file


def fitting(expression: str, lines: Path) -> list[int]:
    words = ["git", "grep", "--no-index", "-n", "-h", "-a", "-E", "-e", expression, "--", lines.name]
    done = subprocess.run(
        words,
        cwd=lines.parent,
        capture_output=True,
        text=True,
        check=False,
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode in (0, 1), (expression, done.stderr)
    numbers = [int(line.partition(":")[0]) for line in done.stdout.splitlines()]
    return [
        number for number in numbers if number <= len(LINES)
    ]  # git counts an empty line behind the last one


@settings(max_examples=80)
@given(pattern=ANCHORED)
def test_the_same_lines_as_in_python(lines: Path, pattern: str) -> None:
    try:
        expression = linear(pattern)
    except Usage:
        return  # `{2}` behind `{2}` is none in Python either
    assert fitting(expression, lines) == [n for n, line in enumerate(LINES, 1) if re.search(pattern, line)], (
        expression
    )


@pytest.mark.parametrize(
    "pattern", [r"(a)\1", "(?=a)", "(?<!a)b", "(?i)a", "a++", r"(?:a)(?P=n)", r"\x41", r"[\d-x]", "(?#x)a"]
)
def test_what_needs_backtracking_or_another_engine_is_refused(pattern: str) -> None:
    with pytest.raises(Usage):
        linear(pattern)


@pytest.mark.parametrize("pattern", ["(", "a{2,1}", "[a", "*a", "a" * (LONGEST + 1), "a\nb", "a\0b"])
def test_what_is_no_expression_is_a_wrong_command_line(pattern: str) -> None:
    with pytest.raises(Usage):
        linear(pattern)
