"""What could not be read or saved: since when, and whether it is worth telling again. Pure.

A target that fails is news when it begins, when it is over, and once a week in between: a mail every hour
about one dead switch teaches people not to read mails. A site that is down is one line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bitools.errors import Code
from bitools.sanitize import inert

Json = Mapping[str, Any]

_AGAIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device is, and whether nobody wants to hear that it fails (`silent_until`)."""

    site: str
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """A target that could not be read, or whose answer was not whole. `news`: not told before.

    `devices` above 0: a whole site, `name`, of which none of so many devices answers.
    """

    name: str
    what: str
    since: str
    hint: str = ""
    news: bool = True
    code: int = 0
    site: str = ""
    devices: int = 0


def audible(snapshots: Sequence[Json], places: Mapping[str, Place]) -> list[Json]:
    """The snapshots without the failures of devices that are to be silent."""
    silent = {name for name, place in places.items() if place.silent}
    if not silent:
        return list(snapshots)
    return [
        {
            **document,
            "items": [item for item in document.get("items", ()) if item.get("device") not in silent],
            "failed": [entry for entry in document.get("failed", ()) if entry.get("target") not in silent],
        }
        for document in snapshots
    ]


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


def follow(
    documents: Sequence[Json],
    key: str,
    prefix: str,
    failing: Mapping[str, str],
    reported: datetime | None,
    now: datetime,
) -> tuple[tuple[Trouble, ...], dict[str, str], tuple[str, ...]]:
    """What fails now, since when; and what has recovered. A target's last outcome counts."""
    known = {name.removeprefix(prefix): since for name, since in failing.items() if name.startswith(prefix)}
    latest: dict[str, Trouble | None] = {}
    since = dict(known)
    for document in documents:
        for name, trouble in _outcomes(document, key):
            if trouble is None:
                since.pop(name, None)
            else:
                since.setdefault(name, trouble.since)
            latest[name] = trouble
    troubles = [
        replace(trouble, since=since[name], news=_is_due(since[name], name in known, reported, now))
        for name, trouble in sorted(latest.items())
        if trouble
    ]
    recovered = tuple(sorted(name for name in known if name in latest and latest[name] is None))
    return tuple(troubles), {prefix + name: began for name, began in since.items()}, recovered


def watched(document: Json) -> Json:
    """How backups stand, as the outcome of a run: who has an alarm failed, who else was looked at is well."""
    failed = [*document.get("failed", ()), *document.get("alarms", ())]
    seen = [item.get("dataset", "") for item in document.get("items", ())]
    seen += [one.get("repository", "") for one in document.get("repositories", ())]
    items = [{"target": name, "status": "covered"} for name in dict.fromkeys(seen)]
    return {**document, "items": items, "failed": failed}


def _outcomes(document: Json, key: str) -> Iterable[tuple[str, Trouble | None]]:
    """Each target of a run: None if it went well, else what was wrong with it."""
    began = str(document.get("started", ""))
    failed = {failure.get("target") for failure in document.get("failed", ())}
    for item in document.get("items", ()):
        if item.get(key) in failed:
            continue  # its failure says more
        wrong = item.get("status") in ("quarantined", "partial")
        what = inert(item.get("reason") or item.get("error") or item.get("status"))
        name = inert(item.get(key, ""))
        if item.get("status") != "skipped":
            yield name, Trouble(name, what, began) if wrong else None
    for failure in document.get("failed", ()):
        name = inert(failure.get("target") or document.get("schema", ""))
        what, hint = inert(failure.get("error", "")), inert(failure.get("hint", ""))
        yield name, Trouble(name, what, began, hint, code=int(failure.get("code") or 0))


def _is_due(since: str, told: bool, reported: datetime | None, now: datetime) -> bool:
    """Is this trouble to be told now: for the first time, or because another week has gone by?"""
    if not told or reported is None:
        return True
    began = datetime.fromisoformat(since)
    return (now - began) // _AGAIN > (reported - began) // _AGAIN
