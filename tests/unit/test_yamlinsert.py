"""An entry more in a file that a person wrote: nothing else changes, not a byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bitools.errors import Refused
from bitools.yamlfile import flow, parse
from bitools.yamlinsert import inserted
from tests.conftest import ROOT

HERE = Path("x.yaml")
NAMES = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,6}", fullmatch=True)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co", "Zl", "Zp"]), max_size=12)
VALUES = st.recursive(
    st.one_of(WORDS, st.integers(-9, 9999), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=5,
)
COMMENTS = st.one_of(st.just(""), st.from_regex(r" # [a-zğışç:{}\[\],'\"-]{0,12}", fullmatch=True))
BETWEEN = st.one_of(st.just(""), st.just("\n"), st.just("  # sw-02: {host: 10.0.0.2}\n"), st.just("# ---\n"))


def _line(draw: st.DrawFn, indent: str, name: str) -> str:
    """One entry as a person might write it: in braces, over several lines, as a block of text."""
    value, comment = draw(VALUES), draw(COMMENTS)
    shape = draw(st.sampled_from(["flow", "block", "text", "nothing", "braces"]))
    if shape == "nothing":
        return f"{indent}{name}:{comment}\n"
    if shape == "text":
        sign = draw(st.sampled_from(["|", ">", "|-", "|+"]))
        return f"{indent}{name}: {sign}\n{indent}    bir: iki # metin\n{indent}    üç\n"
    if shape == "block":
        return f"{indent}{name}:{comment}\n{indent}    a: {flow(value)}\n{indent}    b:\n{indent}    - 1{comment}\n"
    if shape == "braces":
        return f"{indent}{name}: {{a: {flow(value)},{comment}\n{indent}   b: 2{comment}\n{indent} }}\n"
    return f"{indent}{name}: {flow(value)}{comment}\n"


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file with the key `datasets`, or without it, in any shape; a last line that is not ended among them."""
    text = draw(st.sampled_from(["", "\ufeff", "---\n", "# baş\n", "%YAML 1.2\n---\n"]))
    top = draw(st.lists(NAMES.filter(lambda name: name != "datasets"), unique=True, max_size=3))
    place = draw(st.integers(-1, len(top)))
    for number, name in enumerate([*top, ""]):
        if number == place:
            text += _datasets(draw)
        if name:
            text += _line(draw, "", name) + draw(BETWEEN)
    if draw(st.booleans()):
        text = text.removesuffix("\n")
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def _datasets(draw: st.DrawFn) -> str:
    shape = draw(st.sampled_from(["none", "braces", "full", "block"]))
    if shape == "none":
        return f"datasets:{draw(COMMENTS)}\n{draw(BETWEEN)}"
    if shape == "braces":
        return f"datasets: {{}}{draw(COMMENTS)}\n{draw(BETWEEN)}"
    names = draw(st.lists(NAMES, unique=True, min_size=1, max_size=3))
    if shape == "full":
        inside = ", ".join(f"{name}: {flow(draw(VALUES))}" for name in names)
        return f"datasets: {{{inside}{draw(st.sampled_from(['', ',', ' ']))}}}\n{draw(BETWEEN)}"
    indent = " " * draw(st.integers(1, 4))
    return "datasets:\n" + "".join(_line(draw, indent, name) + draw(BETWEEN) for name in names)


def is_subsequence_but_for_one_piece(old: str, new: str) -> bool:
    """Is the new text the old one with one piece put in?"""
    head = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    tail = len(old) - head
    return tail == 0 or new.endswith(old[head:])


@settings(max_examples=60)
@given(files(), NAMES, VALUES)
def test_an_entry_is_added_and_nothing_else_changes(text: str, name: str, value: object) -> None:
    before = parse(text, HERE).data or {}
    if name in (before.get("datasets") or {}):
        with pytest.raises(Refused) as caught:
            inserted(text, ("datasets",), name, value, "x.yaml")
        assert "datasets" in caught.value.hint
        return
    after = inserted(text, ("datasets",), name, value, "x.yaml")
    assert is_subsequence_but_for_one_piece(text, after)
    assert parse(after, HERE).data == {**before, "datasets": {**(before.get("datasets") or {}), name: value}}


@settings(max_examples=60)
@given(files(), NAMES, VALUES)
def test_what_was_added_can_be_added_to(text: str, name: str, value: object) -> None:
    first = inserted(text, ("repositories", "ana"), name, value, "x.yaml")
    second = inserted(first, ("repositories",), "uzak", {"a": 1}, "x.yaml")
    assert parse(second, HERE).data["repositories"] == {"ana": {name: value}, "uzak": {"a": 1}}


@pytest.mark.parametrize(
    ("text", "at", "made"),
    [
        ("a: |\n  x", ("datasets",), "datasets:\n  n: 1\na: |\n  x"),
        ("b: 1\ndatasets:\n  a: |\n    x", ("datasets",), "b: 1\ndatasets:\n  n: 1\n  a: |\n    x"),
    ],
)
def test_before_a_last_text_without_an_end_of_line(text: str, at: tuple[str, ...], made: str) -> None:
    """A line behind it would end its last one."""
    assert inserted(text, at, "n", 1, "x.yaml") == made


@pytest.mark.parametrize(
    "text",
    [
        "datasets: ~\n",
        "datasets: null\n",
        "datasets: []\n",
        "datasets: {belgeler: 1}\n",
        "- datasets\n",
        "a: &x {b: 1}\ndatasets: *x\n",
    ],
)
def test_what_cannot_be_added_to_is_refused_and_the_line_is_shown(text: str) -> None:
    with pytest.raises(Refused) as caught:
        inserted(text, ("datasets",), "belgeler", {"type": "files"}, "backups.yaml")
    assert "belgeler: {type: files}" in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("file", "key"), [("backups.yaml", "datasets"), ("sites.yaml", "sites"), ("settings.yaml", "ages")]
)
def test_it_stands_where_a_person_would_have_written_it(file: str, key: str) -> None:
    text = (ROOT / "inventories" / "example" / file).read_text(encoding="utf-8")
    made = inserted(text, (key,), "yeni", {"name": "Yeni"}, file)
    assert is_subsequence_but_for_one_piece(text, made)
    assert parse(made, HERE).data[key]["yeni"] == {"name": "Yeni"}
