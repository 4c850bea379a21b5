"""What the account may read beside its own: the logs that it follows, by access lists (acl(5)).

An entry for the account in the list of the file, and in the folder's default list, so that the file that
rotation makes has it too. Nobody else gains anything, and no group is joined that reads more. The lists are
written as the kernel keeps them (posix_acl_xattr.h), so nothing need be installed for it.
"""

from __future__ import annotations

import errno
import os
import stat
import struct
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ACCESS, DEFAULT = "system.posix_acl_access", "system.posix_acl_default"
_SHARED = (Path("/"), Path("/var"), Path("/var/log"), Path("/tmp"), Path("/var/tmp"))  # noqa: S108
_VERSION = struct.pack("<I", 2)
_ENTRY = struct.Struct("<HHI")  # tag, permissions, id
_OWNER, _USER, _GROUP, _NAMED_GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
_NOBODY = 0xFFFFFFFF
_LETTERS = {"r": 4, "w": 2, "x": 1}
Entries = dict[tuple[int, int], int]


def wanted(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """What the account must be let read for files of these patterns, folders first: `r-x`, `--x`, `r--`.

    `d:r-x` is a folder whose new files get it too; one that all logs share does not say so.
    """
    found: dict[Path, str] = {}
    for path in paths:
        files = _beside(path)
        everybodys = bool(files) and all(one.stat().st_mode & stat.S_IROTH for one in files)
        for folder in {one.parent for one in files} or {_literal(path)}:
            found |= {above: "--x" for above in folder.parents if above not in found}
            found[folder] = "r-x" if everybodys or folder in _SHARED else "d:r-x"
        found |= dict.fromkeys(files, "r--")
    yield from sorted(found.items())


def may(path: Path, letters: str, uid: int) -> bool:
    """May the account do that already, as everybody, as one of its own, or by the list?"""
    found, need = path.stat(), _bits(letters)
    everybodys = found.st_mode & need == need and not letters.startswith("d:")
    if everybodys or found.st_uid == uid:
        return True
    lists = (ACCESS, DEFAULT) if letters.startswith("d:") else (ACCESS,)
    return uid >= 0 and all(_allows(_read(path, one), uid, need) for one in lists)


def supported(path: Path) -> bool:
    """Does its file system keep lists?"""
    try:
        os.getxattr(path, ACCESS)
    except OSError as error:
        return error.errno != errno.ENOTSUP
    return True


def grant(path: Path, letters: str, uid: int) -> None:
    """Let the account do that. Raise OSError where the file system keeps no lists."""
    mode = path.stat().st_mode
    lists = (ACCESS, DEFAULT) if letters.startswith("d:") and stat.S_ISDIR(mode) else (ACCESS,)
    for one in lists:
        entries = parsed(_read(path, one)) or _of_mode(mode)
        os.setxattr(path, one, packed(with_user(entries, uid, _bits(letters))), follow_symlinks=False)


def before(path: Path) -> str:
    """Mode and lists as they are, to be put back by `put_back`."""
    lists = [_read(path, one).hex() or "-" for one in (ACCESS, DEFAULT)]
    return f"{stat.S_IMODE(path.stat().st_mode):04o} {' '.join(lists)}"


def put_back(path: Path, text: str) -> None:
    """Make mode and lists what they were. Raise OSError."""
    mode, *lists = text.split()
    for name, content in zip((ACCESS, DEFAULT), lists, strict=True):
        if content != "-":
            os.setxattr(path, name, bytes.fromhex(content), follow_symlinks=False)
        elif _read(path, name):
            os.removexattr(path, name, follow_symlinks=False)
    path.chmod(int(mode, 8))


def with_user(entries: Mapping[tuple[int, int], int], uid: int, bits: int) -> Entries:
    """The same list with an entry for an account; the mask lets it through (acl(5))."""
    made = dict(entries)
    made[_USER, uid] = made.get((_USER, uid), 0) | bits
    mask = made.get((_MASK, _NOBODY), made[_GROUP, _NOBODY])
    made[_MASK, _NOBODY] = mask | bits
    return made


def parsed(content: bytes) -> Entries:
    """A list as the kernel gives it, by tag and id; empty where there is none."""
    return {(tag, number): bits for tag, bits, number in _ENTRY.iter_unpack(content[len(_VERSION) :])}


def packed(entries: Mapping[tuple[int, int], int]) -> bytes:
    """A list as the kernel takes it: by tag, then by id."""
    return _VERSION + b"".join(
        _ENTRY.pack(tag, entries[tag, number], number) for tag, number in sorted(entries)
    )


def _of_mode(mode: int) -> Entries:
    return {
        (_OWNER, _NOBODY): mode >> 6 & 7,
        (_GROUP, _NOBODY): mode >> 3 & 7,
        (_OTHER, _NOBODY): mode & 7,
    }


def _allows(content: bytes, uid: int, need: int) -> bool:
    entries = parsed(content)
    return entries.get((_USER, uid), 0) & entries.get((_MASK, _NOBODY), 7) & need == need


def _read(path: Path, name: str) -> bytes:
    try:
        return os.getxattr(path, name, follow_symlinks=False)
    except OSError:
        return b""


def _bits(letters: str) -> int:
    return sum(_LETTERS.get(letter, 0) for letter in letters.removeprefix("d:"))


def _literal(path: Path) -> Path:
    """The folder of a pattern, above its first part that is one."""
    plain = [part for part in path.parents if not set("*?[") & set(str(part))]
    return next((folder for folder in plain if folder.is_dir()), Path("/"))


def _beside(path: Path) -> list[Path]:
    """The files of a pattern, and what rotation made of them."""
    top = Path(path.anchor)
    return [
        one for one in sorted(top.glob(f"{path.relative_to(top)}*")) if one.is_file() and not one.is_symlink()
    ]
