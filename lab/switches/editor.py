"""Configuration mode: what each line an admin types does to the configuration."""

from __future__ import annotations

from typing import Protocol


class UnknownCommand(Exception):
    """The device does not know this line; its platform says with which words."""


class Editor(Protocol):
    """One admin's session in configuration mode. The configuration itself is shared by all sessions."""

    @property
    def section(self) -> str:
        """What the prompt says of the section one is in; empty at the top."""

    def feed(self, line: str) -> str:
        """Obey one line and give what the device answers. Raise UnknownCommand if it is none."""

    def back(self) -> bool:
        """Leave the section. False at the top: then configuration mode itself is left."""


class Configuration(Protocol):
    """The running configuration of a device, in the grammar of its platform."""

    revision: int

    def text(self, command: str = "") -> str:
        """The configuration as the device prints it for this command."""

    def edit(self) -> Editor:
        """Begin a configuration session."""
