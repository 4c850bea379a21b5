"""What the IP-distribution log hands to those that serve every job."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bitools.i18n import _, number, short_time
from bitools.inventory.model import Inventory
from bitools.job import Job
from bitools.job.finding import Finding
from bitools.job.timer import Timer

if TYPE_CHECKING:
    from bitools.figures.count import Activity
    from bitools.figures.performed import Performed
    from bitools.figures.section import Paragraph, Section, Total
    from bitools.job.standing import Standing
    from bitools.past.reading import Past

Json = Mapping[str, Any]
_SEALED = timedelta(days=2)
_UNSTAMPED = 2  # days
_UNTOLD = ("dhcpd", "dnsmasq", "windows")  # formats that do not say how long a lease lasts


class AddressLog(Job):
    """Who had which address when."""

    def described(self, inventory: Inventory) -> bool:
        """Are there sources?"""
        return bool(inventory.sources)

    def timers(self, inventory: Inventory) -> Iterator[Timer]:
        """Lines are taken, finished days sealed and one day removed; somebody looks whether all goes on."""
        if not inventory.sources:
            return
        why = _("every 5 minutes: new lines of the IP-distribution log")
        yield Timer("iplog", ("iplog", "ingest"), "*/5 * * * *", "*-*-* *:00/5:00", why)
        why = _("every hour: finished days are sealed, and stamped as soon as the time authority answers")
        yield Timer("seal", ("iplog", "seal"), "14 * * * *", "*-*-* *:14:00", why)
        why = _("every day: lines whose time is over are removed")
        yield Timer("purge", ("iplog", "purge", "--yes"), "24 5 * * *", "*-*-* 05:24:00", why)
        why = _("every morning: silent sources, lines that were not understood, seals without a time stamp")
        yield Timer("sources", ("iplog", "status", "--exit-code"), "2 7 * * *", "*-*-* 07:02:00", why)
        why = _("every Sunday: the whole chain is proven")
        yield Timer("chain", ("iplog", "verify"), "27 6 * * 0", "Sun *-*-* 06:27:00", why)

    def logs(self, inventory: Inventory) -> Iterator[Path]:
        """What the servers write."""
        for source in inventory.sources.values():
            yield source.path

    def overdue(self, inventory: Inventory, past: Past, now: datetime) -> Iterator[Finding]:
        """Is it taken, sealed, stamped; what is silent, what is off."""
        if not inventory.sources:
            return
        yield from _seals(inventory, next(past.newest("iplog.seal"), None), now)
        yield from _sources(inventory.sources, next(past.newest("iplog.status"), None))
        for name, source in inventory.sources.items():
            if source.format in _UNTOLD and source.lease is None and source.index != "none":
                text = _("{name}: its lines do not say how long a lease lasts").format(name=name)
                yield Finding(name, "warning", text, f"iplog.yaml: sources: {name}: lease: 8h")

    def standings(
        self, inventory: Inventory, past: Past, now: datetime, overdue: Sequence[Finding]
    ) -> Iterator[Standing]:
        """Whatever is overdue of it."""
        from bitools.job.standing import late, standing, unset

        if not inventory.sources:
            yield unset("iplog", _("no source of the IP-distribution log is described"))
            return
        sealed = next(past.applied("iplog.seal"), None)
        since = datetime.fromisoformat(sealed["started"]) if sealed else None
        problems = late(overdue, ("iplog", "timestamp", *inventory.sources))
        yield standing("iplog", problems, _("taken in and sealed"), since)

    def totals(self, found: Activity) -> Iterator[Total]:
        """Days sealed, questions answered."""
        from bitools.iplog import figures

        return figures.totals(found)

    def sections(self, found: Activity, site_names: Mapping[str, str]) -> Iterator[Section]:
        """What was sealed, lost, asked and removed."""
        from bitools.iplog import figures

        return figures.sections(found)

    def day(
        self, every: Iterable[Performed], fresh: Sequence[Performed], *, authority: bool
    ) -> Iterator[Paragraph]:
        """Its newest seal, what no token covers, what was asked: counts only."""
        from bitools.iplog import figures

        return figures.day(every, fresh, authority=authority)


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
