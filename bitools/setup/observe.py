"""What is on the machine now."""

from __future__ import annotations

import grp
import os
import pwd
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from bitools.errors import Refused
from bitools.i18n import _
from bitools.inventory.names import CACHE
from bitools.inventory.strict import inside, wrong
from bitools.owned import ACCOUNT, AUDITORS, name_of
from bitools.setup import rights
from bitools.setup.plan import PRIMARY, RUNNERS, Observed, Ownership


def observe(
    state: Path,
    secrets: Iterable[Path],
    inventory: Path,
    files: Iterable[Path],
    stale: Iterable[Path],
    *,
    logs: Iterable[Path] = (),
    auditors: str = AUDITORS,
) -> Observed:
    """Look at groups, the account, the state and these files. Raise Refused if the account is a person's."""
    return Observed(
        frozenset(name for name in (RUNNERS, PRIMARY, auditors) if _gid(name) is not None),
        _account(),
        ownership(state) if state.exists() else None,
        {path: ownership(path) for path in secrets if path.is_file()},
        {path: ownership(path) for path in _inside(inventory)},
        {path: path.read_text(encoding="utf-8") for path in files if path.is_file()},
        names=ownership(CACHE) if CACHE.is_dir() else None,
        rights=dict(_lacking(logs)),
        stale=[path for path in stale if path.exists()],
    )


def _lacking(logs: Iterable[Path]) -> Iterator[tuple[Path, tuple[str, str]]]:
    """What the account cannot read of the logs that it is to follow, and what is there now."""
    uid = next((entry.pw_uid for entry in pwd.getpwall() if entry.pw_name == ACCOUNT), -1)
    for path, letters in rights.wanted(logs):
        if rights.supported(path) and not rights.may(path, letters, uid):
            yield path, (rights.before(path), letters)


def ownership(path: Path) -> Ownership:
    """Whose it is."""
    found = path.stat()
    group = next((one.gr_name for one in grp.getgrall() if one.gr_gid == found.st_gid), str(found.st_gid))
    return Ownership(name_of(found.st_uid), group, stat.S_IMODE(found.st_mode))


def exists(made: str) -> bool:
    """Is it still there, what setup made: the account, or a group (`Memory.made`)?"""
    if made == ACCOUNT:
        return any(entry.pw_name == ACCOUNT for entry in pwd.getpwall())
    return _gid(made.removeprefix("group ")) is not None


def _gid(name: str) -> int | None:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        return None


def _account() -> str:
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        return ""
    if entry.pw_gid != _gid(PRIMARY) or entry.pw_uid == 0:
        message = _('there is an account "{name}" already, whose group is not {group}')
        hint = _("see whose it is: getent passwd {name}").format(name=ACCOUNT)
        raise Refused(message.format(name=ACCOUNT, group=PRIMARY), hint=hint, reason="account")
    return PRIMARY


def _inside(inventory: Path) -> Iterator[Path]:
    if inventory.is_dir():
        yield inventory
        own = [one for one in inside(inventory) if not one.is_symlink()]
        folders = [Path(one.path) for one in own if one.is_dir(follow_symlinks=False)]
        read = [path for one in own if (path := Path(one.path)).suffix in (".yaml", ".yml", ".j2", ".css")]
        yield from sorted({*folders, *read})


def prove_program(program: Path) -> None:
    """The program that root and the account run is root's alone. Raise Refused, with what to do, if not."""
    here = Path(os.path.realpath(program))
    package = Path(__file__).parents[1]
    above = {
        folder for path in (program, here, package, Path(sys.prefix)) for folder in path.absolute().parents
    }
    for path in (*sorted(above), program, here, Path(os.path.realpath(sys.executable)), *_tree(package)):
        _refuse_open(path)
    for path in _tree(Path(sys.prefix)) if sys.prefix != sys.base_prefix else ():
        _refuse_open(path)


def _refuse_open(path: Path) -> None:
    if cure := wrong(path, 0):
        message = _("{path}: others can change the program that root runs").format(path=path)
        hint = _("put it where only root writes (/opt/bitools), or: {cure}").format(cure=cure)
        raise Refused(message, hint=hint, reason="program")


def _tree(folder: Path) -> Iterator[Path]:
    yield folder
    for here, folders, names in os.walk(folder):
        for name in (*folders, *names):
            yield Path(here, name)
