"""The key of the hashes that stand for secrets."""

from __future__ import annotations

import secrets

from bitools import state
from bitools.run import Run


def mask_key(run: Run) -> bytes:
    """`mask_key` of settings.yaml; without one, a key made once and kept in the state folder.

    Another key would make every secret look changed: it is never made anew where one is.
    Raise InventoryInvalid if the reference cannot be read.
    """
    reference = run.inventory.settings.mask_key
    if reference:
        return reference.resolve().reveal().encode()
    file = run.state.path("mask.key")
    with run.state.lock("mask-key", wait=60):
        if not file.exists():
            state.write(file, secrets.token_hex(32).encode(), 0o640)
    return file.read_bytes()
