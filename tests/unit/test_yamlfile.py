"""YAML as an admin means it, with a line for every complaint."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitools import i18n
from bitools.errors import InventoryInvalid
from bitools.yamlfile import parse, read

HERE = Path("x.yaml")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("22:30", "22:30"),
        ("no", "no"),
        ("on", "on"),
        ("010", "010"),
        ("000123", "000123"),
        ("0x1f", 31),
        ("1e3", 1000.0),
        ("true", True),
        ("~", None),
        ("10", 10),
        ("2026-11-22", "2026-11-22"),
        ("1_000", "1_000"),
        ("+5", 5),
    ],
)
def test_scalars_stay_what_they_look_like(written: str, meant: object) -> None:
    assert parse(f"key: {written}", HERE).data == {"key": meant}


def test_keys_are_names_even_when_they_look_like_numbers() -> None:
    assert parse("vlans: {10: a, on: b}", HERE).data == {"vlans": {"10": "a", "on": "b"}}


def test_every_path_knows_its_line() -> None:
    file = parse("a:\n  b:\n    - c\n    - d: 1\n", HERE)
    assert file.line(("a", "b", 1, "d")) == 4
    assert file.line(("a", "b", 1, "unwritten", "deeper")) == 4


def test_a_key_written_twice_is_refused_with_both_lines() -> None:
    with pytest.raises(InventoryInvalid, match=r"x.yaml:3: .*\"a\".*line 1"):
        parse("a: 1\nb: 2\na: 3\n", HERE)


def test_merge_keys_work() -> None:
    assert parse("a: &a {x: 1}\nb: {<<: *a, y: 2}\n", HERE).data["b"] == {"x": 1, "y": 2}


@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [x]\n"
        + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 12)}]\n" for i in range(12)
        ),
        "[" * 2000,
        "&a [*a]",
        "a: &a {b: *a}",
        "{" * 500 + "}" * 500,
        "!!python/object/apply:os.system [id]",
        "? [complex]\n: key",
        "\x00",
        "a: *nowhere",
    ],
)
def test_hostile_yaml_is_one_clear_complaint(bomb: str) -> None:
    with pytest.raises(InventoryInvalid, match=r"^x\.yaml:\d+: "):
        parse(bomb, HERE)


@given(
    st.text(
        alphabet=st.sampled_from(list(" \n\t:-[]{},&*!|>'\"%@`#?~<ab01.\\é\u200b\x07\ufeff")), max_size=60
    )
)
def test_no_text_ever_escapes_as_another_exception(text: str) -> None:
    try:
        parse(text, HERE)
    except InventoryInvalid as error:
        assert str(error).startswith("x.yaml:")


def test_a_file_that_is_not_utf8_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "devices.yaml"
    path.write_bytes("a: 1\nb: ş\n".encode("cp1254"))
    with pytest.raises(InventoryInvalid, match=r"devices.yaml:2: not UTF-8"):
        read(path)


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read(path).data == {"a": 1}


def test_an_unreadable_file_is_a_complaint(tmp_path: Path) -> None:
    with pytest.raises(InventoryInvalid, match="cannot be read"):
        read(tmp_path / "missing.yaml")


@pytest.mark.parametrize(
    "written",
    [
        "!!timestamp 2026-99-99",
        "!!int [a]",
        "!!int x",
        "!!bool x",
        "!!binary x",
        "!!set {a}",
        "!!omap [a]",
        "!x 1",
    ],
)
def test_a_written_tag_is_refused_where_it_stands(written: str) -> None:
    with pytest.raises(InventoryInvalid, match=r"f\.yaml:3: a tag has no place here"):
        parse(f"a: 1\nb:\n- {written}\n", Path("f.yaml"))


def test_text_may_be_said_to_be_text() -> None:
    assert parse("a: !!str 010\nb: '5'\n", Path("f.yaml")).data == {"a": "010", "b": "5"}


BROKEN = (
    "a: {b: 1, c:", "a: [1, 2", "a: 'x", 'a: "x', 'a: "\\q"', 'a: "\\xzz"', "a: %x", "a: @x", "a: `x`", "a: &", "a: *", "a: *b",
    "a: &b 1\n? &b 2\n", "- a\nb: 1", "a: 1\n- b", "a: - b", "a: b: c", "a\n  b: 1\nc", "\ta: 1", "a:\n\t- 1", "a: |x\n  b", "a: >0\n  b",
    "a: !<x 1", "a: !e!x 1", "%YAML 9.9.9\n---\na: 1", "%YAML 1.1\n%YAML 1.1\n---\na: 1", "%TAG ! x", "--- a\n--- b", "a: 1\n...\nb: 2",
    "a: ]", "}", "a: [1}", "a: {1]", "? ? a", "a: 'b' c", 'a: "b" c', "a: [b] c", "a: 'x\n---\ny'", "a: \x01", "a: &b &c 1", "a: 1\n  b: 2",
    "a:\n  b: 1\n c: 2", "a: !!str !!int 1", "{a: 1", "- - a\n - b",
)  # fmt: skip
ENGLISH = re.compile(
    r"\b(found|did not|expected|while|could not|cannot|not allowed|the|is|character|token)\b"
)


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_wrong_is_said_in_turkish_alone(tmp_path: Path, text: str) -> None:
    """Whatever libyaml finds, in whatever words."""
    i18n.use("tr")
    try:
        parse(text, tmp_path / "a.yaml")
    except InventoryInvalid as error:
        said = str(error).partition("a.yaml:")[2].partition(" ")[2]
        assert not ENGLISH.search(said), said
        assert len(said) < 160
