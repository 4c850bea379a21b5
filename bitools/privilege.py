"""Whose rights a run has: those of the state's owner, and root's only while a backup needs them.

credentials(7): the effective ids decide, the saved ones say what can be taken up again. A run that has
dropped root for good has none left to take up; a run of backups keeps them aside, for restic, for what
produces a dump and for hooks.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SystemAccount:
    """Somebody files belong to: ids, and a name if there is one."""

    uid: int
    gid: int
    name: str = ""

    @classmethod
    def of(cls, uid: int, gid: int = -1) -> SystemAccount:
        """The account of this number; `gid` serves one that has no entry."""
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:  # as in containers
            return cls(uid, gid)
        return cls(uid, entry.pw_gid, entry.pw_name)


NOBODY = "nobody"


def stranger() -> SystemAccount | None:
    """Whose rights root gives a program that needs none (`nobody`); None if we are not root.

    A browser keeps its sandbox only then: it will not have one as root.
    """
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(NOBODY)
    except KeyError:
        return SystemAccount(65534, 65534, NOBODY)
    return SystemAccount(entry.pw_uid, entry.pw_gid, NOBODY)


_kept: list[SystemAccount] = []  # whose rights root has taken on, while it can take up its own again
_began: list[int] = []  # the rights that were given away


def drop(account: SystemAccount) -> None:
    """Be this account from here on, for ever."""
    _began.append(os.geteuid())
    _groups(account)
    os.setresgid(account.gid, account.gid, account.gid)
    os.setresuid(account.uid, account.uid, account.uid)


def lend(account: SystemAccount) -> None:
    """Be this account; `raised` takes root's rights up again."""
    _began.append(os.geteuid())
    _groups(account)
    os.setegid(account.gid)
    os.seteuid(account.uid)
    _kept[:] = [account]


def is_roots() -> bool:
    """Did root start this run, whatever rights it has now?"""
    return 0 in (os.geteuid(), *_began)


@contextmanager
def raised() -> Iterator[None]:
    """Read in the block what only root may: no file of the state is written meanwhile.

    Nothing happens where there are no rights to take up: alone on a desk everything is mine, or it is not.
    """
    if not _kept or os.geteuid() == 0:
        yield
        return
    os.seteuid(0)
    os.setegid(0)
    try:
        yield
    finally:
        os.setegid(_kept[0].gid)
        os.seteuid(_kept[0].uid)


def of_child(root: bool) -> dict[str, int]:
    """The ids for a child: the owner's for good, or root's; empty where there is nothing to choose."""
    if not _kept:
        return {}
    return {"user": 0, "group": 0} if root else {"user": _kept[0].uid, "group": _kept[0].gid}


def _groups(account: SystemAccount) -> None:
    if account.name:
        os.initgroups(account.name, account.gid)
    else:
        os.setgroups([account.gid])
