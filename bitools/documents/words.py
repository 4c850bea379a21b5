"""What the fields of several documents are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args


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
_GRAVITY: Mapping[Severity, int] = {word: weight for weight, word in enumerate(get_args(Severity))}


def gravest(severities: Iterable[Severity]) -> Severity:
    """The gravest of these; of none, the lightest."""
    return max(severities, key=_GRAVITY.__getitem__, default="info")


# What a field of this name says, wherever no text stands under it.
COMMON = {
    "after": "The nearest record after it.",
    "as": "The commit that holds it now; null if it is lost.",
    "commit": "The change's name in the history.",
    "dataset": "Its name in the inventory.",
    "device": "Its name.",
    "path": "Where it stands in it.",
    "snapshot": "restic's id.",
    "type": "What kind it is.",
    "asked_by": "Who asked.",
    "before": "The nearest record before it.",
    "begins": "From when.",
    "bundle": "The folder or file it was written to.",
    "by": "Who, or what, did it.",
    "bytes": "Its size.",
    "circuit": "The port it was asked from, as the relay says (DHCP option 82).",
    "day": "The day, in the inventory's zone.",
    "ends": "Until when.",
    "events": "How many events they hold.",
    "evidence": "What the answer rests on.",
    "file": "Its path.",
    "file_number": "The number of the file that it was asked for, or kept for.",
    "format": "How it is written.",
    "from": "From when.",
    "grade": "How sure the answer is.",
    "head": "The hash of the last one.",
    "host": "The name of the machine.",
    "ip": "The address.",
    "line": "The line itself, or its number.",
    "lines": "How many lines.",
    "mac": "The hardware address.",
    "port": "The port.",
    "problems": "What is wrong, a sentence each.",
    "reason": "Why.",
    "relay": "The relay that passed it on.",
    "sealed": "When it was sealed.",
    "segment": "The number of the segment.",
    "since": "Since when.",
    "skipped": "Why nothing was done.",
    "source": "Its name in the inventory.",
    "sources": "How many sources.",
    "stamped": "The time authority's time.",
    "status": "What came of it.",
    "tenancies": "How many tenancies.",
    "text": "In words.",
    "to": "Until when.",
    "impossible": "Lines whose time cannot be.",
    "unparsed": "Lines that were not understood.",
    "unstamped": "How many wait for the time authority.",
    "utc": "The same in UTC.",
}


def kind(schema: str) -> str:
    """`net.snapshot` of `bitools.net.snapshot/1`."""
    return schema.removeprefix("bitools.").partition("/")[0]
