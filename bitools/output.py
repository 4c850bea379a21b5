"""Files that somebody named on the command line: written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from bitools import state
from bitools.errors import InventoryInvalid
from bitools.i18n import _, system_words


def write(path: Path, content: str | bytes) -> None:
    """Write a file. Raise InventoryInvalid if it cannot be written."""
    raw = content.encode() if isinstance(content, str) else content
    try:
        if path.exists() and not path.is_file():  # /dev/stdout, a pipe
            path.write_bytes(raw)
        else:
            state.write(path, raw)
    except OSError as error:
        message = _("{path}: cannot be written: {why}").format(path=path, why=system_words(error))
        raise InventoryInvalid(message, cause=error) from error
