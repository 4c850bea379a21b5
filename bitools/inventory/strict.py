"""The machine's inventory tells programs run with other people's rights: nobody else may write it.

As sshd's StrictModes: the folder, its files, and what they name to be read as orders (templates, platforms,
keys, hooks, programs, bitools itself) belong to root or to the account that runs it, up to the root of the
file system, and are writable by nobody else.
"""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bitools import mounts, process
from bitools.credentials import Reference
from bitools.errors import InventoryInvalid, Unreachable
from bitools.i18n import _
from bitools.inventory.complaints import Complaints
from bitools.inventory.model import Inventory
from bitools.owned import ACCOUNT, name_of

_KEYS = ("ca", "key_file", "keytab")
_PROGRAMS = ("after", "before", "command", "mailbox")
_SHELLS = ("bash", "dash", "env", "perl", "python", "python3", "sh")
_PATIENCE = 10.0  # seconds, for what is mounted from elsewhere
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def owner_of(state: Path) -> int:
    """Whose orders count beside root's: whom the state belongs to; mine where there is none yet."""
    try:
        return state.stat().st_uid
    except OSError:
        return os.geteuid()


def prove_folder(folder: Path, owner: int) -> None:
    """Prove the inventory's own files before they are read. Raise InventoryInvalid with every complaint."""
    files = [
        Path(one.path) for one in inside(folder) if one.is_symlink() or one.is_file(follow_symlinks=False)
    ]
    _prove(
        [folder, *(path for path in files if path.parent != folder or path.suffix in (".yaml", ".yml"))],
        owner,
    )


def inside(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Everything below; no link is asked where it leads: what is mounted there may give no answer, and before
    Python 3.11.4 `rglob` asks.
    """
    waiting = [os.fspath(folder)]
    while waiting:
        with suppress(OSError), os.scandir(waiting.pop()) as found:
            for one in found:
                yield one
                if one.is_dir(follow_symlinks=False):
                    waiting.append(one.path)


def prove_named(inventory: Inventory, owner: int) -> None:
    """Prove what the inventory names. Raise InventoryInvalid with every complaint.

    An account that runs by itself has nobody's environment and no keyring.
    """
    account = name_of(owner) == ACCOUNT
    complaints = Complaints()
    named: list[Path] = [Path(sys.argv[0]), Path(sys.prefix), Path(__file__), *_searched()]
    for key, value in _values(inventory):
        if isinstance(value, Reference):
            if value.kind in ("env", "keyring") and account:
                complaints.take(_of_a_person(inventory.folder, value))
            named += [Path(value.place)] if value.kind == "file" else []
            named += _program(shlex.split(value.place)) if value.kind == "command" else []
        elif key in _KEYS and isinstance(value, Path):
            named.append(value)
        elif key in _PROGRAMS and value:
            named += _program(shlex.split(value) if isinstance(value, str) else value)
    bind = inventory.directory.bind if inventory.directory else None
    if account and bind and bind.kerberos and bind.keytab is None:
        file = inventory.folder / "directory.yaml"
        said = _("{file}: kerberos needs a keytab where an account logs on by itself").format(file=file)
        complaints.take(InventoryInvalid(said, hint="bind: {kerberos: true, keytab: …}"))
    complaints.take_all(_wrong(named, owner))
    complaints.take_all(_complaint(path, cure) for path in _program_files() if (cure := wrong(path, owner)))
    complaints.raise_if_any()


def _searched() -> list[Path]:
    """Where Python finds what it runs: itself, and all places of its libraries, seen by us or not."""
    return [Path(sys.executable), *map(Path, sys.path)]


def _program_files() -> Iterator[Path]:
    """Each file of bitools, and what its libraries begin with; `setup` looks at every other one."""
    for place in sys.path:
        with suppress(OSError), os.scandir(place) as found:
            yield from (Path(one.path) for one in found)
    for here, folders, names in os.walk(Path(__file__).parents[1]):
        yield from (Path(here, name) for name in (*folders, *names))


def _prove(paths: Sequence[Path], owner: int) -> None:
    complaints = Complaints()
    complaints.take_all(_wrong(paths, owner))
    complaints.raise_if_any()


def wrong(path: Path, owner: int) -> str:
    """Who else could change this one name, as a command that ends it; empty if nobody can."""
    try:
        found = path.lstat()
    except OSError:
        return ""  # whoever needs it says that it is missing
    if found.st_uid not in (0, owner):
        return f"chown root {shlex.quote(str(path))}"
    sticky = stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX
    if found.st_mode & 0o022 and not sticky and not stat.S_ISLNK(found.st_mode):
        return f"chmod go-w {shlex.quote(str(path))}"
    return ""


def _wrong(paths: Sequence[Path], owner: int) -> Iterator[InventoryInvalid]:
    for path in sorted(_with_parents(paths)):
        if cure := wrong(path, owner):
            yield _complaint(path, cure)


def _complaint(path: Path, cure: str) -> InventoryInvalid:
    belongs = _("belongs to {owner}").format(owner=name_of(path.lstat().st_uid))
    what = belongs if cure.startswith("chown") else _("others can write it")
    return InventoryInvalid(f"{path}: {what}", hint=cure, reason="modes")


def _with_parents(paths: Sequence[Path]) -> set[Path]:
    """The paths, where their links lead, and every folder above each; of what is mounted from elsewhere and
    gives no answer only what is above that: nobody can read it now, and it must hold up nothing else.
    """
    mounted, silent, every = mounts.mounts(), dict[Path, bool](), set[Path]()
    for path in paths:
        led = Path(mounts.resolved(str(path), mounted))
        if mounts.is_elsewhere(led, mounted):
            point = mounts.point(led, mounted)
            if point not in silent:
                silent[point] = not _answers(led)
            if silent[point]:
                every |= {*point.parents}
                continue
            led = Path(os.path.realpath(path))
        every |= {form for one in (path.absolute(), led) for form in (one, *one.parents)}
    return every


def _answers(path: Path) -> bool:
    """Is there an answer, whatever it is? A program asks, for it can be ended."""
    try:
        process.run(["stat", "--", str(path)], timeout=_PATIENCE, root=True)
    except Unreachable:
        return False
    return True


def _values(part: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of the inventory with the key it stands under."""
    if isinstance(part, Inventory):
        groups = (part.devices, part.hosts, part.repositories, part.datasets)
        for group in (*groups, {"": part.settings}, {"": part.directory}, {"": part.monitoring}):
            for one in group.values():
                yield from _values(one)
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            value = getattr(part, name)
            yield name, value
            yield from _values(value, name)
    elif isinstance(part, dict):
        for value in part.values():
            yield key, value
            yield from _values(value, key)


def _program(words: Sequence[str]) -> list[Path]:
    """The files that are run: the program, and the script it is given if it is a shell."""
    if not words:
        return []
    script = next((word for word in words[1:] if not word.startswith("-")), "")
    is_shell = Path(words[0]).name in _SHELLS
    found = [words[0]] + ([script] if is_shell and script.startswith("/") else [])
    named = (word if word.startswith("/") else shutil.which(word, path=_PATH) or "" for word in found)
    return [Path(path) for path in named if path]


def _of_a_person(folder: Path, reference: Reference) -> InventoryInvalid:
    place = next(
        (
            f"{path}:{number}"
            for path in sorted(folder.rglob("*.yaml"))
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if str(reference) in line
        ),
        str(folder),
    )
    message = _("{place}: {kind}: is somebody's own; an account that runs by itself has none")
    hint = _("write the secret into a file and name it: file:…")
    return InventoryInvalid(message.format(place=place, kind=reference.kind), hint=hint, reason="secret")
