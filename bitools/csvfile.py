"""Tables that offices keep: CSV with `;`, `,` or a tab, UTF-8 with or without a mark, or Windows' Turkish.

Headings are compared folded, so `Sicil No`, `sicil_no` and `SİCİL NO` are one.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bitools.errors import InventoryInvalid
from bitools.i18n import _, plain

LARGEST = 20_000_000  # bytes
_LETTERS = str.maketrans("ıİ", "ii")  # which Unicode does not call i


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its headings as they are compared and as they are written, and the rows below them."""

    headings: tuple[str, ...]
    written: tuple[str, ...]
    rows: tuple[Row, ...]
    delimiter: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file (from 1), its cells by heading, and those that stand under none."""

    line: int
    cells: Mapping[str, str]
    rest: tuple[str, ...] = ()


def heading(text: str) -> str:
    """A heading as it is compared: `employee_id` for ` Employee ID`."""
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(_LETTERS))
    letters = "".join(character for character in bare if not unicodedata.combining(character))
    return "_".join(re.sub(r"[-_.]", " ", plain(letters).casefold()).split())


def decode(content: bytes, name: str) -> str:
    """The text of a file: UTF-8, else Windows' code page 1254 (an Excel of a Turkish Windows writes it).

    Raise InventoryInvalid for other encodings, for NUL bytes and for more than 20 MB.
    """
    if len(content) > LARGEST:
        raise InventoryInvalid(_("{path}: larger than 20 MB").format(path=name))
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        try:
            text = content.decode("cp1254")
        except UnicodeDecodeError:
            message = _("{path}:{line}: neither UTF-8 nor Windows-1254").format(path=name, line=line)
            raise InventoryInvalid(message) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise InventoryInvalid(_("{path}:{line}: this is no text file").format(path=name, line=line))
    return text


def read(
    text: str, name: str, known: Sequence[str] = (), *, empty: bool = False, loose: bool = False
) -> Table:
    """The rows below the headings; blank lines are none, and but for `empty` separators without a value.

    `known` are the headings that may stand there; none: any may. `loose`: cells under no heading are kept,
    for whoever must look at every row.

    Raise InventoryInvalid, with a line, if there are no headings, one is unknown or stands there twice, or
    a row has more cells than there are headings.
    """
    text = text.removeprefix("\ufeff")
    first = next((line for line in text.splitlines() if line.strip()), "")
    if not first:
        raise InventoryInvalid(f"{name}:1: " + _("the file is empty"))
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    headings: list[str] = []
    written: tuple[str, ...] = ()
    started = 1
    try:
        for cells in reader:
            line, started = started, reader.line_num + 1
            if not any(cell.strip() for cell in cells) and not (empty and headings and len(cells) > 1):
                continue
            if not headings:
                headings, written = _headings(cells, name, line, known), tuple(map(str.strip, cells))
                continue
            rest = tuple(cell.strip() for cell in cells[len(headings) :] if cell.strip())
            if rest and not loose:
                message = _("{count} cells, but {headings} headings")
                raise _wrong(name, line, message.format(count=len(cells), headings=len(headings)))
            rows.append(Row(line, dict(zip(headings, (cell.strip() for cell in cells), strict=False)), rest))
    except csv.Error as error:
        raise _wrong(name, started, _("not CSV: {why}").format(why=error)) from error
    return Table(tuple(headings), written[: len(headings)], tuple(rows), delimiter)


def _headings(cells: Sequence[str], name: str, line: int, known: Sequence[str]) -> list[str]:
    headings = [heading(cell) for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    for position, one in enumerate(headings):
        if not one or one in headings[:position]:
            message = _('the heading "{name}" is empty or stands there twice')
            raise _wrong(name, line, message.format(name=one))
        if known and one not in known:
            hint = _("headings are: {names}").format(names=", ".join(known))
            raise InventoryInvalid(
                f"{name}:{line}: " + _('unknown heading "{name}"').format(name=one), hint=hint
            )
    return headings


def _wrong(name: str, line: int, message: str) -> InventoryInvalid:
    return InventoryInvalid(f"{name}:{line}: {message}")
