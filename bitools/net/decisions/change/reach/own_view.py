"""How the device itself sees us: what it answered, read. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from bitools import regex
from bitools.net.decisions.change.reach.crossing import Us
from bitools.net.decisions.change.reach.networks import Address, interface
from bitools.net.decisions.change.reach.reach import plain
from bitools.platforms.model import Platform


class View(NamedTuple):
    """Where the device sees us come from, and the port by which it answers; as far as it said so."""

    source: Address | None = None
    port: str = ""


def view(platform: Platform, ask: Callable[[str], str]) -> View:
    """Ask the device, in the session that is open, how it sees us. What nobody understands is nothing."""
    seen = platform.access.seen
    if seen is None:
        return View()
    source = _address(_only(seen.session, ask(seen.who), "source"))
    if source is None or not seen.route:
        return View(source)
    return View(source, plain(_only(seen.via, ask(seen.route.format(source=source)), "port")))


def _only(pattern: str, answer: str, group: str) -> str:
    """What the only line that fits says; nothing if several say different things."""
    wanted = regex.compile(pattern)
    lines = (line.rstrip() for line in answer.replace("\r", "").split("\n"))
    found = {match[group] for line in lines if (match := wanted.search(line))}
    return found.pop() if len(found) == 1 else ""


def _address(text: str) -> Address | None:
    found = interface(text) if text else None
    return found.ip if found else None


def seen_so(us: Us, by_device: View) -> Us:
    """Us, with what the device itself said before what only this machine believes."""
    if by_device.source is None:
        return us
    return replace(us, source=by_device.source, egress=by_device.port, seen=True)
