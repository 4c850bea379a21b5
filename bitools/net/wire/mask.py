"""The key of the hashes that stand for secrets, and what is masked with it."""

from __future__ import annotations

import hashlib
import json
import secrets
from functools import cache, cached_property
from pathlib import Path

from bitools import platforms, state
from bitools.errors import BitoolsError
from bitools.net.decisions.grammar import grammar
from bitools.net.decisions.secrets import net as secret_net
from bitools.net.decisions.secrets.masking_again import again
from bitools.net.decisions.secrets.masking_anyone import masked_for_anyone
from bitools.platforms.model import Platform
from bitools.run import Run
from bitools.state import State


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


def sources() -> list[Path]:
    """The files that decide what is masked."""
    code, data = Path(secret_net.__file__).parent, Path(platforms.__file__).parent
    return sorted([*code.glob("*.py"), *data.glob("*.yaml")])


@cache
def edition() -> str:
    """What stands for the net and all patterns of this version: another one may mask more."""
    digest = hashlib.sha256()
    for file in sources():
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def note(kept: State) -> None:
    """Remember that all that is kept has been masked by this version."""
    state.write(kept.path("masks.json"), json.dumps({"edition": edition()}).encode())


def outdated(kept: State) -> bool:
    """Has an older version masked what is kept, or nobody knows which?"""
    file = kept.at("masks.json")
    return not file.exists() or json.loads(file.read_bytes()).get("edition") != edition()


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
        return again(text, grammar(self._inventory.platform(known.platform)), self.key)

    def of_anyone(self, text: str) -> str:
        """A text whose platform nobody is sure of."""
        return masked_for_anyone(text, self._platforms, self.key)
