"""An existing state becomes the account's, once: every file is copied, so that nobody holds it open still.

The top is closed first (root, 0700), then each folder on the way down; what is no plain file goes to
`set-aside/`. Killed in between, it stays closed to all but root, and the next run does the whole again.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from bitools.owned import ASIDE
from bitools.privilege import Account

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CHUNK = 1 << 20


def close(folder: Path) -> list[str]:
    """Make all of it root's alone; give the names of what was set aside."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    strange: list[str] = []
    try:
        os.fchown(top, 0, 0)
        os.fchmod(top, 0o700)
        _close(top, (), top, strange)
    finally:
        os.close(top)
    return strange


def hand_over(folder: Path, account: Account) -> None:
    """Give all of it to the account: folders 0750, files 0640, or 0600 where they were private."""
    for here, folders, files, descriptor in os.fwalk(folder, topdown=False, follow_symlinks=False):
        del here, folders
        for name in files:
            mode = stat.S_IMODE(os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode)
            os.chmod(name, 0o640 if mode & 0o040 else 0o600, dir_fd=descriptor)
            os.chown(name, account.uid, account.gid, dir_fd=descriptor, follow_symlinks=False)
        os.fchown(descriptor, account.uid, account.gid)
        os.fchmod(descriptor, 0o750)


def _close(folder: int, path: tuple[str, ...], top: int, strange: list[str]) -> None:
    for name in os.listdir(folder):
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if stat.S_ISDIR(found.st_mode):
            if (*path, name) == (ASIDE,):
                continue
            inner = os.open(name, _FOLDER, dir_fd=folder)
            try:
                os.fchown(inner, 0, 0)
                os.fchmod(inner, 0o700)
                _close(inner, (*path, name), top, strange)
            finally:
                os.close(inner)
        elif stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and not _obeyed(name, found):
            _copied(folder, name, found)
        else:
            _set_aside(folder, (*path, name), top, strange)


def _obeyed(name: str, found: os.stat_result) -> bool:
    """Does it name files to be removed (`slip`), and was it not root who wrote it?"""
    return name.endswith(".elsewhere") and found.st_uid != 0


def _copied(folder: int, name: str, found: os.stat_result) -> None:
    """Put a copy in the place of a file: whoever has it open writes into nothing from now on."""
    beside = f".{name[:200]}.{secrets.token_hex(4)}"
    source = os.open(name, _FILE, dir_fd=folder)
    target = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=folder)
    try:
        while chunk := os.read(source, _CHUNK):
            os.write(target, chunk)
        os.fchmod(target, 0o640 if found.st_mode & 0o040 else 0o600)
        os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))
        os.fsync(target)
        os.rename(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
    finally:
        os.close(source)
        os.close(target)


def _set_aside(folder: int, path: tuple[str, ...], top: int, strange: list[str]) -> None:
    with suppress(FileExistsError):
        os.mkdir(ASIDE, 0o700, dir_fd=top)
    aside = os.open(ASIDE, _FOLDER, dir_fd=top)
    try:
        os.rename(path[-1], f"{'.'.join(path)}.{secrets.token_hex(4)}", src_dir_fd=folder, dst_dir_fd=aside)
    finally:
        os.close(aside)
    strange.append("/".join(path))
