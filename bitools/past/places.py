"""Where devices are: a site of which none can be reached is one trouble. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bitools.errors import Code
from bitools.past.outcomes import Trouble


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device is, and whether nobody wants to hear that it fails (`silent_until`)."""

    site: str
    silent: bool = False


def sites_down(troubles: Sequence[Trouble], places: Mapping[str, Place]) -> tuple[Trouble, ...]:
    """Each trouble with its site; where no device of a site can be reached, one for the site."""
    placed = [
        replace(trouble, site=places[trouble.name].site) if trouble.name in places else trouble
        for trouble in troubles
    ]
    expected = Counter(place.site for place in places.values() if not place.silent)
    dead = Counter(trouble.site for trouble in placed if trouble.site and trouble.code == Code.UNREACHABLE)
    down = {site for site, count in dead.items() if count > 1 and count == expected[site]}
    kept = [trouble for trouble in placed if trouble.site not in down]
    for site in sorted(down):
        members = [trouble for trouble in placed if trouble.site == site]
        first = min(members, key=lambda trouble: trouble.since)
        news = any(trouble.news for trouble in members)
        kept.append(replace(first, name=site, news=news, devices=len(members)))
    return tuple(kept)
