"""What this machine lacks for the jobs of its inventory, and what is dangerous as it is."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bitools import process
from bitools.credentials import Reference
from bitools.errors import BitoolsError
from bitools.i18n import _
from bitools.inventory.model import Inventory
from bitools.inventory.settings import program
from bitools.state import SETUP, State

Grade = Literal["good", "warning", "missing"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it is, and how to mend it."""

    name: str
    grade: Grade
    text: str
    hint: str = ""


def examine(inventory: Inventory, state: State) -> list[Finding]:
    """Look at everything the inventory's jobs need: programs, folders, secrets. Nothing is connected to."""
    return [*_programs(inventory), *_state(state), *_secrets(inventory), *_settings(inventory)]


def _programs(inventory: Inventory) -> Iterator[Finding]:
    """Only what the inventory's own jobs call."""
    recipients = inventory.settings.recovery.recipients
    needed = {
        "git": bool(inventory.devices),
        "restic": bool(inventory.datasets),
        program(recipients): bool(inventory.devices and recipients),
    }
    for name, wanted in needed.items():
        if wanted and process.installed(name):
            yield Finding(name, "good", _("installed"))
        elif wanted:
            yield Finding(name, "missing", _("not installed"), f"apt-get install {name}")


def _state(state: State) -> Iterator[Finding]:
    setup = SETUP.format(folder=state.folder)
    if not state.folder.is_dir():
        yield Finding("state", "missing", _("{folder} is not there").format(folder=state.folder), setup)
        return
    try:
        state.path("locks", "doctor.lock")
    except BitoolsError as error:
        yield Finding("state", "missing", str(error), setup)
        return
    if state.folder.stat().st_mode & stat.S_IRWXO:
        hint = f"chmod o= {state.folder}"
        yield Finding(
            "state", "warning", _("others can look into {folder}").format(folder=state.folder), hint
        )
    else:
        yield Finding("state", "good", str(state.folder))


def _secrets(inventory: Inventory) -> Iterator[Finding]:
    """Can every secret be read, and by whom else? The values are dropped at once."""
    for name, reference in sorted(_references(inventory).items()):
        if reference.kind == "command":
            continue  # running it may ask a person or cost a licence
        try:
            reference.resolve()
        except BitoolsError as error:
            yield Finding(name, "missing", str(error), error.hint)
            continue
        path = Path(reference.place)
        if reference.kind == "file" and path.stat().st_mode & 0o027:
            text = _("{reference} is readable or writable by more than its owner").format(reference=reference)
            yield Finding(name, "warning", text, f"chmod 600 {path}")
        else:
            yield Finding(name, "good", _("readable"))


def _references(inventory: Inventory) -> dict[str, Reference]:
    """Every secret the inventory points to, under the name of what it opens."""
    found: dict[str, Reference | None] = {}
    for device in inventory.devices.values():
        found[f"{device.password}"] = device.password
        found[f"{device.enable_password}"] = device.enable_password
    for repository in inventory.repositories.values():
        found[f"{repository.password}"] = repository.password
    if inventory.directory and inventory.directory.bind.password:
        found[f"{inventory.directory.bind.password}"] = inventory.directory.bind.password
    if inventory.settings.mail:
        found[f"{inventory.settings.mail.password}"] = inventory.settings.mail.password
    found[f"{inventory.settings.mask_key}"] = inventory.settings.mask_key
    return {name: reference for name, reference in found.items() if reference is not None}


def _settings(inventory: Inventory) -> Iterator[Finding]:
    settings = inventory.settings
    if inventory.devices and settings.mask_key is None:
        yield Finding(
            "mask_key",
            "warning",
            _("secrets in configurations are hashed with a key that only this machine has"),
            _("set mask_key in settings.yaml and keep a copy elsewhere"),
        )
    if inventory.devices and not settings.recovery.recipients:
        yield Finding(
            "recovery",
            "warning",
            _("no full configuration is kept anywhere: a dead switch could not be rebuilt with its secrets"),
            _("age-keygen -o kurtarma.key, on another machine; then settings.yaml: recovery: recipients"),
        )
    if settings.reports.changes and settings.mail is None:
        yield Finding(
            "mail", "missing", _("reports have readers, but no mail server is set"), "settings.yaml: mail"
        )
    if (
        settings.mail
        and not settings.mail.starttls
        and not settings.mail.host.startswith(("127.", "localhost", "::1"))
    ):
        yield Finding(
            "mail",
            "warning",
            _("mails leave this machine unencrypted"),
            "settings.yaml: mail: starttls: true",
        )
