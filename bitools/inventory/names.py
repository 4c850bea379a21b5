"""The names of an inventory, and nothing else of it, for who types them: kept where a shell may read them.

Light: a shell that completes a word waits for it. In a state that is the account's nobody else reads, so a
machine has a folder beside it, the account's to write and the group's to read; on a desk it is in the state.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bitools.inventory.model import Inventory

CACHE, FILE = Path("/var/cache/bitools"), "names.json"
STATE = Path("/var/lib/bitools")
_LARGEST = 16 << 20
Names = Mapping[str, Sequence[str]]


def of(inventory: Inventory) -> dict[str, list[str]]:
    """Every name, sorted, by what it names."""
    from bitools.inventory.model import NAMED

    directory = inventory.directory
    found = {one: inventory.names(several) for one, several in NAMED.items()} | {
        "group": {group for one in inventory.devices.values() for group in one.groups},
        "platform": {one.platform for one in inventory.devices.values()},
        "role": directory.roles if directory else (),
    }
    return {kind: sorted(names) for kind, names in found.items()}


def keep(names: Names, state: Path) -> None:
    """Write them where they are looked for, if we may; no state and no folder is made for it.

    A command is not held up by a shell's comfort: what cannot be written is not.
    """
    from bitools.errors import BitoolsError
    from bitools.state import write

    folder = CACHE if state == STATE and CACHE.is_dir() else state
    content = json.dumps(names, ensure_ascii=False).encode()
    with suppress(OSError, BitoolsError):
        me, owner = os.geteuid(), folder.stat().st_uid
        if (me == owner and _content(folder / FILE) != content) or (me == 0 and folder == CACHE):
            write(folder / FILE, content)


def known(state: Path | None) -> dict[str, list[str]]:
    """What was kept; nothing where there is none. What could do harm to a terminal or a shell is left out."""
    for folder in (state,) if state and state != STATE else (CACHE, STATE):
        with suppress(OSError, ValueError, AttributeError, TypeError):
            found = json.loads(_content(folder / FILE))
            return {kind: [name for name in names if _plain(name)] for kind, names in found.items()}
    return {}


def _content(file: Path) -> bytes:
    """A file's content; empty where there is none, or something that a reader would wait for."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return b""
    with open(descriptor, "rb") as opened:
        return opened.read(_LARGEST) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""


def _plain(name: object) -> bool:
    return isinstance(name, str) and name.replace("-", "a").replace(".", "a").replace("_", "a").isalnum()
