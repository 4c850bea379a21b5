"""Keys without which backups and recovery are worthless: is there a copy away from this machine?

Only a person can know. What was confirmed is kept in `state/escrow.json` as a salted scrypt digest (RFC 7914)
of each key: one that was changed since is one that nobody has a copy of.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bitools.credentials import Reference, Secret
from bitools.errors import BitoolsError
from bitools.i18n import _
from bitools.inventory.model import Inventory
from bitools.job.finding import Finding
from bitools.state import State, write

FILE = "escrow.json"
_KEPT_ELSEWHERE = ("command", "keyring")  # a password store has copies of its own


def keys(inventory: Inventory) -> dict[str, Reference]:
    """The keys that must outlive this machine, by what they open."""
    found = {f"repository {name}": one.password for name, one in inventory.repositories.items()}
    if inventory.settings.mask_key:
        found["mask_key"] = inventory.settings.mask_key
    return {name: one for name, one in found.items() if one.kind not in _KEPT_ELSEWHERE}


def confirm(inventory: Inventory, state: State, by: str, now: datetime) -> list[str]:
    """Remember that somebody has a copy of each key as it is now; give the keys' names.

    Raise InventoryInvalid if one cannot be read: nobody can have copied it.
    """
    known = _known(state)
    found = keys(inventory)
    for name, reference in found.items():
        salt = secrets.token_hex(16)
        digest = _digest(reference.resolve(), salt)
        known[name] = {"salt": salt, "digest": digest, "confirmed": now.isoformat(), "by": by}
    write(state.path(FILE), json.dumps(known, ensure_ascii=False, indent=1).encode())
    return list(found)


def examine(inventory: Inventory, state: State) -> Iterator[Finding]:
    """A warning for each key that nobody is known to have a copy of."""
    known = _known(state)
    hint = _("put a copy into the safe, then: bitools doctor --escrowed")
    for name, reference in keys(inventory).items():
        entry = known.get(name)
        try:
            secret = reference.resolve()
        except BitoolsError:
            continue  # told among the secrets
        if entry is None:
            text = _(
                "no copy of {reference} away from this machine is known: if it is lost, so is what it opens"
            )
            yield Finding(name, "warning", text.format(reference=reference), hint)
        elif _digest(secret, str(entry.get("salt"))) != entry.get("digest"):
            text = _("{reference} was changed after its copy was put away on {date}")
            date = str(entry.get("confirmed"))[:10]
            yield Finding(name, "warning", text.format(reference=reference, date=date), hint)


def _digest(secret: Secret, salt: str) -> str:
    return hashlib.scrypt(secret.reveal().encode(), salt=salt.encode(), n=2**14, r=8, p=1).hex()


def _known(state: State) -> dict[str, Mapping[str, Any]]:
    try:
        known = json.loads(state.read(FILE))
    except (OSError, ValueError):
        return {}  # then nothing is known, and doctor says so
    return (
        {name: one for name, one in known.items() if isinstance(one, dict)} if isinstance(known, dict) else {}
    )
