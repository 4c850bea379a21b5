"""Build hook: compile the message catalogues, so that an installed bitools speaks Turkish."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueBuildHook(BuildHookInterface):  # type: ignore[misc]
    """Compiles every `locale/*/LC_MESSAGES/*.po` beside itself."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatch before each build, of an editable install too."""
        for source in Path(self.root, "bitools", "locale").glob("*/LC_MESSAGES/*.po"):
            beside = source.with_suffix(".mo.new")  # who reads the old one meanwhile reads it whole
            with source.open("rb") as text, beside.open("wb") as compiled:
                write_mo(compiled, read_po(text, locale=source.parts[-3]))
            beside.replace(source.with_suffix(".mo"))
