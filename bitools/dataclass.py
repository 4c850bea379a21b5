"""Data classes as the standard library has them, whose methods are not written before one is made.

`dataclasses.dataclass` writes and compiles up to six methods for each class at its import: 0.4 ms, and a
command imports more than a hundred, most of which it makes none of. Here the standard library sees to fields
and slots alone; `__init__` is compiled when the first is made, and all else are plain functions. To a type
checker, to `fields`, `replace` and `asdict` it is the standard library's own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from reprlib import recursive_repr
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass

_MISSING = object()


def _dataclass(
    cls: type | None = None, /, *, frozen: bool = False, eq: bool = True, slots: bool = False
) -> Any:
    """As in the standard library; of its options, those that are used here.

    Raise TypeError for a field that is not given to `__init__`, or by name only.
    """
    if cls is None:
        return partial(_dataclass, frozen=frozen, eq=eq, slots=slots)
    own = set(vars(cls))
    made: type[Any] = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    if any(not one.init or one.kw_only for one in dataclasses.fields(made)):
        raise TypeError(f"{cls.__qualname__}: all fields are given to __init__, in their order")
    methods = _methods(made, frozen, eq)
    for name in methods.keys() - own:
        setattr(made, name, methods[name])
    return made


if not TYPE_CHECKING:
    dataclass = _dataclass


def _methods(made: type, frozen: bool, eq: bool) -> dict[str, Any]:
    """What a class has that says nothing else itself."""

    def first(self: object, *values: object, **named: object) -> None:
        made.__init__ = _initializer(made, frozen)  # type: ignore[misc]  # two threads would write the same
        made.__init__(self, *values, **named)  # type: ignore[misc]

    methods: dict[str, Any] = {"__init__": first, "__repr__": _shown}
    if eq:
        methods |= _compared(made, frozen)
    if frozen:
        methods |= {
            "__setattr__": _refuse,
            "__delattr__": _refuse,
            "__getstate__": _state,
            "__setstate__": _restore,
        }
    return methods


def _initializer(made: type, frozen: bool) -> Callable[..., None]:
    """The `__init__` of a class, compiled. What is frozen is written past its own `__setattr__`."""
    known: dict[str, Any] = {"_missing": _MISSING, "_set": object.__setattr__}
    parameters, lines = ["self"], []
    for one in dataclasses.fields(made):
        name, value = one.name, one.name
        if one.default_factory is not dataclasses.MISSING:
            known[f"_make_{name}"] = one.default_factory
            parameters.append(f"{name}=_missing")
            value = f"_make_{name}() if {name} is _missing else {name}"
        elif one.default is not dataclasses.MISSING:
            known[f"_default_{name}"] = one.default
            parameters.append(f"{name}=_default_{name}")
        else:
            parameters.append(name)
        if not frozen:
            lines.append(f"self.{name} = {value}")
        elif isinstance(slot := getattr(made, name, None), MemberDescriptorType):
            known[f"_set_{name}"] = slot.__set__
            lines.append(f"_set_{name}(self, {value})")
        else:
            lines.append(f"_set(self, {name!r}, {value})")
    if hasattr(made, "__post_init__"):
        lines.append("self.__post_init__()")
    body = "\n ".join(lines or ["pass"])
    exec(f"def __init__({', '.join(parameters)}):\n {body}", known)  # noqa: S102  # of names of fields
    written: Callable[..., None] = known["__init__"]
    written.__qualname__ = f"{made.__qualname__}.__init__"  # it stands in the message of a wrong call
    return written


def _compared(made: type, frozen: bool) -> dict[str, Any]:
    """Two of one class are equal if all that is compared is; what can change has no hash."""
    names = [one.name for one in dataclasses.fields(made) if one.compare]
    values: Callable[[object], object] = attrgetter(*names) if names else lambda _: ()

    def equal(self: object, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash(values(self))

    return {"__eq__": equal, "__hash__": hashed if frozen else None}


@recursive_repr()
def _shown(self: Any) -> str:
    shown = (f"{one.name}={getattr(self, one.name)!r}" for one in dataclasses.fields(self) if one.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse(self: object, name: str, value: object = None) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _state(self: Any) -> list[object]:
    return [getattr(self, one.name) for one in dataclasses.fields(self)]


def _restore(self: Any, state: list[object]) -> None:
    for one, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)
