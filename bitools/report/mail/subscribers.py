"""Who gets which report, and whether it is worth a mail to them now. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bitools.inventory.network import Site
from bitools.inventory.settings import Policy, Subscription

HEARTBEAT = timedelta(days=7)
_EARLY = timedelta(hours=12)  # cron is not punctual to the second


@dataclass(frozen=True, slots=True)
class Readers:
    """People who get the same mail: the same sites (all if none is named), under the same policy."""

    to: tuple[str, ...]
    sites: tuple[str, ...]
    when: Policy

    @property
    def key(self) -> str:
        """A name for them that stays."""
        return "|".join((self.when, ",".join(self.sites), ",".join(self.to)))


def readers(subscriptions: Iterable[Subscription], sites: Mapping[str, Site]) -> tuple[Readers, ...]:
    """Who gets a report: those who subscribed, and of each site in `sites` those who answer for it.

    Nobody gets the same change twice: who reads everything gets no mail of one site beside it.
    """
    alike: dict[tuple[tuple[str, ...], Policy], list[str]] = {}
    for subscription in subscriptions:
        alike.setdefault((subscription.sites, subscription.when), []).extend(subscription.to)
    everything = {
        address for (only, when), to in alike.items() if not only and when != "on-problem" for address in to
    }
    for name, site in sites.items():
        told = {address for (only, _when), to in alike.items() if only == (name,) for address in to}
        if own := [address for address in site.mail if address not in everything | told]:
            alike.setdefault(((name,), "on-change"), []).extend(own)
    return tuple(Readers(tuple(dict.fromkeys(to)), only, when) for (only, when), to in alike.items())


def is_wanted(
    when: Policy, *, news: bool, problem: bool, mailed: datetime | None, now: datetime, heartbeat: bool
) -> bool:
    """Is it worth a mail? With `heartbeat`, also once a week when all is quiet: silence proves nothing."""
    if when == "always" or (news if when == "on-change" else problem):
        return True
    return heartbeat and (mailed is None or now - mailed >= HEARTBEAT - _EARLY)
