"""No pattern of a platform is there for nothing: each fits a recorded line, or one that a vendor documents.

What several platforms share has to fit on one of them. A documented line that no pattern needs is dead, too.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from pydantic import BaseModel

from bitools import platforms, regex, yamlfile
from bitools.net.decisions.statements import statements
from bitools.platforms.change import ACTS
from bitools.platforms.model import ACCOUNTS, IDENTITY, Platform
from lab import spellings
from tests.conftest import ROOT

DATA = ROOT / "tests/data"
CHANGE: dict[str, Any] = yamlfile.read(DATA / "lines/change.yaml").data  # what is typed
DEVICE: dict[str, Any] = yamlfile.read(DATA / "lines/device.yaml").data  # what is printed
SHARED = {*ACTS, *ACCOUNTS, *IDENTITY}  # one list for all vendors, in the code
ANYTHING = {"", ".", "^$"}


def patterns_of(value: Any) -> Iterator[str]:
    """Every pattern below a piece of data: fields that are typed as one, or hold such."""
    if isinstance(value, BaseModel):
        for field in type(value).model_fields:
            if isinstance(value, Platform) and field == "access":
                continue  # they fit paths that are put together; their cuts and twins are in data/danger
            typed = str(type(value).__annotations__.get(field, ""))
            held = getattr(value, field)
            if "Regex" in typed:
                yield from _texts(held)
            else:
                yield from patterns_of(held)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from patterns_of(one)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif value is not None:
        for one in value:  # a dictionary's keys are its patterns
            yield from _texts(one)


def _recorded() -> Iterator[str]:
    """Every line that a recorded or simulated device printed, alone and below its headers."""
    for name in platforms.names():
        platform = platforms.load(name)
        files = [folder / "running.cfg" for folder in DATA.glob(f"{name}#*")]
        files += (ROOT / "lab/switches/configurations").glob(f"{name}.cfg")
        for file in files:
            text = "".join(sign for sign in file.read_text("utf-8") if sign not in "«»‹›¬")
            yield from text.splitlines()
            for one in statements(text, platform):
                yield from (one.whole, " ".join((*one.path, one.line)))
    for file in DATA.glob("*#*/session.yaml"):
        yield from file.read_text("utf-8").splitlines()


def _documented() -> Iterator[str]:
    for catalogue in (CHANGE, DEVICE):
        for told in catalogue.values():
            yield from told["lines"]
    some = random.Random("dead data")
    for name in ("spellings", "masked_without_secret"):
        for spelling in spellings.all_of(DATA / f"secrets/{name}.txt"):
            yield from spelling.filled("mixed", some)[0].splitlines()
    yield from (DATA / "secrets/no_secrets.txt").read_text("utf-8").splitlines()


@cache
def lines() -> frozenset[str]:
    """All of them, as they stand and without what is before them."""
    found = {*_recorded(), *_documented()}
    return frozenset(found | {line.strip() for line in found})


@cache
def texts() -> tuple[str, ...]:
    """Whole recordings, for what is looked for in several lines."""
    documented = (line for line in lines() if "\n" in line)
    return (*(file.read_text("utf-8") for file in DATA.glob("*#*/running.cfg")), *documented)


@cache
def lives(pattern: str) -> bool:
    """Does it fit anything?"""
    if any(map(regex.compile(pattern).search, lines())):
        return True
    return "\\n" in pattern and any(map(regex.compile(f"(?m){pattern}").search, texts()))


@pytest.mark.parametrize("name", platforms.names())
def test_each_pattern_of_a_platform_fits_a_line(name: str) -> None:
    patterns = {*patterns_of(platforms.load(name))} - SHARED - ANYTHING
    assert patterns
    assert {one for one in patterns if not lives(one)} == set()


@pytest.mark.parametrize("catalogue", [CHANGE, DEVICE], ids=["typed", "printed"])
def test_each_documented_line_is_there_for_a_pattern_and_says_where_it_is_from(
    catalogue: dict[str, Any],
) -> None:
    for name, told in catalogue.items():
        patterns = [regex.compile(one) for one in {*patterns_of(platforms.load(name))} - SHARED - ANYTHING]
        assert told["source"]
        for line in told["lines"]:
            assert any(pattern.search(line) for pattern in patterns), f"{name}: {line}"
