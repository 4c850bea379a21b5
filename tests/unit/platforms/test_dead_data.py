"""No pattern of `change:` is there for nothing: each fits a recorded line, or one that a vendor documents.

What several platforms share has to fit on one of them. A documented line that no pattern needs is dead, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from pydantic import BaseModel

from bitools import platforms, regex, yamlfile
from bitools.net.decisions.statements import statements
from bitools.platforms.change import ACTS
from tests.conftest import ROOT

CATALOGUE: dict[str, Any] = yamlfile.read(ROOT / "tests/data/lines/change.yaml").data
CHANGED = [name for name in platforms.names() if platforms.load(name).change]


def _patterns(value: Any, name: str = "") -> Iterator[str]:
    """Every pattern below a piece of data: fields that are typed as one, or hold such."""
    if isinstance(value, BaseModel):
        for field in type(value).model_fields:
            if field != "acts" and "Regex" in str(type(value).__annotations__[field]):
                yield from _texts(getattr(value, field))
            elif not isinstance(getattr(value, field), str):
                yield from _patterns(getattr(value, field), field)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _patterns(one, name)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
    elif value is not None:
        for one in value:
            yield from _texts(one)


@cache
def lines() -> frozenset[str]:
    """Every recorded and every documented line, alone and below its headers."""
    found = {line for one in CATALOGUE.values() for line in one["lines"]}
    for name in platforms.names():
        platform = platforms.load(name)
        files = [folder / "running.cfg" for folder in (ROOT / "tests/data").glob(f"{name}#*")]
        files += (ROOT / "lab/switches/configurations").glob(f"{name}.cfg")
        for file in files:
            text = "".join(sign for sign in file.read_text("utf-8") if sign not in "«»‹›¬")
            found |= {line.strip() for line in text.splitlines()}
            for one in statements(text, platform):
                found |= {one.whole, " ".join((*one.path, one.line))}
    return frozenset(found)


@pytest.mark.parametrize("name", CHANGED)
def test_each_pattern_of_a_platform_fits_a_line(name: str) -> None:
    change = platforms.load(name).change
    assert change
    patterns = set(_patterns(change)) - set(ACTS) - {"^$", ""}
    assert patterns or change.style in ("paths", "yaml")  # whole paths need none
    dead = {one for one in patterns if not any(map(regex.compile(one).search, lines()))}
    assert dead == set()


def test_each_documented_line_is_there_for_a_pattern_and_says_where_it_is_from() -> None:
    patterns = {one for name in CHANGED for one in _patterns(platforms.load(name).change)} - {".", ""}
    for name, told in CATALOGUE.items():
        assert name in CHANGED
        assert told["source"]
        for line in told["lines"]:
            assert any(regex.compile(one).search(line) for one in patterns), line
