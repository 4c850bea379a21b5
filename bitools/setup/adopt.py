"""An existing state becomes the account's, once: every file is copied, so that nobody holds it open still.

The top is closed first (root, 0700), then each folder on the way down; what is no plain file of bitools' kind
goes to `set-aside/`, and nothing in there is touched again: a link or a second name of somebody's would lead
out of the state. Killed in between, it stays closed to all but root, and the next run does the whole again.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bitools.owned import ASIDE, aside_name
from bitools.privilege import SystemAccount
from bitools.sanitize import inert

MEMORY = "setup.json"  # in the state, and root's: what was there before it was set up
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CHUNK = 1 << 20
_DEPTH = 16  # folders in folders; bitools makes seven
_LISTS = ("system.posix_acl_access", "system.posix_acl_default")  # acl(5): rights beside the mode


def close(folder: Path) -> list[str]:
    """Make all of it root's alone; give the names of what was set aside. Raise OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    strange: list[str] = []
    with _opened(os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)) as top:
        _shut(top)
        _room_aside(top)
        _close(top, (), top, strange)
    return strange


def hand_over(folder: Path, account: SystemAccount) -> None:
    """Give all of it to the account: folders 0750, files 0640, or 0600 where they were private.

    By descriptors, no link followed, no file that has a second name; of `set-aside/` the folder alone.
    """
    with _opened(os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)) as top:
        _hand_over(top, (), account)


def _hand_over(folder: int, path: tuple[str, ...], account: SystemAccount) -> None:
    for name in os.listdir(folder) if path != (ASIDE,) else ():
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if stat.S_ISDIR(found.st_mode) and len(path) < _DEPTH:
            with _opened(os.open(name, _FOLDER, dir_fd=folder)) as inner:
                _hand_over(inner, (*path, name), account)
        elif stat.S_ISREG(found.st_mode) and (*path, name) != (MEMORY,):
            with _opened(os.open(name, _FILE, dir_fd=folder)) as file:
                found = os.fstat(file)
                if stat.S_ISREG(found.st_mode) and found.st_nlink == 1:
                    os.fchmod(file, 0o640 if found.st_mode & 0o040 else 0o600)
                    os.fchown(file, account.uid, account.gid)
    os.fchown(folder, account.uid, account.gid)
    os.fchmod(folder, 0o750)


def _close(folder: int, path: tuple[str, ...], top: int, strange: list[str]) -> None:
    for name in os.listdir(folder):
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if stat.S_ISDIR(found.st_mode) and len(path) < _DEPTH:
            if (*path, name) == (ASIDE,):
                continue
            with _opened(os.open(name, _FOLDER, dir_fd=folder)) as inner:
                _shut(inner)
                _close(inner, (*path, name), top, strange)
        elif not _plain(name, found) or not _copied(folder, name, found):
            _set_aside(folder, (*path, name), top, strange)


def _plain(name: str, found: os.stat_result) -> bool:
    """Is it a file with one name only, and no stranger's record of other files (a slip's, MEMORY)?"""
    obeyed = name.endswith(".elsewhere") or name == MEMORY
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and not (obeyed and found.st_uid != 0)


def _shut(folder: int) -> None:
    """Make this folder root's alone; who has it open can neither list nor write there from now on."""
    os.fchown(folder, 0, 0)
    for one in _LISTS:
        with suppress(OSError):  # it has none, or the file system knows none
            os.removexattr(folder, one)
    os.fchmod(folder, 0o700)


def _room_aside(top: int) -> None:
    """The folder for what is set aside is root's too; what lies in its place and is none goes there first."""
    with suppress(FileNotFoundError):
        found = os.stat(ASIDE, dir_fd=top, follow_symlinks=False)
        if not stat.S_ISDIR(found.st_mode):
            os.rename(ASIDE, aside_name((ASIDE,)), src_dir_fd=top, dst_dir_fd=top)
            return
        with _opened(os.open(ASIDE, _FOLDER, dir_fd=top)) as aside:
            _shut(aside)


def _copied(folder: int, name: str, found: os.stat_result) -> bool:
    """Put a copy in the place of a file: whoever has it open writes into nothing from now on.

    False for one with holes: bitools makes none, and a copy would fill the disk. As much is copied as was
    there at first, whatever somebody still adds.
    """
    beside, left = f".{secrets.token_hex(8)}", found.st_size
    with _opened(os.open(name, _FILE, dir_fd=folder)) as source:
        if _hole(source) < left:
            return False
        making = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with _opened(os.open(beside, making, 0o600, dir_fd=folder)) as target:
            while left > 0 and (chunk := os.read(source, min(left, _CHUNK))):
                left -= os.write(target, chunk)
            os.fchmod(target, 0o640 if found.st_mode & 0o040 else 0o600)
            os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))
            os.fsync(target)
    os.rename(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
    return True


def _hole(file: int) -> int:
    """Where the first hole begins (lseek(2)); its end for a file without one. It is read from there."""
    size = os.fstat(file).st_size
    try:
        return os.lseek(file, 0, os.SEEK_HOLE) if size else 0
    except OSError:  # a file system that knows no holes
        return size
    finally:
        os.lseek(file, 0, os.SEEK_SET)


def _set_aside(folder: int, path: tuple[str, ...], top: int, strange: list[str]) -> None:
    with suppress(FileExistsError):
        os.mkdir(ASIDE, 0o700, dir_fd=top)
    with _opened(os.open(ASIDE, _FOLDER, dir_fd=top)) as aside:
        os.rename(path[-1], aside_name(path), src_dir_fd=folder, dst_dir_fd=aside)
    strange.append(inert("/".join(path)))


@contextmanager
def _opened(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)
