"""The slip: how a first password leaves bitools, and the only way.

A file only its owner can read, on the disk before the account can be used. Text, or HTML if its name ends so;
worded by `templates/slip.txt.j2` and `slip.html.j2`, in the language of the municipality. A slip is removed
after seven days, wherever it was wished for: `state/slips/*.elsewhere` remembers those.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bitools.credentials import Secret
from bitools.errors import Refused
from bitools.i18n import _, spoken, system_words
from bitools.inventory.model import Inventory
from bitools.owned import DESCRIPTORS, called
from bitools.state import State, sync_folder
from bitools.state import write as write_state
from bitools.templates import render_template

KEPT = timedelta(days=7)


def place(state: State, sam_account_name: str, run: str, wanted: Path | None) -> Path:
    """Where the slip goes. Raise Refused if a wished-for file exists already or its folder does not."""
    if wanted is None:
        return state.path("slips", f"{sam_account_name}.{run}.txt")
    if wanted.parent == DESCRIPTORS:
        return wanted
    if os.path.lexists(wanted):
        raise Refused(_("the file exists already"), target=str(wanted), hint=_("name another with --slip-to"))
    if not os.access(wanted.absolute().parent, os.W_OK | os.X_OK):
        raise Refused(
            _("the folder does not exist or cannot be written"), target=str(wanted.absolute().parent)
        )
    return wanted.absolute()


def write(
    path: Path,
    inventory: Inventory,
    state: State,
    *,
    display_name: str,
    login: str,
    principal: str,
    password: Secret,
    now: datetime,
    must_change: bool = True,
) -> None:
    """Write the slip, 0600, never over another file; it is on the disk when this returns.

    Raise InventoryInvalid if the template is broken; Refused if the file cannot be made.
    """
    kind = "html" if called(path).suffix.casefold() in (".html", ".htm") else "txt"
    with spoken(inventory.settings.language):
        text = render_template(
            f"slip.{kind}.j2",
            inventory.folder,
            organisation=inventory.settings.organisation,
            display_name=display_name,
            login=login,
            principal=principal,
            password=password.reveal(),
            date=now.astimezone(inventory.settings.zone),
            must_change=must_change,
        )
    _make(path, text)
    _remember(state, path, login)


def _make(path: Path, text: str) -> None:
    if path.parent == DESCRIPTORS:  # for who called us: the file is theirs, and in their hands
        path.write_text(text, encoding="utf-8")
        return
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except OSError as error:
        message = _("the slip cannot be written: {why}").format(why=system_words(error))
        raise Refused(message, target=str(path), reason="slip", cause=error) from error


def _remember(state: State, path: Path, login: str) -> None:
    """A slip that was wished for elsewhere is removed after seven days too, and when it is valid no more."""
    if path.parent not in (state.folder / "slips", DESCRIPTORS):
        found = path.stat()
        seen = {"path": str(path), "device": found.st_dev, "inode": found.st_ino, "login": login}
        memory = state.path("slips", f"{found.st_dev}-{found.st_ino}.elsewhere")
        write_state(memory, json.dumps(seen).encode())


def single(state: State, login: str, run: str, sheet: Path) -> Path:
    """Where one slip of a sheet lies until all are there; of the same kind, text or HTML."""
    return state.path("slips", f"{login}.{run}{called(sheet).suffix}")


def bind(state: State, slips: Sequence[Path], sheet: Path) -> None:
    """Put these slips onto one sheet, each on a page of its own, and remove the single ones."""
    texts = [path.read_text(encoding="utf-8") for path in slips]
    if called(sheet).suffix.casefold() in (".html", ".htm") and texts:
        parts = [re.split(r"(<body[^>]*>|</body>)", text) for text in texts]
        pages = [
            f'<section style="break-after: page">{part[2]}</section>' for part in parts if len(part) == 5
        ]
        head = "".join(parts[0][:2])
        text = "\n".join([head, *pages, "</body>", "</html>", ""])
    else:
        text = "\f\n".join(texts)
    _make(sheet, text)
    _remember(state, sheet, "")
    for path in slips:
        discard(path)


def supersede(state: State, login: str, valid: Path) -> None:
    """Remove the older slips of this account: their passwords are no longer valid."""
    name = re.compile(re.escape(login) + r"\.\d{8}T\d{6}Z-[0-9a-f]+\.\w+")
    for path in state.files("slips"):
        if path.suffix == ".elsewhere":
            if _seen(path, "login") == login and _seen(path, "path") != str(valid):
                _expire_elsewhere(state, path)
        elif name.fullmatch(path.name) and path != valid and _private(path):
            _remove(path)


def discard(path: Path) -> None:
    """Remove a slip whose password was never valid: only a private file of our own."""
    if (found := _private(path)) and found.st_uid == os.geteuid():
        path.unlink()


def expire(state: State, now: datetime, keep: timedelta = KEPT) -> None:
    """Remove the slips that are older than that: whoever has not got theirs gets a new password."""
    limit = (now - keep).timestamp()
    for path in state.files("slips"):
        found = path.lstat()
        if found.st_mtime >= limit:
            continue
        if path.suffix == ".elsewhere":
            _expire_elsewhere(state, path)
        elif _private(path):
            _remove(path)


def _expire_elsewhere(state: State, memory: Path) -> None:
    """Remove a slip that was wished for elsewhere, if it is still the very file that we wrote."""
    try:
        seen = json.loads(memory.read_bytes())
        place, identity = Path(seen["path"]), (seen["device"], seen["inode"])
    except (ValueError, KeyError, TypeError):
        state.set_aside(_("it is no record of a slip"), "slips", memory.name)
        return
    found = _private(place)
    if found and (found.st_dev, found.st_ino) == identity and found.st_uid == os.geteuid():
        _remove(place)
    _remove(memory)


def _seen(memory: Path, key: str) -> str:
    """What we noted of a slip elsewhere; empty if it is no note of ours."""
    try:
        return str(json.loads(memory.read_bytes())[key])
    except (ValueError, KeyError, TypeError, OSError):
        return ""


def _private(path: Path) -> os.stat_result | None:
    """What the path is, if it is a file that nobody else can read."""
    try:
        found = path.lstat()
    except (FileNotFoundError, PermissionError):
        return None
    return found if stat.S_ISREG(found.st_mode) and not found.st_mode & 0o077 else None


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except PermissionError:
        pass  # another administrator's, in a folder of theirs
