"""pydantic without its search for plugins, which the environment cannot spare it.

PYDANTIC_DISABLE_PLUGINS keeps it from running what others have installed. Its loader is imported all the
same, and with it what reads packages' metadata: e-mail, ZIP and CSV, a twentieth of a command's start.
"""

from __future__ import annotations

import sys
from types import ModuleType

_LOADER = "pydantic.plugin._loader"


def none() -> None:
    """From now on pydantic has no plugins; only before anybody has imported it."""
    if "pydantic" not in sys.modules:
        loader = ModuleType(_LOADER)
        loader.get_plugins = tuple  # type: ignore[attr-defined]  # what is asked of it: () -> nothing
        sys.modules[_LOADER] = loader
