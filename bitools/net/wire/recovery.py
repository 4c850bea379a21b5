"""Copies that can rebuild a dead switch: every secret in them, encrypted to those who may read it.

The history holds hashes where secrets stand. The full text goes nowhere but here, into
`state/recovery/<device>/<time>-<digest>.cfg.age` (age) or `.gpg` (GnuPG), and never touches the disk in the
clear. This machine cannot read them back: only the recipients' keys can.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bitools import process, state
from bitools.errors import BitoolsError, InventoryInvalid, Rejected
from bitools.i18n import _, system_words
from bitools.inventory.settings import GPG, program
from bitools.run import Run

_GPG = ("--batch", "--quiet", "--no-options", "--no-autostart", "--trust-model", "always")


@dataclass(frozen=True, slots=True)
class Full:
    """A device's configuration as it is stored (masked), and as it is (with its secrets)."""

    device: str
    masked: str
    text: str = field(repr=False)


def keep_copies(run: Run, configurations: Iterable[Full]) -> list[str]:
    """Encrypt those of which no copy is there yet; give a warning for what could not be.

    The first failure ends it: the recipients are the same for all, and what the history holds is whole
    without a copy. The next run makes up for it.
    """
    recipients = run.inventory.settings.recovery.recipients
    if not recipients or run.dry_run:
        return []
    device = ""
    try:
        readers = _readers(recipients)
        for full in configurations:
            device = full.device
            _keep(run, full, recipients, readers)
    except (BitoolsError, OSError) as error:
        return [_("no recovery copy: {why}").format(why=f"{device}: {error}" if device else error)]
    return []


def _keep(run: Run, full: Full, recipients: Sequence[str], readers: bytes) -> None:
    """One copy a stored text and circle of readers: a new reader gets a copy of what is already there."""
    digest = hashlib.sha256(readers + b"\0" + full.masked.encode()).hexdigest()[:12]
    folder = run.state.path("recovery", full.device, "copy").parent
    if any(folder.glob(f"*-{digest}.cfg.*")):
        return
    sealed = encrypted(full.text.encode(), recipients)
    name = f"{run.id.partition('-')[0]}-{digest}.cfg.{program(recipients)}"
    state.write(folder / name, sealed)


def _readers(recipients: Sequence[str]) -> bytes:
    """Who they are, whatever their order: a key file by what is in it.

    Raise InventoryInvalid if a key file cannot be read.
    """
    return b"\n".join(sorted(_key(recipient) for recipient in recipients))


def _key(recipient: str) -> bytes:
    if not recipient.startswith(GPG):
        return recipient.encode()
    file = Path(recipient.removeprefix(GPG))
    try:
        return file.read_bytes()
    except OSError as error:
        message = _("the recovery key {file} cannot be read: {why}").format(
            file=file, why=system_words(error)
        )
        raise InventoryInvalid(message, hint="gpg --export --armor > FILE", cause=error) from error


def encrypted(text: bytes, recipients: Sequence[str]) -> bytes:
    """The text, for these recipients only: by age, or by gpg without anybody's keyring.

    Raise Rejected if the program is missing or does not take a recipient.
    """
    if program(recipients) == "age":
        to = [word for recipient in recipients for word in ("--recipient", recipient)]
        return _output(["age", "--encrypt", *to], text)
    with tempfile.TemporaryDirectory(prefix="bitools-") as home:
        keys = [
            word for recipient in recipients for word in ("--recipient-file", recipient.removeprefix(GPG))
        ]
        return _output(["gpg", "--homedir", home, *_GPG, "--encrypt", *keys, "--output", "-"], text)


def _output(command: Sequence[str], text: bytes) -> bytes:
    done = process.run(command, stdin=text, timeout=60)
    if done.code != 0 or not done.stdout:
        why = done.stderr.decode(errors="replace").strip().splitlines()
        message = _("{program} did not encrypt: {why}").format(
            program=command[0], why=why[0] if why else done.complaint
        )
        raise Rejected(message, hint=_("see recovery in settings.yaml"))
    return done.stdout
