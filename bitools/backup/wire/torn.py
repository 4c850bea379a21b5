"""What a killed restic leaves of a file that it was writing into a local repository: `NAME-tmp-NUMBER`.

It writes beside the name and renames; what never got its name is no lock and no pack to anybody, restic
included, and stays for ever: up to a whole pack a kill.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

from bitools import privilege

_OLD = 86_400.0  # seconds; a living one writes for minutes at most
_TORN = re.compile(r"[0-9a-f]{64}-tmp-\d+")


@privilege.raised()
def sweep(folder: str) -> int:
    """Remove the old ones; how many they were."""
    count, before = 0, time.time() - _OLD
    for file in Path(folder).glob("**/*-tmp-*"):
        try:
            if _TORN.fullmatch(file.name) and file.is_file() and file.lstat().st_mtime < before:
                file.unlink()
                count += 1
        except FileNotFoundError:
            continue
    return count
