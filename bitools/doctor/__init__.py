"""What this machine lacks for the jobs of its inventory, and what is dangerous as it is."""

from __future__ import annotations

import importlib.util
import re
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bitools import process
from bitools.credentials import Reference
from bitools.doctor import ages, escrow
from bitools.documents.doctor import FindingItem
from bitools.errors import BitoolsError
from bitools.i18n import _
from bitools.inventory.model import Inventory
from bitools.inventory.settings import program
from bitools.job import Jobs
from bitools.job.finding import Finding
from bitools.owned import SETUP
from bitools.state import State

__all__ = ["Finding", "doctor"]

OLDEST_RESTIC = (0, 14)


def doctor(jobs: Jobs, inventory: Inventory, state: State, now: datetime) -> list[FindingItem]:
    """Look at everything the inventory's jobs need: programs, folders, secrets; at what is overdue; then let
    each job ask its counterparts. Nothing is written.
    """
    found = [
        *_programs(inventory),
        *_state(state),
        *_units(inventory),
        *_secrets(inventory, state),
        *escrow.examine(inventory, state),
        *_settings(inventory),
        *ages.examine(jobs, inventory, state, now),
    ]
    asked = (item for job in jobs for item in job.examined(inventory, state, now))
    return [*map(_item, found), *asked]


def _item(found: Finding) -> FindingItem:
    return {"name": found.name, "grade": found.grade, "text": found.text, "hint": found.hint}


def _programs(inventory: Inventory) -> Iterator[Finding]:
    """Only what the inventory's own jobs call."""
    recipients = inventory.settings.recovery.recipients
    needed = {
        "git": bool(inventory.devices),
        "restic": bool(inventory.datasets),
        program(recipients): bool(inventory.devices and recipients),
    }
    for dataset in inventory.datasets.values():
        needed |= dict.fromkeys(dataset.programs, True)
    for name, wanted in needed.items():
        if wanted and any(process.installed(one) for one in name.split("|")):
            yield _restic() if name == "restic" else Finding(name, "good", _("installed"))
        elif wanted:
            package = process.PACKAGES.get(name.partition("|")[0], name)
            yield Finding(name, "missing", _("not installed"), f"apt-get install {package}")
    if inventory.directory and inventory.directory.bind.kerberos:
        there = importlib.util.find_spec("gssapi") is not None
        text, fix = (_("installed"), "") if there else (_("not installed"), "apt-get install python3-gssapi")
        yield Finding("gssapi", "good" if there else "missing", text, fix)


def _restic() -> Finding:
    """Is it one that bitools can work with?"""
    said = process.run(["restic", "version"], timeout=30).stdout.decode(errors="replace")
    found = re.search(r"restic (\d+)\.(\d+)", said)
    if found and (int(found[1]), int(found[2])) >= OLDEST_RESTIC:
        return Finding("restic", "good", said.split(" compiled")[0].strip())
    text = _("restic {oldest} or later is needed, this is: {version}")
    oldest = ".".join(map(str, OLDEST_RESTIC))
    shown = text.format(oldest=oldest, version=said.strip()[:80])
    return Finding("restic", "missing", shown, "apt-get install restic")


def _state(state: State) -> Iterator[Finding]:
    if not state.folder.is_dir():
        yield Finding("state", "missing", _("{folder} is not there").format(folder=state.folder), SETUP)
        return
    try:
        state.path("locks", "doctor.lock")
    except BitoolsError as error:
        yield Finding("state", "missing", str(error), SETUP)
        return
    if state.folder.stat().st_mode & stat.S_IRWXO:
        hint = f"chmod o= {state.folder}"
        yield Finding(
            "state", "warning", _("others can look into {folder}").format(folder=state.folder), hint
        )
    else:
        yield Finding("state", "good", str(state.folder))


def _units(inventory: Inventory) -> Iterator[Finding]:
    """Programs of the inventory may need more than a unit lets them: theirs is told apart, and named."""
    unit = Path("/etc/systemd/system/bitools-backup-programs.service")
    names = [name for name, one in inventory.datasets.items() if one.runs_programs]
    if names and unit.exists():
        text = _("{unit} runs programs of the inventory as root, without hardware and mounts, for {names}")
        said = text.format(unit=unit.stem, names=", ".join(names))
        hint = _("look at what they do: {file}; one that needs more: {command}")
        command = f"systemctl edit {unit.name}"
        yield Finding("schedule", "warning", said, hint.format(file="backups.yaml", command=command))


def _secrets(inventory: Inventory, state: State) -> Iterator[Finding]:
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
        if reference.kind == "file" and _too_open(path, state):
            text = _("{reference} is open to more than its owner and the administrators' group")
            yield Finding(name, "warning", text.format(reference=reference), f"chmod 600 {path}")
        else:
            yield Finding(name, "good", _("readable"))


def _too_open(path: Path, state: State) -> bool:
    """Others never read a secret; the group only if it is that of the administrators, who share the state."""
    there = path.stat()
    if there.st_mode & 0o027 & ~0o040:
        return True
    shared = state.folder.stat().st_gid if state.folder.is_dir() else -1
    return bool(there.st_mode & 0o040) and there.st_gid != shared


def _references(inventory: Inventory) -> dict[str, Reference]:
    """Every secret the inventory points to, under the name of what it opens."""
    found: dict[str, Reference | None] = {}
    for device in inventory.devices.values():
        found[f"{device.password}"] = device.password
        found[f"{device.enable_password}"] = device.enable_password
    for repository in inventory.repositories.values():
        found[f"{repository.password}"] = repository.password
        for variable, value in repository.environment.items():
            found[f"{variable}: {value}"] = value if isinstance(value, Reference) else None
    for dataset in inventory.datasets.values():
        for one in (dataset, getattr(dataset, "drill", None)):
            password = getattr(one, "password", None)
            found[f"{password}"] = password
        found[f"{dataset.ping}"] = dataset.ping
    if inventory.monitoring:
        found[f"{inventory.monitoring.ping}"] = inventory.monitoring.ping
    if inventory.directory and inventory.directory.bind.password:
        found[f"{inventory.directory.bind.password}"] = inventory.directory.bind.password
    if inventory.settings.mail:
        found[f"{inventory.settings.mail.password}"] = inventory.settings.mail.password
    if inventory.settings.timestamp:
        found[f"{inventory.settings.timestamp.password}"] = inventory.settings.timestamp.password
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
