"""Our data classes are as the standard library's: each is held against one of the same fields."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, astuple, field, fields, replace
from typing import Any

import pytest

import bitools.dataclass
from tests.conftest import ROOT

OURS, THEIRS = bitools.dataclass.dataclass, dataclasses.dataclass
OPTIONS: list[dict[str, bool]] = [
    {},
    {"slots": True},
    {"frozen": True},
    {"frozen": True, "slots": True},
    {"eq": False, "slots": True},
    {"frozen": True, "eq": False},
]
Maker = Callable[..., Any]


def _device(maker: Maker, options: dict[str, bool]) -> Any:
    @maker(**options)
    class Device:
        """A switch."""

        name: str
        port: int = 22
        seen: list[str] = field(default_factory=list)
        secret: str = field(default="", repr=False)

    return Device


def _frozen(maker: Maker) -> Any:
    return _device(maker, {"frozen": True, "slots": True})


@pytest.fixture(params=OPTIONS, ids=str)
def pair(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    return _device(OURS, request.param), _device(THEIRS, request.param)


def test_it_shows_compares_and_hashes_as_theirs(pair: tuple[Any, Any]) -> None:
    said = []
    for made in pair:
        one, same, other = made("sw", 23, secret="x"), made("sw", 23, secret="x"), made("sw", 24)
        equal = [one == same, one == other, one == made, one != same, one == "sw"]
        hashes: Any
        try:
            hashes = made.__hash__ is object.__hash__ or hash(replace(one, seen=())) == hash(
                replace(one, seen=())
            )
        except TypeError:
            hashes = "has none"
        said.append((repr(one), equal, hashes, made.__hash__ is object.__hash__))
    assert said[0] == said[1]


def test_the_library_works_on_it_as_on_theirs(pair: tuple[Any, Any]) -> None:
    said = []
    for made in pair:
        named = [one.name for one in fields(made)]  # before one is made
        one = made("sw", seen=["now"])
        said.append((named, asdict(one), astuple(one), asdict(replace(one, name="ap")), made.__match_args__))
        assert copy.copy(one).seen is one.seen
        assert asdict(copy.deepcopy(one)) == asdict(one)
    assert said[0] == said[1]


def test_each_has_a_list_of_its_own(pair: tuple[Any, Any]) -> None:
    made = pair[0]
    assert made("a").seen is not made("b").seen


@pytest.mark.parametrize("words", [(), ("sw", 1, [], "", 5)], ids=str)
def test_a_wrong_call_is_told_as_theirs(pair: tuple[Any, Any], words: tuple[Any, ...]) -> None:
    said = []
    for made in pair:
        with pytest.raises(TypeError) as wrong:
            made(*words)
        said.append(str(wrong.value))
    assert said[0] == said[1]


@pytest.mark.parametrize("change", [lambda one: setattr(one, "name", "x"), lambda one: delattr(one, "name")])
def test_what_is_frozen_stays(change: Callable[[Any], None]) -> None:
    said = []
    for maker in (OURS, THEIRS):
        one = _frozen(maker)("sw")
        with pytest.raises(FrozenInstanceError):
            change(one)
        said.append(one.name)
    assert said == ["sw", "sw"]


def test_slots_have_no_room_for_more() -> None:
    one = _device(OURS, {"slots": True})("sw")
    with pytest.raises(AttributeError):
        one.colour = "red"
    assert not hasattr(one, "__dict__")


@pytest.mark.parametrize("maker", [OURS, THEIRS], ids=["ours", "theirs"])
def test_a_class_keeps_what_it_says_itself(maker: Maker) -> None:
    @maker(frozen=True, slots=True)
    class Base:
        """Has a check of its own, and a text."""

        first: int

        def __post_init__(self) -> None:
            if self.first < 0:
                raise ValueError

        def __repr__(self) -> str:
            return f"<{self.first}>"

    @maker(frozen=True, slots=True)
    class Child(Base):
        """Has one more."""

        second: int = 2

    assert repr(Base(1)) == "<1>"
    assert astuple(Child(1)) == (1, 2)
    assert Child(1) != Base(1)
    assert Child(1) == Child(1, 2)
    with pytest.raises(ValueError):
        Child(-1)


@OURS(frozen=True, slots=True)
class Kept:
    """One that can be found by its name."""

    name: str


def test_one_that_is_kept_comes_back() -> None:
    assert pickle.loads(pickle.dumps(Kept("sw"))) == Kept("sw")


def test_what_it_does_not_know_it_refuses() -> None:
    with pytest.raises(TypeError):

        @OURS(slots=True)
        class Unasked:
            """A field that nobody gives."""

            counter: int = field(default=0, init=False)

    with pytest.raises(TypeError):
        OURS(order=True)(type("Ordered", (), {}))


def test_none_of_ours_is_the_standard_librarys() -> None:
    """A class that is imported costs ten times as much there."""
    theirs = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "bitools").rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("from dataclasses import") and "dataclass" in line.partition("import")[2]
    ]
    assert theirs == []
