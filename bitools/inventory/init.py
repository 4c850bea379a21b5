"""A first inventory in a new folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bitools.errors import Refused
from bitools.i18n import _, system_words
from bitools.inventory import schema
from bitools.inventory.starter import files
from bitools.state import Document, write

if TYPE_CHECKING:
    from bitools.documents.inventory import FileItem


def init(folder: Path, document: Document[FileItem]) -> Document[FileItem]:
    """Write a small inventory with comments into a new or empty folder, and the schemas that editors show its
    keys by; in a dry run say what it would be.

    Raise Refused if anything is there already, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        hint = _("see what it says: bitools --inventory {folder} inventory check").format(folder=folder)
        raise Refused(_("{folder} is not empty").format(folder=folder), hint=hint)
    document.changed = True
    for name, text in files().items():
        if document.applied:
            try:
                write(folder / name, text.encode(), 0o640)
            except OSError as error:
                raise Refused(f"{folder / name}: {system_words(error)}", cause=error) from error
        item: FileItem = {"name": name, "path": str(folder / name), "status": "planned"}
        document.items.append({**item, "status": "written"} if document.applied else item)
    if document.applied:
        schema.schema(folder / "schema", document)
    return document
