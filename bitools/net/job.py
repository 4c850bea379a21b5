"""What the network's changes hand to those that serve every job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast

from bitools.i18n import _, ng
from bitools.inventory.model import Inventory
from bitools.job import Job
from bitools.job.timer import Timer

if TYPE_CHECKING:
    from bitools.documents.doctor import FindingItem
    from bitools.documents.net import Snapshot
    from bitools.figures.count import Activity
    from bitools.figures.section import Section, Total
    from bitools.job.finding import Finding
    from bitools.job.standing import Standing
    from bitools.past.outcomes import Trouble
    from bitools.past.reading import Past
    from bitools.state import State


class Network(Job):
    """Changes of switches and routers."""

    def described(self, inventory: Inventory) -> bool:
        """Are there devices?"""
        return bool(inventory.devices)

    def timers(self, inventory: Inventory) -> Iterator[Timer]:
        """What changed; what is not saved; which devices there are."""
        if inventory.settings.devices_from:
            words: tuple[str, ...] = ("inventory", "import", "--sync", "--yes")
            why = _("every hour: devices that another system names")
            yield Timer("devices", words, "3 * * * *", "*-*-* *:03:00", why)
        if inventory.devices:
            why = _("every hour: what changed")
            yield Timer("net", ("net", "snapshot"), "7 * * * *", "*-*-* *:07:00", why)
            words = ("net", "diff", "--against", "startup")
            why = _("every day: what was not saved on the devices; the reports tell it")
            yield Timer("unsaved", words, "37 4 * * *", "*-*-* 04:37:00", why, mute=True)

    def examined(self, inventory: Inventory, state: State, now: datetime) -> Iterable[FindingItem]:
        """Whether an older version masked what is kept."""
        from bitools.net.verbs import masks

        return masks.examine(state)

    def overdue(self, inventory: Inventory, past: Past, now: datetime) -> Iterator[Finding]:
        """Devices that nobody has read."""
        from bitools.job.finding import Finding, listed
        from bitools.past.missing import missing

        age = inventory.settings.ages.device
        expected = {
            device.name: now - age
            for device in inventory.devices.values()
            if device.enabled and not (device.silent_until and device.silent_until >= now.date())
        }
        if late := missing(past, "net.snapshot", "device", ("stored", "unchanged"), expected):
            text = ng(
                "{count} device was not read in the last {days} days: {names}",
                "{count} devices were not read in the last {days} days: {names}",
                len(late),
            )
            said = text.format(count=len(late), days=age.days, names=listed(late))
            yield Finding("net", "warning", said, "bitools net snapshot")

    def standings(
        self, inventory: Inventory, past: Past, now: datetime, overdue: Sequence[Finding]
    ) -> Iterator[Standing]:
        """Which devices fail, and since when."""
        from bitools.job.standing import failing, late, standing, unset
        from bitools.past.lately import lately
        from bitools.past.outcomes import of_snapshot
        from bitools.past.places import Place, sites_down

        awake = {
            device.name: Place(
                device.site, silent=bool(device.silent_until and device.silent_until >= now.date())
            )
            for device in inventory.devices.values()
            if device.enabled
        }
        if not awake:
            yield unset("net", _("no device is described"))
            return
        silent = {name for name, place in awake.items() if place.silent}
        found = lately(
            past,
            "net.snapshot",
            lambda document: of_snapshot(cast("Snapshot", document), silent),
            awake.keys() - silent,
        )
        problems = [failing(one, _again(one)) for one in sites_down(found.troubles, awake)]
        read = ng("{count} device is read", "{count} devices are read", len(awake) - len(silent))
        text = read.format(count=len(awake) - len(silent))
        yield standing("net", [*problems, *late(overdue, ("net",))], text, found.last)

    def totals(self, found: Activity) -> Iterator[Total]:
        """Devices, changes, reviews, readings."""
        from bitools.net import figures

        return figures.totals(found)

    def sections(self, found: Activity, site_names: Mapping[str, str]) -> Iterable[Section]:
        """Devices, those that changed most first, and changes over time."""
        from bitools.net import figures

        return (figures.section(found, site_names),)


def _again(trouble: Trouble) -> str:
    which = f"--site {trouble.name}" if trouble.devices else trouble.name
    return f"bitools net snapshot {which}"
