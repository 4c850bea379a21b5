"""Where a repository lies, in one spelling: restic has several for each place.

What is compared is the place, never who asks there: a user, a password, a scheme are left out. The spellings
are those of restic's manual, "Preparing a new repository".
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from bitools import mounts
from bitools.inventory.network import Host

_SFTP_URL = re.compile(
    r"^sftp://(?:(?P<user>[^@/]*)@)?(?P<host>\[[^\]]*\]|[^:/]*)(?::(?P<port>\d+))?(?P<path>.*)$"
)
_SFTP = re.compile(r"^sftp:(?:(?P<user>[^@:/]*)@)?(?P<host>\[[^\]]*\]|[^:]*):(?P<path>.*)$")
_PORTS = {"http": 80, "https": 443}


def place(location: str, hosts: Mapping[str, Host]) -> tuple[str, ...]:
    """A location as it can be compared; `hosts` are those of hosts.yaml, whose names stand for addresses."""
    if location.startswith("/"):
        return ("", mounts.resolved(location))
    scheme, _colon, rest = location.partition(":")
    if scheme == "sftp":
        return _sftp(location, hosts)
    if scheme == "rest":
        return _web(scheme, rest)
    if scheme == "s3":
        return _web(scheme, rest if "://" in rest else f"https://{rest}")
    if scheme == "rclone":
        remote, _colon, path = rest.partition(":")
        return (scheme, remote, _path(path))
    bucket, _colon, path = rest.partition(":")
    return (scheme, bucket, _path(path).lstrip("/"))


def within(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Is it the same place, or one inside the other?"""
    if one[:-1] != other[:-1]:
        return False
    first, second = (f"{place[-1].rstrip('/')}/" for place in (one, other))
    return first.startswith(second) or second.startswith(first)


def _sftp(location: str, hosts: Mapping[str, Host]) -> tuple[str, ...]:
    """`sftp:host:/p` and `sftp://host//p` are one; a relative path is below the home of that user."""
    url = _SFTP_URL.match(location)
    found = url or _SFTP.match(location)
    if found is None:
        return ("sftp", location)
    user, name, path = found["user"] or "", found["host"], found["path"]
    port = int(url["port"] or 22) if url else 22
    if url:
        path = path.removeprefix("/")  # two strokes: from the root; one: from the home
    if described := hosts.get(name):
        name, port, user = described.host, described.port, user or described.username
    path = _path(path)
    if path.startswith("/") and _is_here(name):
        return ("", mounts.resolved(path))
    home = () if path.startswith("/") else (user,)
    return ("sftp", _host(name), str(port), *home, path)


def _web(scheme: str, address: str) -> tuple[str, ...]:
    parts = urlsplit(address)
    port = parts.port or _PORTS.get(parts.scheme, 0)
    return (scheme, _host(parts.hostname or ""), str(port), _path(unquote(parts.path)).strip("/"))


def _host(name: str) -> str:
    name = name.strip("[]").rstrip(".").casefold()
    return "localhost" if _is_here(name) else name


def _is_here(name: str) -> bool:
    own = os.uname().nodename.casefold()
    return name.strip("[]").rstrip(".").casefold() in {
        "localhost",
        "127.0.0.1",
        "::1",
        own,
        own.partition(".")[0],
    }


def _path(path: str) -> str:
    """Without what changes nothing: a last stroke, two in a row, `.` and `..`."""
    return re.sub(r"^/+", "/", posixpath.normpath(path)) if path else ""
