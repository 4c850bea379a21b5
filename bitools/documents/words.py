"""What the fields of several documents are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal


@dataclass(frozen=True, slots=True)
class Format:
    """A `format` of JSON Schema for a string; pydantic asks it when schemas are made, nobody else."""

    name: str

    def __get_pydantic_json_schema__(self, core: object, made: Callable[[object], dict[str, Any]]) -> object:
        return {**made(core), "format": self.name}


Moment = Annotated[str, Format("date-time")]
"""ISO 8601 with offset."""

Severity = Literal["info", "warning", "critical"]
"""How grave a change of a configuration is; the same word from the device to the yearly report."""


def kind(schema: str) -> str:
    """`net.snapshot` of `bitools.net.snapshot/1`."""
    return schema.removeprefix("bitools.").partition("/")[0]
