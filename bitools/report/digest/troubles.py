"""What could not be read or saved: since when, and whether it is worth telling again. Pure.

A target that fails is news when it begins, when it is over, and once a week in between: a mail every hour
about one dead switch teaches people not to read mails. A site that is down is one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bitools.past.outcomes import Outcome, Trouble

_AGAIN = timedelta(days=7)


def follow(
    outcomes: Iterable[Outcome],
    prefix: str,
    failing: Mapping[str, str],
    reported: datetime | None,
    now: datetime,
) -> tuple[tuple[Trouble, ...], dict[str, str], tuple[str, ...]]:
    """What fails now, since when; and what has recovered. A target's last outcome counts.

    `failing`: what failed at the last report, each under `prefix` and its name.
    """
    known = {name.removeprefix(prefix): since for name, since in failing.items() if name.startswith(prefix)}
    latest: dict[str, Trouble | None] = {}
    since = dict(known)
    for name, trouble in outcomes:
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


def _is_due(since: str, told: bool, reported: datetime | None, now: datetime) -> bool:
    """Is this trouble to be told now: for the first time, or because another week has gone by?"""
    if not told or reported is None:
        return True
    began = datetime.fromisoformat(since)
    return (now - began) // _AGAIN > (reported - began) // _AGAIN
