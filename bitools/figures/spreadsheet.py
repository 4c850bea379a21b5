"""Figures as a file for a spreadsheet. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from bitools.sanitize import inert

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV for a spreadsheet: RFC 4180, UTF-8 with a mark that makes Excel see it, no cell a formula.

    A cell that begins with = + - @ would be calculated (CWE-1236): an apostrophe makes it text.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(headings)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return "\ufeff" + file.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = inert(value)
    dangerous = text.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t") and not _NUMBER.fullmatch(text)
    return "'" + text if dangerous else text
