"""A list of accounts: one a line, or a table with a column for them."""

from __future__ import annotations

from pathlib import Path

from bitools import csvfile
from bitools.errors import InventoryInvalid
from bitools.i18n import _, system_words
from bitools.user.wire.custody import ACCOUNT


def load(path: Path) -> list[str]:
    """Every account in it, each once. Raise InventoryInvalid if it cannot be read, or lists none."""
    try:
        text = csvfile.decode(path.read_bytes(), str(path))
    except OSError as error:
        message = _("{path}: cannot be read: {why}").format(path=path, why=system_words(error))
        raise InventoryInvalid(message, cause=error) from error
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines and any(mark in lines[0] for mark in ";,\t"):
        table = csvfile.read(text, str(path))
        column = next((one for one in table.headings if one in ACCOUNT), "")
        if not column:
            raise InventoryInvalid(f"{path}:1: " + _("no column says which account (account, hesap, …)"))
        lines = [row.cells.get(column, "") for row in table.rows]
    elif lines and csvfile.heading(lines[0]) in ACCOUNT:
        del lines[0]
    if not (names := list(dict.fromkeys(filter(None, lines)))):
        raise InventoryInvalid(f"{path}:1: " + _("the file is empty"))
    return names
