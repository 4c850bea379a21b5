"""Which grammar a platform's configurations are written in."""

from __future__ import annotations

from .editor import Configuration
from .fortios import FortiosConfiguration
from .indented import IndentedConfiguration
from .junos import JunosConfiguration
from .platform import Platform
from .routeros import RouterosConfiguration
from .verbatim import VerbatimConfiguration


def configuration(text: str, platform: Platform) -> Configuration:
    """Read a configuration in the dialect of its platform."""
    if platform.dialect == "routeros":
        return RouterosConfiguration(text)
    if platform.dialect == "junos":
        return JunosConfiguration(text, platform.grammar)
    if platform.dialect == "fortios":
        return FortiosConfiguration(text)
    if platform.dialect == "verbatim":
        return VerbatimConfiguration(text)
    return IndentedConfiguration(text, platform.grammar)
