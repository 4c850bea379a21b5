"""The address log, by the last documents alone: is it taken, sealed, stamped; what is silent, what is off."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from bitools.doctor.finding import Finding
from bitools.i18n import _, number, short_time
from bitools.inventory.model import Inventory
from bitools.past.reading import Past

Json = Mapping[str, Any]
_SEALED = timedelta(days=2)
_UNSTAMPED = 2  # days
_UNTOLD = ("dhcpd", "dnsmasq", "windows")  # formats that do not say how long a lease lasts


def examine(inventory: Inventory, past: Past, now: datetime) -> Iterator[Finding]:
    """A warning for each thing that needs a person; nothing is connected to."""
    if not inventory.sources:
        return
    yield from _seals(inventory, next(past.newest("iplog.seal"), None), now)
    yield from _sources(inventory.sources, next(past.newest("iplog.status"), None))
    for name, source in inventory.sources.items():
        if source.format in _UNTOLD and source.lease is None and source.index != "none":
            text = _("{name}: its lines do not say how long a lease lasts").format(name=name)
            yield Finding(name, "warning", text, f"iplog.yaml: sources: {name}: lease: 8h")


def _seals(inventory: Inventory, sealed: Json | None, now: datetime) -> Iterator[Finding]:
    authority = inventory.settings.timestamp
    if sealed is None or now - datetime.fromisoformat(sealed["started"]) > _SEALED:
        text = _("the IP-distribution log was not sealed lately")
        yield Finding("iplog", "warning", text, "bitools iplog seal")
    elif authority and sealed.get("unstamped", 0) > _UNSTAMPED:
        text = _("{count} sealed days have no time stamp").format(count=sealed["unstamped"])
        yield Finding("timestamp", "warning", text, "bitools iplog seal")
    elif authority is None:
        text = _("no time authority is set: nothing proves when a day was sealed")
        yield Finding("timestamp", "warning", text, "settings.yaml: timestamp")
    for failure in sealed["failed"] if sealed and authority else ():
        if authority and failure["target"] in ("timestamp", authority.url):
            text = _("the time authority gave no stamp: {why}").format(why=failure["error"])
            yield Finding("timestamp", "warning", text, str(failure["hint"]) or "bitools iplog seal")


def _sources(sources: Collection[str], status: Json | None) -> Iterator[Finding]:
    """What `status` last said of each source that is still there, and of the clock."""
    for item in status["items"] if status else ():
        if item["source"] in sources and {"silent", "missing"} & set(item["problems"]):
            since = short_time(item["last"] or "") or _("never")
            text = _("{name}: silent; its last line is of {time}").format(name=item["source"], time=since)
            yield Finding(item["source"], "warning", text, "bitools iplog status")
    if status and "clock" in status.get("problems", ()):
        text = _("this machine's clock is {seconds} seconds off the time authority's")
        off = number(round(abs(status["clock"]) / 1000))
        yield Finding("clock", "warning", text.format(seconds=off), "timedatectl timesync-status")
