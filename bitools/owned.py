"""A folder that is ours alone: nothing below it is trusted because it lies there.

Every name is opened below the descriptor of the folder before it, without following a link (openat(2),
O_NOFOLLOW), and looked at through its own descriptor. A folder that passed is ours and nobody else writes in
it, so what was found stays true. What somebody else put there goes, unread, to `set-aside/`, and is told.
"""

from __future__ import annotations

import fnmatch
import os
import pwd
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from bitools.errors import InventoryInvalid
from bitools.i18n import _
from bitools.sanitize import inert

ACCOUNT = "bitools"  # what a machine's state belongs to, after `bitools setup`
AUDITORS = "bitools-auditors"  # who may look at what was recorded, unless settings.yaml names another group
ASIDE = "set-aside"
DESCRIPTORS = Path("/dev/fd")  # what another process handed over
SETUP = "sudo bitools setup"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe put in a file's place would block for ever
_OURS = 0o750
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class Listed(NamedTuple):
    """One file of a folder: its name, size in bytes, when it was last written (ns), its inode."""

    name: str
    size: int
    written: int
    inode: int


class Owned:
    """The folder `top` and what is below it, by names that lead there; `told` says what was set aside."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.notices: list[str] = []

    def folder(self, *names: str, make: bool = False) -> int:
        """A descriptor of a folder, each one on the way proven; with `make`, 0750 where there is none.

        Raise FileNotFoundError, InventoryInvalid if it is not ours, OSError.
        """
        here = self._top(make)
        for depth, _name in enumerate(names, 1):
            try:
                inner = self._inner(here, names[:depth], make)
            finally:
                os.close(here)
            here = inner
        return here

    def open(self, *names: str, flags: int = os.O_RDONLY, mode: int = 0o640, make: bool = False) -> int:
        """A descriptor of a file; what lies in its place and is not ours is set aside first.

        Raise FileNotFoundError, InventoryInvalid, OSError.
        """
        folder = self.folder(*names[:-1], make=make)
        try:
            self._clear(folder, names, stat.S_ISREG)
            descriptor = os.open(names[-1], flags | _FILE, mode, dir_fd=folder)
        except OSError as error:
            place = str(self.top.joinpath(*names))  # not the bare name, which says nothing
            raise OSError(error.errno, error.strerror, place) from error
        finally:
            os.close(folder)
        _tighten(descriptor)
        return descriptor

    def read(self, *names: str) -> bytes:
        """The content of a file. Raise as `open`."""
        with open(self.open(*names), "rb") as file:
            return file.read()

    def prove(self, *names: str, make: bool = False) -> Path:
        """The place of a file or folder, after what is not ours was set aside; it need not be there.

        Raise InventoryInvalid, OSError.
        """
        try:
            folder = self.folder(*names[:-1], make=make)
        except FileNotFoundError:
            return self.top.joinpath(*names)
        try:
            self._clear(folder, names, lambda mode: stat.S_ISREG(mode) or stat.S_ISDIR(mode))
        finally:
            os.close(folder)
        return self.top.joinpath(*names)

    def names(self, *folder: str, pattern: str = "*") -> list[str]:
        """The names in a folder that fit a pattern, sorted; none if it is not there. Nothing is opened."""
        try:
            descriptor = self.folder(*folder)
        except FileNotFoundError:
            return []
        try:
            names = os.listdir(descriptor)  # noqa: PTH208 - no path: what lies behind this descriptor
            if pattern.startswith("*") and not set("*?[") & set(pattern[1:]):
                return sorted(name for name in names if name.endswith(pattern[1:]))
            return sorted(fnmatch.filter(names, pattern))
        finally:
            os.close(descriptor)

    def listing(self, folder: str, names: Iterable[str]) -> list[Listed]:
        """These files of a folder, as the disk describes them; nothing is opened. Gone since: left out."""
        try:
            descriptor = self.folder(folder)
        except FileNotFoundError:
            return []
        found, look = [], os.stat
        try:
            for name in names:
                try:
                    there = look(name, dir_fd=descriptor, follow_symlinks=False)
                except FileNotFoundError:
                    continue
                found.append(Listed(name, there.st_size, there.st_mtime_ns, there.st_ino))
        finally:
            os.close(descriptor)
        return found

    def contents(self, folder: tuple[str, ...], names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Files of one folder with what is in them; one that is gone, or another's, is left out."""
        here = self.folder(*folder)
        try:
            for name in names:
                try:
                    self._clear(here, (*folder, name), stat.S_ISREG)
                    descriptor = os.open(name, os.O_RDONLY | _FILE, dir_fd=here)
                except FileNotFoundError:
                    continue
                _tighten(descriptor)
                with open(descriptor, "rb") as file:
                    yield name, file.read()
        finally:
            os.close(here)

    def sweep(self, *folder: str) -> list[str]:
        """Look at everything in a folder; the names of what is ours, sorted. Raise as `folder`."""
        names = self.names(*folder)
        here = self.folder(*folder) if names else -1
        try:
            for name in names:
                self._clear(here, (*folder, name), lambda mode: stat.S_ISREG(mode) or stat.S_ISDIR(mode))
        finally:
            if here >= 0:
                os.close(here)
        return self.names(*folder)

    def set_aside(self, why: str, *names: str) -> bool:
        """Move what cannot be used out of the way and tell it; False if the disk lets us not.

        What its owner has taken away meanwhile is out of the way.
        """
        try:
            folder = self.folder(*names[:-1])
            try:
                self._move(folder, names, why)
            finally:
                os.close(folder)
        except OSError:
            return not os.path.lexists(self.top.joinpath(*names))
        return True

    def _top(self, make: bool) -> int:
        if make:
            furnish(self.top)
        # A link that leads here is the administrator's: who may write beside it could move the folder, too.
        descriptor = os.open(self.top, _FOLDER & ~os.O_NOFOLLOW)
        try:
            self._mine(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def _mine(self, descriptor: int) -> None:
        """Raise InventoryInvalid if the folder is another's, or others write in it."""
        found = os.fstat(descriptor)
        if found.st_uid not in (os.geteuid(), 0):
            message = _("{folder} belongs to {owner}, and you are {user}")
            said = message.format(folder=self.top, owner=name_of(found.st_uid), user=name_of(os.geteuid()))
            raise InventoryInvalid(said, hint=_("once: {command}").format(command=SETUP), reason="owner")
        if found.st_mode & _OTHERS_WRITE and not _tighten(descriptor):
            message = _("{folder}: others can write in it, so nothing in it can be believed")
            said = message.format(folder=self.top)
            raise InventoryInvalid(said, hint=_("once: {command}").format(command=SETUP), reason="shared")

    def _inner(self, here: int, names: tuple[str, ...], make: bool) -> int:
        name = names[-1]
        self._clear(here, names, stat.S_ISDIR)
        if make:
            with suppress(FileExistsError):
                os.mkdir(name, _OURS, dir_fd=here)
                os.chmod(name, _OURS, dir_fd=here)
        inner = os.open(name, _FOLDER, dir_fd=here)
        if os.fstat(inner).st_mode & _OTHERS_WRITE and not _tighten(inner):
            os.close(inner)
            message = _("{folder}: others can write in it, so nothing in it can be believed")
            place = self.top.joinpath(*names)
            hint = _("once: {command}").format(command=SETUP)
            raise InventoryInvalid(message.format(folder=place), hint=hint, reason="shared")
        return inner

    def _clear(self, folder: int, names: tuple[str, ...], kind: Callable[[int], bool]) -> None:
        """Set aside what is another's under the last name. Raise InventoryInvalid for a link of ours."""
        try:
            found = os.stat(names[-1], dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return
        link = stat.S_ISLNK(found.st_mode)
        if found.st_uid not in (os.geteuid(), 0):
            self._move(folder, names, _("it belongs to {owner}").format(owner=name_of(found.st_uid)))
        elif link or not kind(found.st_mode):
            why = _("it is a link") if link else _("it is of another kind")
            message = f"{self.top.joinpath(*names)}: " + _("not followed: {why}").format(why=why)
            hint = _("put the thing itself there, or mount it: mount --bind")
            raise InventoryInvalid(message, hint=hint, reason="link")

    def _move(self, folder: int, names: tuple[str, ...], why: str) -> None:
        target = aside_name(names)
        # What another put in that folder's own place goes beside it, once it is out of the way.
        aside = os.dup(folder) if names == (ASIDE,) else self.folder(ASIDE, make=True)
        try:
            os.rename(names[-1], target, src_dir_fd=folder, dst_dir_fd=aside)
        finally:
            os.close(aside)
        message = _("{file} was set aside, in {place}: {why}")
        place = self.top / ("" if names == (ASIDE,) else ASIDE) / target
        self.notices.append(message.format(file=inert(self.top.joinpath(*names)), place=place, why=why))


def aside_name(names: Sequence[str]) -> str:
    """What is called so in `set-aside/`: where it lay, in plain letters, and no longer than a name may be."""
    plain = "".join(one if one.isalnum() or one in "._-@+" else "_" for one in ".".join(names))
    return f"{plain.encode()[:200].decode(errors='ignore')}.{secrets.token_hex(4)}"


def called(path: Path) -> Path:
    """What the caller calls a file that was handed over as a descriptor: its name in memory says it."""
    if path.parent != DESCRIPTORS:
        return path
    return Path(str(path.readlink()).removeprefix("/memfd:").removesuffix(" (deleted)"))


def name_of(uid: int) -> str:
    """The account's name; its number if it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _tighten(descriptor: int) -> bool:
    """Take back what earlier versions let our own group write; False where that group is others' too."""
    found = os.fstat(descriptor)
    if not found.st_mode & _OTHERS_WRITE:
        return True
    shared = stat.S_ISDIR(found.st_mode) and (found.st_mode & stat.S_IWOTH or found.st_gid != os.getegid())
    if shared or found.st_uid != os.geteuid():
        return False
    os.fchmod(descriptor, stat.S_IMODE(found.st_mode) & ~_OTHERS_WRITE & ~stat.S_ISGID)
    return True


def furnish(folder: Path) -> None:
    """Make a folder and what is missing above it, 0750 whatever the umask."""
    if folder.is_dir():
        return
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        with suppress(FileExistsError):  # another run was first
            one.mkdir(mode=_OURS)
            one.chmod(_OURS)
