"""Secrets in records whose fields colons part: accounts of a host, passwords of databases."""

from __future__ import annotations

from collections.abc import Iterator

from bitools import regex
from bitools.net.decisions.secrets.options import HOLE
from bitools.net.decisions.secrets.shapes import Span

SIGN = (  # one of these is in every line that is such a record
    r"^[^\s:]+:[^\s:]*:(?:\d*:){4}|^[^\s:]+:[^\s:]+:\d+:\d+:|^[^\s:]{3,}:[\d*]+:[^\s:]+:[^\s:]+:"
    r"|^[^\s:]+:[^:]+:[0-9a-f]{32}$|^\*:[\d*]+:"
)
_NOBODY = ("", "x", "X", "!", "!!", "*", "!*", "*LK*", "NP", "\\*")  # logs in with these
_RECORDS = tuple(
    regex.compile(f"^{one}$")
    for one in (
        r"[\w.@$-]+:(?P<secret>[^\s:]+):\d*:\d*:\d*:\d*:\d*:\d*:\d*",  # shadow(5)
        r"[\w.@$-]+:(?P<secret>[^\s:]+):\d+:\d+:[^:]*:[^:]*:[^:]*",  # passwd(5) of old
        r"[\w.@$-]+:(?P<secret>[^\s:]+):\d+:\d+:[^:]*:\d+:\d+:[^:]*:[^:]*:[^:]*",  # master.passwd(5)
        r"[\w.@$-]+:\d+:(?P<secret>[0-9A-FX]{32}:[0-9A-F]{32}):\[.*",  # smbpasswd(5)
        r"(?:\*|[\w.-]*[A-Za-z.][\w.-]+):(?:\*|\d+):[^\s:]+:[^\s:]+:(?P<secret>[^\s]+)",  # .pgpass
        r"[\w.@$-]+:[^:]+:(?P<secret>[0-9a-f]{32})",  # htdigest(1)
    )
)


def records(line: str) -> Iterator[Span]:
    """The secret of the record that this line is."""
    if line.count(":") < 2:
        return
    for pattern in _RECORDS:
        found = pattern.match(line.rstrip())
        if found and found["secret"] not in _NOBODY and HOLE not in found["secret"]:
            yield found.span("secret")
            return
