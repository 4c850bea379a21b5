"""What several commands of the inventory print."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.documents.inventory import FileItem
    from bitools.state import Document


def show_written(console: Console, document: Document[FileItem]) -> None:
    """The files that were written, a line each."""
    for item in document.items:
        console.line(item["path"])
