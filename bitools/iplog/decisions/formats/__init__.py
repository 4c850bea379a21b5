"""The formats that can be read, by the name that `iplog.yaml` gives them. One file a server.

Each gives a `reader`: line in, what it says out. It never raises: what it does not understand and what looks
like an address is UNPARSED, and told. Where a public sample or the server itself proved a format, its file
says which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bitools.iplog.decisions.events import Reader
from bitools.iplog.decisions.formats import (
    asa,
    dhcpd,
    dnsmasq,
    fortigate,
    kea,
    leases,
    mikrotik,
    pfsense,
    verbatim,
    windows,
)
from bitools.iplog.decisions.instants import Clock

READERS: Mapping[str, Callable[[Clock], Reader]] = {
    "asa": asa.reader,
    "dhcpd": dhcpd.reader,
    "dhcpd-leases": leases.reader,
    "dnsmasq": dnsmasq.reader,
    "fortigate": fortigate.reader,
    "kea": kea.reader,
    "lines": verbatim.reader,
    "mikrotik": mikrotik.reader,
    "opnsense": pfsense.reader,
    "pfsense": pfsense.reader,
    "windows": windows.reader,
}
JOURNALS = frozenset({"dhcpd-leases"})  # files that a server rewrites whole; Kea's CSV says so by its header
