"""What a unit may do, told from what its job needs (systemd.exec(5)). Pure.

A job of the network, of accounts or of reports is the service account's and writes nothing but the state. A
backup begins as root, who reads every file and may become the account, and nothing more; a drill also gives
files back their owners. A program of the inventory has root's rights over files and accounts, but no devices,
no mounts, no system calls of a kernel's keeper; its data sets have a unit of their own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ACCOUNT, GROUP = "bitools", "_bitools"
_HOMES = (Path("/home"), Path("/root"), Path("/run/user"))
_TEMPORARY = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - where a trial keeps its state
_READS = ("CAP_DAC_READ_SEARCH", "CAP_SETGID", "CAP_SETUID")
_RESTORES = (*_READS, "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER")
_RUNS = (*_RESTORES, "CAP_AUDIT_WRITE", "CAP_FSETID", "CAP_KILL")

_FOR_ALL = """\
UMask=0027
NoNewPrivileges=yes
ProtectSystem=strict
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
"""
# sudo, which a program may call (`sudo -u postgres pg_dumpall`), refuses to run under NoNewPrivileges.
_OF_PROGRAMS = """\
UMask=0027
ProtectSystem=full
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
LockPersonality=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=~@clock @cpu-emulation @debug @module @obsolete @raw-io @reboot @swap
"""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a job must reach: folders it writes, folders it reads; with root's rights, restoring, programs."""

    written: tuple[Path, ...] = ()
    read: tuple[Path, ...] = ()
    root: bool = False
    restores: bool = False
    beside: bool = False  # it writes where others' files are: SQLite beside a database
    programs: bool = False


def lines(needs: Needs, account: bool) -> list[str]:
    """The directives of a [Service] section. `account`: the state belongs to the service account."""
    every = (*needs.written, *needs.read)
    temporary = f"PrivateTmp={'no' if _any_below(every, _TEMPORARY) else 'yes'}"
    if needs.programs:
        return [*_OF_PROGRAMS.splitlines(), f"CapabilityBoundingSet={' '.join(_RUNS)}", temporary]
    found = _FOR_ALL.splitlines()
    if account and not needs.root:
        found += [f"User={ACCOUNT}", f"Group={GROUP}", "CapabilityBoundingSet=", "AmbientCapabilities="]
        found += ["ProcSubset=pid", "SystemCallFilter=~@privileged"]
    else:
        # Without an account root owns the state: it needs no right beside that of an owner.
        found += ["CacheDirectory=bitools-restic", "Environment=XDG_CACHE_HOME=/var/cache/bitools-restic"]
        held: tuple[str, ...] = _RESTORES if needs.restores else _READS if needs.root else ()
        held += ("CAP_DAC_OVERRIDE",) if needs.beside and not needs.restores else ()
        found += [
            f"CapabilityBoundingSet={' '.join(held)}",
            "SystemCallFilter=~@obsolete @raw-io @reboot @swap",
        ]
    found.append(temporary)
    found.append(f"ProtectHome={'read-only' if needs.root or _any_below(every, _HOMES) else 'yes'}")
    found += [f"ReadWritePaths={_word(path)}" for path in _outermost(needs.written)]
    written = {Path(os.path.normpath(path)) for path in needs.written}
    read = set(_outermost(needs.read)) - written  # of the same path read-only would win
    found += [f"ReadOnlyPaths=-{_word(path)}" for path in sorted(read)]
    return found


def _any_below(paths: Iterable[Path], folders: Sequence[Path]) -> bool:
    return any(path.is_relative_to(folder) for path in paths for folder in folders)


def _outermost(paths: Iterable[Path]) -> list[Path]:
    """The paths without those that lie in another of them, sorted."""
    every = sorted({Path(os.path.normpath(path)) for path in paths})
    return [path for path in every if not any(path != one and path.is_relative_to(one) for one in every)]


def _word(path: Path) -> str:
    """A path as these directives take it: quoted, and % is their own (systemd.unit(5))."""
    text = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{text}"' if " " in text or '"' in text or "'" in text else text
