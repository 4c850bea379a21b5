"""A configuration nobody edits line by line here: it is printed as it was written, or replaced as a whole."""

from __future__ import annotations

from .editor import Editor, UnknownCommand


class VerbatimConfiguration:
    """The text itself."""

    def __init__(self, text: str) -> None:
        self.written = text
        self.revision = 0

    def text(self, command: str = "") -> str:
        """The whole configuration."""
        return self.written

    def edit(self) -> Editor:
        """An editor that knows no command."""
        return _NoEditor()


class _NoEditor:
    section = ""

    def feed(self, line: str) -> str:
        raise UnknownCommand(line)

    def back(self) -> bool:
        return False
