"""The key of the hashes that stand for secrets, and what is masked with it."""

from __future__ import annotations

import secrets
from functools import cached_property

from bitools import platforms, state
from bitools.errors import BitoolsError
from bitools.net.decisions.masking_again import again
from bitools.net.decisions.masking_anyone import masked_for_anyone
from bitools.platforms.model import Platform
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


class Masks:
    """What stands in the history or is kept aside, without any secret in it, whatever version stored it."""

    def __init__(self, run: Run) -> None:
        self._inventory = run.inventory
        self.key = mask_key(run)

    @cached_property
    def _platforms(self) -> tuple[Platform, ...]:
        own = self._inventory.folder / "platforms"
        found = []
        for name in platforms.names(own):
            try:
                found.append(self._inventory.platform(name))
            except BitoolsError:
                continue  # a user's own that is broken: the others look at it
        return tuple(found)

    def stored(self, device: str, text: str) -> str:
        """What the history has of a device, as it would be stored today."""
        known = self._inventory.devices.get(device)
        if known is None:  # its platform's patterns have masked it when it was stored
            return masked_for_anyone(text, (), self.key)
        return again(text, self._inventory.platform(known.platform), self.key)

    def of_anyone(self, text: str) -> str:
        """A text whose platform nobody is sure of."""
        return masked_for_anyone(text, self._platforms, self.key)
