"""Patterns are linear, and a tame one reads a short line as the linear engine does."""

from __future__ import annotations

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from bitools import platforms, regex
from bitools.regex import taming

SHIPPED = sorted(
    {
        pattern
        for name in platforms.names()
        for one in [platforms.load(name)]
        for pattern in (*one.secrets, *one.volatile, *(rule.line for rule in one.rules.keyed), *one.errors)
    }
)
WORDS = [
    "password",
    "secret",
    "key",
    "7",
    " ",
    "$1$ab",
    "md5",
    "snmp-server community",
    '"a b"',
    "10.0.0.1",
    "ş",
]


@given(st.sampled_from(SHIPPED), st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_both_engines_read_a_line_alike(pattern: str, line: str) -> None:
    short = regex.compile(pattern).search(line)
    long = regex.compile(pattern).search(line + "\n" * 300)  # too long for Python's own
    if not pattern.endswith("$"):
        assert (short and short.span()) == (long and long.span())


@pytest.mark.parametrize(
    ("pattern", "sign"),
    [
        ("key (?!chain)", "(?!"),
        ("(?<=x)y", "(?<"),
        ("a(?=b)", "(?="),
        ("(?P<a>x)(?P=a)", "(?P="),
        ("(", "regular"),
    ],
)
def test_a_pattern_that_is_not_linear_is_refused_with_how_to_write_it(pattern: str, sign: str) -> None:
    with pytest.raises(regex.Unsuitable) as caught:
        regex.compile(pattern)
    assert sign in str(caught.value)


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|aa)+b", "(?:a*)*b"])
def test_what_would_take_for_ever_takes_no_time(pattern: str) -> None:
    assert regex.compile(pattern).search("a" * 250) is None
    assert regex.compile(pattern).search("a" * 1_000_000) is None


@pytest.mark.parametrize(
    ("pattern", "lines", "tame"),
    [
        (r"^!.*$", True, True),
        (r"^(.*)$", True, False),  # nothing, too: the engines do not agree on what is behind nothing
        (r"^x[^y]*y", True, False),  # from each line to the end of the text
        (r"^x[^y\n]*y", True, True),
        (r"^ *\w+$", True, False),  # two repeats share out a line in many ways
        (r"^!.*$", False, False),  # of one line only: nothing is gained
        (r"(?s)^!.*$", True, False),
        (r"^\s*!", True, False),
        (r"[a-z][a-z0-9-]*|\{x\}", False, True),
        (r"[a-z]*x", False, False),
        (r"(?:ab)*", False, False),
        (r"a{300,}", False, False),
    ],
)
def test_pythons_own_engine_meets_long_texts_only_where_it_gives_nothing_back(
    pattern: str, lines: bool, tame: bool
) -> None:
    assert bool(taming.for_any_text(pattern, lines)) is tame


def test_one_pattern_of_many_names_the_one_that_is_wrong() -> None:
    assert regex.any_of(()) is None
    with pytest.raises(regex.Unsuitable, match="chain"):
        regex.any_of(("fine", "key (?!chain)"))


@pytest.mark.parametrize("pattern", ["ab", r"\ba", r"^a|b$", r"(?i)key[^\S\n]*$", r"ş", r"$", r"x*"])
@given(st.lists(st.text(st.sampled_from("abAB xkey ş\té"), max_size=6), max_size=8))
def test_one_look_at_a_text_finds_the_lines_that_single_looks_find(pattern: str, lines: list[str]) -> None:
    compiled = regex.compile(pattern, lines=True)
    one_by_one = [number for number, line in enumerate(lines or [""]) if compiled.search(line)]
    assert compiled.line_numbers("\n".join(lines)) == one_by_one


@pytest.mark.parametrize(
    "pattern",
    [
        "b",
        "[ab ]",
        "",
        r"b.*?y",
        r"(?P<w>\w+) ?",
        r"^k|y$",
        "[abk ]*",
        "e+",
        "(|a)",
        r"(a|b)?x*",
        "ş(e)?",
        r"(?m)^ ?k",
        r"\bke",
        r"^(.*)$",  # from here on: what Python's own may look for in any text
        r"^k[^\n]*?y",
        r"^(?:a|b).*$",
        r"[ab][abk]*| (k)",
        r"a(?:b|k[ey]*)",
        r"k\s+",
    ],
)
@given(st.text(st.sampled_from("abk eyxş\n\t€"), max_size=30), st.booleans())
def test_every_match_of_a_long_text_is_where_the_engine_for_letters_sees_it(
    pattern: str, text: str, lines: bool
) -> None:
    """Long texts go through bytes, and through Python's own engine where that takes each place alike."""
    text += "ş, " * 100
    compiled = regex.compile(pattern, lines=lines)
    letters = re2.compile(f"(?m){pattern}" if lines else pattern)
    found = [
        (one.span(), one.groups(), [(one[at + 1], one.span(at + 1)) for at in range(len(one.groups()))])
        for one in compiled.finditer(text)
    ]
    assert found == [
        (one.span(), one.groups(), [(one.group(at + 1), one.span(at + 1)) for at in range(letters.groups)])
        for one in letters.finditer(text)
    ]
    assert compiled.sub("-", text) == letters.sub("-", text)
    assert compiled.sub(lambda one: one[0] * 2, text) == letters.sub(lambda one: one.group() * 2, text)
