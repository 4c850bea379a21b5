"""The list of fixed addresses, a CSV file with the columns ip, mac, person, from, to, in any order.

`from` and `to` are days or times as `moments` reads them; a day in `to` is held to its end, an empty one
still holds. Semicolons serve as well as commas: Turkish spreadsheets write them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bitools import moments
from bitools.errors import Usage
from bitools.i18n import _
from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.events import Address

COLUMNS = ("ip", "mac", "person", "from", "to")
_NOBODY = datetime(1970, 1, 1, tzinfo=UTC)  # so long ago: a list holds no such times


class FixedAssignment(NamedTuple):
    """One assignment, and the line it stands on. Times in ms; `ends` is the first instant after it."""

    ip: Address
    mac: bytes | None
    person: str
    begins: int
    ends: int | None
    line: int


class Heading(NamedTuple):
    """A list begins here: it replaces the one before."""

    line: int


class Wrong(NamedTuple):
    """A line that cannot be read, and why."""

    line: int
    why: str


def read(lines: Iterable[str], zone: ZoneInfo) -> Iterator[FixedAssignment | Heading | Wrong]:
    """Every line of one list or of several in a row; empty ones and those that begin with # say nothing."""
    names: list[str] = []
    mark = ","
    for number, text in enumerate(lines, 1):
        text = text.removeprefix("\ufeff").strip()
        if not text or text.startswith("#"):
            continue
        head = [part.strip().casefold() for part in text.replace(";", ",").split(",")]
        if "ip" in head and "person" in head:
            names, mark = head, ";" if ";" in text else ","
            yield Heading(number)
            continue
        yield _row(dict(zip(names, _fields(text, mark), strict=False)), number, zone)


def _fields(text: str, mark: str) -> list[str]:
    try:
        return [part.strip() for part in next(csv.reader([text], delimiter=mark))]
    except (csv.Error, StopIteration):
        return []


def _row(fields: dict[str, str], line: int, zone: ZoneInfo) -> FixedAssignment | Wrong:
    ip = addresses.address(fields.get("ip", ""))
    mac = addresses.mac(fields["mac"]) if fields.get("mac") else None
    if ip is None:
        return Wrong(line, _('"{text}" is no address').format(text=fields.get("ip", "")))
    if fields.get("mac") and mac is None:
        return Wrong(line, _('"{text}" is no hardware address').format(text=fields["mac"]))
    if not fields.get("person"):
        return Wrong(line, _("nobody is named"))
    try:
        begins, _to = _stretch(fields.get("from", ""), zone)
        _from, ends = _stretch(fields.get("to", ""), zone)
    except Usage as error:
        return Wrong(line, error.message)
    if ends is not None and ends <= (begins or 0):
        return Wrong(line, _("it ends before it begins"))
    return FixedAssignment(ip, mac, fields["person"], begins or 0, ends, line)


def _stretch(text: str, zone: ZoneInfo) -> tuple[int | None, int | None]:
    """The first millisecond of what is written and the first one after it."""
    if not text:
        return None, None
    found = moments.stretch(text, _NOBODY, zone)
    return int(found.first.timestamp() * 1000), int(found.last.timestamp() * 1000) + 1
