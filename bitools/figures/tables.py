"""Tables: one source for the figures in HTML, text, CSV and JSON. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bitools import i18n
from bitools.documents.report import Cell
from bitools.figures import spreadsheet
from bitools.figures.performed import ended, tier_named
from bitools.ledger.acts import named
from bitools.sanitize import inert

Kind = Literal["text", "words", "action", "outcome", "tier", "number", "percent", "bytes", "time"]


@dataclass(frozen=True, slots=True)
class Given:
    """A cell whose text for people is not made from its value by the column."""

    text: str
    value: Cell


Value = Given | datetime | Cell


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is for machines, `title` for people. `words`: translated text, which machines do not get."""

    key: str
    title: str
    kind: Kind = "text"

    @property
    def is_number(self) -> bool:
        """Does it stand to the right?"""
        return self.kind in ("number", "percent", "bytes")

    def shown(self, value: Value) -> str:
        """A cell as people read it in the language that is spoken now."""
        match value:
            case Given():
                return value.text
            case None | "":
                return "–"
            case datetime():
                return i18n.short_time(value)
            case int() | float():
                return self._counted(value)
            case _:
                return self._worded(value)

    def _counted(self, value: float) -> str:
        match self.kind:
            case "percent":
                return i18n.percent(value)
            case "bytes":
                return _size(value)
            case _:
                return i18n.number(value)

    def _worded(self, value: str) -> str:
        match self.kind:
            case "action":
                return named(inert(value))
            case "tier":
                return tier_named(inert(value))
            case "outcome":
                return ended(inert(value))
            case _:
                return inert(value)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of raw values. On paper only the first `most` are shown; files have all."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    most: int = 40

    @property
    def shown(self) -> tuple[tuple[str, ...], ...]:
        """What people read."""
        return tuple(
            tuple(column.shown(value) for column, value in zip(self.columns, row, strict=True))
            for row in self.rows[: self.most]
        )

    @property
    def hidden(self) -> int:
        """Rows that only the files have."""
        return max(0, len(self.rows) - self.most)

    @property
    def as_csv(self) -> str:
        """For a spreadsheet."""
        return spreadsheet.table(self._keys, [list(row.values()) for row in self.as_json])

    @property
    def as_json(self) -> list[dict[str, Cell]]:
        """For machines, the same in every language."""
        kept = [at for at, column in enumerate(self.columns) if column.kind != "words"]
        return [{self.columns[at].key: _plain(row[at]) for at in kept} for row in self.rows]

    @property
    def _keys(self) -> list[str]:
        return [column.key for column in self.columns if column.kind != "words"]

    @property
    def as_text(self) -> str:
        """Aligned columns."""
        lines = [tuple(column.title for column in self.columns), *self.shown]
        widths = [max(len(line[at]) for line in lines) for at in range(len(self.columns))]
        return "\n".join(self._aligned(line, widths) for line in lines)

    def _aligned(self, line: Sequence[str], widths: Sequence[int]) -> str:
        cells = [
            cell.rjust(width) if column.is_number else cell.ljust(width)
            for cell, width, column in zip(line, widths, self.columns, strict=True)
        ]
        return "  ".join(cells).rstrip()


def _plain(value: Value) -> Cell:
    if isinstance(value, Given):
        return value.value
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value


def _size(value: float) -> str:
    """Decimal units, as disks are sold."""
    size, units = float(value), ("B", "kB", "MB", "GB", "TB", "PB")
    for unit in units:
        if size < 1000 or unit == units[-1]:
            break
        size /= 1000
    return i18n.number(size, 0 if unit == "B" else 1) + f" {unit}"
