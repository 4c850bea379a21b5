"""pfSense and OPNsense: their log holds several servers' lines, each told by its program.

ISC dhcpd (until pfSense 2.7, OPNsense 24), Kea (since), dnsmasq (OPNsense 25.7); the rest is ignored.
"""

from __future__ import annotations

from bitools.iplog.decisions.events import Meaning, Reader, Word
from bitools.iplog.decisions.formats import dhcpd, dnsmasq, kea
from bitools.iplog.decisions.frames import unframe
from bitools.iplog.decisions.instants import Clock


def reader(clock: Clock) -> Reader:
    """Read by program; Kea's own files, without a frame, too."""
    journal, isc, masq = kea.reader(clock), dhcpd.teller(), dnsmasq.teller()

    def read(line: str) -> Meaning:
        framed = unframe(line, clock)
        if dhcpd.is_its(framed.program):
            return isc(framed)
        if framed.program in dnsmasq.PROGRAMS:
            return masq(framed)
        if not framed.program or framed.program.startswith("kea"):
            found = journal(line)
            return Word.UNPARSED if found is Word.IGNORED and "DHCPACK" in line else found
        return max(
            dhcpd.of_another_program(line), dnsmasq.of_another_program(line), kea.of_another_program(line)
        )

    return read
