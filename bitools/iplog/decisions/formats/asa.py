"""Cisco ASA and FTD: port translations (Cisco Secure Firewall ASA Series Syslog Messages, 305011 and 305012).

%ASA-6-305011: Built dynamic TCP translation from inside:10.0.0.8/2345 to outside:203.0.113.8/52345
%ASA-6-305012: Teardown dynamic TCP translation from inside:… to outside:… duration 0:00:15
"""

from __future__ import annotations

import re

from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.events import Flag, Meaning, Reader, Session, Word
from bitools.iplog.decisions.frames import unframe
from bitools.iplog.decisions.instants import Clock

_MARK = re.compile(r"%(?:ASA|FTD|PIX)-(?:[a-z-]+-)?\d-30501[12]: ")  # a class before the level: EMBLEM
_TRANSLATION = re.compile(
    r"(?:Built|Teardown) dynamic (?P<protocol>TCP|UDP|ICMP) translation from [^:]+:"
    r"(?P<inside>[0-9a-fA-F.:]+)/(?P<inside_port>\d{1,5})(?:\(.*?\))? to [^:]+:"
    r"(?P<public>[0-9a-fA-F.:]+)/(?P<public_port>\d{1,5})"
    r"(?: duration (?P<hours>\d{1,6}):(?P<minutes>\d\d):(?P<seconds>\d\d))?"
)
_PROTOCOLS = {"TCP": 6, "UDP": 17, "ICMP": 1}


def reader(clock: Clock) -> Reader:
    """Read translations; every other message is ignored."""

    def read(line: str) -> Meaning:
        mark = _MARK.search(line)
        if mark is None:
            return Word.IGNORED
        found = _TRANSLATION.match(line, mark.end())
        if found is None:
            return Word.UNPARSED if " translation " in line and "dynamic" in line else Word.IGNORED
        inside, public = addresses.address(found["inside"]), addresses.address(found["public"])
        if inside is None or public is None:
            return Word.UNPARSED
        instant = unframe(line[: mark.start()].rstrip(": ") + " ", clock).instant
        if instant.flags & Flag.IMPOSSIBLE:
            return Word.IMPOSSIBLE
        parts = found["hours"], found["minutes"], found["seconds"]
        lasted = sum(int(part or 0) * size for part, size in zip(parts, (3600, 60, 1), strict=True)) * 1000
        return Session(
            instant.at - lasted, instant.at, public, int(found["public_port"]), inside,
            int(found["inside_port"]), _PROTOCOLS[found["protocol"]], instant.flags,
        )  # fmt: skip

    return read
