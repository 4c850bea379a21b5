"""No pattern of `access:` is there for nothing: each fits a recorded line, a cut, or one that a vendor documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, get_args

import pytest

from bitools import platforms, regex, yamlfile
from bitools.net.decisions.change.reach.reach import read_both
from bitools.net.decisions.node import Node
from bitools.net.decisions.tree import parse
from bitools.platforms.access import PORT, SHARED, Subject
from tests.conftest import ROOT

CATALOGUE: dict[str, Any] = yamlfile.read(ROOT / "tests/data/lines/access.yaml").data


def _texts(name: str) -> Iterator[str]:
    """Everything recorded of a platform, and every cut and twin of it."""
    for folder in (ROOT / "tests/data").glob(f"{name}#*"):
        yield (folder / "running.cfg").read_text("utf-8")
    for file in (ROOT / "tests/data/danger").glob(f"{name}*.yaml"):
        if file.stem.partition("#")[0] == name:
            told: Any = yamlfile.read(file).data
            yield told["text"]
            yield from (
                told["text"].replace(one["from"], one["to"]) for one in (*told["cuts"], *told["twins"])
            )


@cache
def lines(name: str) -> str:
    """All lines of a platform as its patterns see them."""
    platform, empty = platforms.load(name), Node("", [])
    found = set(CATALOGUE.get(name, {"lines": ()})["lines"])
    for text in _texts(name):
        found |= {line.whole for line in read_both(parse(text, platform), empty, platform)[0].lines}
    return "\n".join(found)


def _dead(patterns: Iterable[str], text: str) -> list[str]:
    return [one for one in patterns if not regex.compile(one, lines=True).line_numbers(text)]


@pytest.mark.parametrize("name", platforms.names())
def test_each_pattern_of_a_platform_fits_a_line(name: str) -> None:
    platform = platforms.load(name)
    own = (one for subject in get_args(Subject) for one in getattr(platform.access, subject))
    of_ports = (one for some in platform.access.port.values() for one in some)
    text = "\n".join(lines(one) for one in platform.lineage)
    assert _dead((*own, *of_ports), text) == []


def test_each_shared_pattern_fits_a_line_of_some_platform() -> None:
    text = "\n".join(map(lines, platforms.names()))
    shared = (one for some in (*SHARED.values(), *PORT.values()) for one in some)
    assert _dead(shared, text) == []


def test_each_documented_line_says_where_it_is_from() -> None:
    assert all(told["source"] and told["lines"] for told in CATALOGUE.values())
