"""`backup key rotate`: a new password for a repository. Killed anywhere, the password file opens it.

The new one is written beside the old one, made a key, proven, put in the old one's place; then the old key is
removed. What a killed one left is finished by the next.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Literal

from bitools.backup.decisions.memory import Memory
from bitools.backup.verbs.history import open_repository
from bitools.backup.wire import memory_file
from bitools.backup.wire.restic import Repository
from bitools.credentials import Reference
from bitools.documents.backup_admin import KeyItem
from bitools.errors import CredentialsRejected, NotFound, Refused
from bitools.i18n import _
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document, sync_folder

_LENGTH = 32  # bytes of chance


def key(run: Run, action: Literal["rotate"], name: str) -> Document[KeyItem]:
    """`rotate`: give a repository a new password and remove the old one.

    Raise NotFound if the inventory does not know it, Refused if its password is not kept in a file.
    """
    if name not in run.inventory.repositories:
        message = _('the inventory has no repository "{name}"').format(name=name)
        raise NotFound(message, hint=_("known: {names}").format(names=", ".join(run.inventory.repositories)))
    reference = run.inventory.repositories[name].password
    if reference.kind != "file":
        message = _("the password of {name} is kept as {reference}: change it there").format(
            name=name, reference=reference
        )
        raise Refused(message, hint=_("only a file: can be replaced from here"), reason="not_a_file")
    document: Document[KeyItem] = run.document("bitools.backup.key/1")
    with run.state.lock(f"backup-{name}", wait=True):
        repository = open_repository(run, name)
        item: KeyItem = {
            "target": name,
            "repository": name,
            "status": "due" if run.dry_run else "rotated",
            "file": reference.place,
        }
        document.items.append(item)
        if not run.dry_run:
            with run.ledger.intent(acts.BACKUP_KEY, name, before={"file": reference.place}) as entry:
                _rotate(run, repository, memory_file.load(run.state, name), Path(reference.place))
                entry.done({"file": reference.place})
            document.changed = True
            document.warnings.append(
                _("put a copy of the new key into the safe, then: bitools doctor --escrowed")
            )
    return document


def _rotate(run: Run, repository: Repository, memory: Memory, file: Path) -> None:
    new = file.with_name(f"{file.name}.new")
    if not memory.old_key:
        memory.old_key = repository.current_key()
        memory_file.save(memory, run.state)
    if repository.current_key() == memory.old_key:
        if not _opens(repository, new):
            _write(new, secrets.token_urlsafe(_LENGTH), file)
            repository.add_key(new)
        if not _opens(repository, new):
            raise CredentialsRejected(_("the new key does not open the repository"), target=repository.name)
        new.replace(file)
        sync_folder(file.parent)
    renewed = open_repository(run, repository.name)
    renewed.remove_key(memory.old_key)
    memory.old_key = ""
    memory_file.save(memory, run.state)


def _opens(repository: Repository, file: Path) -> bool:
    """Does the password in this file open the repository?"""
    if not file.exists():
        return False
    try:
        repository.with_password(Reference("file", str(file))).current_key()
    except CredentialsRejected:
        return False
    return True


def _write(file: Path, text: str, like: Path) -> None:
    """Write it for the same owner and the same readers as the other, and onto the disk."""
    kept = like.stat()
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(descriptor, "w", encoding="ascii") as out:
        out.write(text)
        out.flush()
        os.fchown(descriptor, kept.st_uid, kept.st_gid)
        os.fchmod(descriptor, kept.st_mode & 0o640)
        os.fsync(descriptor)
    sync_folder(file.parent)
