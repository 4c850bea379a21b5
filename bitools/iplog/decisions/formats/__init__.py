"""The formats that can be read, by the name that `iplog.yaml` gives them. One file a server.

Each gives a `reader`: line in, what it says out. It never raises: what it does not understand and what looks
like an address is UNPARSED, and told. Where a public sample or the server itself proved a format, its file
says which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from bitools.iplog.decisions.events import Reader
from bitools.iplog.decisions.instants import Clock

Maker = Callable[[Clock], Reader]


def _in(file: str) -> Maker:
    """The reader of a file, which is imported when one is made: nobody has all of these servers."""

    def reader(clock: Clock) -> Reader:
        make: Maker = import_module(f"{__name__}.{file}").reader
        return make(clock)

    return reader


READERS: Mapping[str, Maker] = {
    "asa": _in("asa"),
    "dhcpd": _in("dhcpd"),
    "dhcpd-leases": _in("leases"),
    "dnsmasq": _in("dnsmasq"),
    "fortigate": _in("fortigate"),
    "kea": _in("kea"),
    "lines": _in("verbatim"),
    "mikrotik": _in("mikrotik"),
    "opnsense": _in("pfsense"),
    "pfsense": _in("pfsense"),
    "windows": _in("windows"),
}
JOURNALS = frozenset({"dhcpd-leases"})  # files that a server rewrites whole; Kea's CSV says so by its header
