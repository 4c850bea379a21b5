"""Who changed it, where the configuration's own header does not say: the device's log, or our ledger.

Never guessed: only a line from between the last stored snapshot and now counts, and only if all such lines
name one person. It goes into the commit's author and the report, never into the difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from bitools.engine import fan_out
from bitools.inventory.network import Device
from bitools.net.decisions.configuration import plain_author
from bitools.net.verbs.fetch import Fetcher
from bitools.net.wire.history import Entry, History
from bitools.platforms.model import Journal
from bitools.run import Run

ACTS = ("net.apply", "net.restore")
_SKEW = timedelta(minutes=5)  # a device's clock may be ahead
_LEAST = 3.0  # seconds that must be left to ask at all


def from_journal(text: str, journal: Journal, after: datetime, now: datetime, zone: tzinfo) -> str:
    """The one person whom the device's log names between `after` and `now`; empty for none or several.

    A device's clock without an offset is in `zone`.
    """
    users = set()
    for pattern in journal.lines:
        for found in re.finditer(pattern, text, re.MULTILINE):
            time = _time(found["time"], journal.times, now, zone)
            if found["user"] and time and after <= time <= now + _SKEW:
                users.add(plain_author(found["user"]))
    return users.pop() if len(users) == 1 else ""


def _time(text: str, forms: Sequence[str], now: datetime, zone: tzinfo) -> datetime | None:
    """A device's time. Without a year it is the last time that this day was."""
    plain = " ".join(text.split())
    for form in forms:
        dated = "%Y" in form or "%y" in form
        try:
            found = datetime.strptime(
                plain if dated else f"{now.year} {plain}", form if dated else f"%Y {form}"
            )
        except ValueError:
            continue
        time = found if found.tzinfo else found.replace(tzinfo=zone)
        if not dated and time > now + timedelta(days=1):
            time = time.replace(year=time.year - 1)
        return time
    return None


def from_ledger(entries: Iterable[Mapping[str, Any]], device: str, after: datetime) -> str:
    """Who changed the device with bitools since `after`; empty for nobody or several."""
    actors = {
        str(entry["actor"])
        for entry in entries
        if entry.get("action") in ACTS
        and entry.get("target") == device
        and entry.get("outcome") == "done"
        and datetime.fromisoformat(str(entry["time"])) >= after
    }
    return plain_author(actors.pop()) if len(actors) == 1 else ""


def attributed(
    run: Run, fetcher: Fetcher, devices: Sequence[Device], entries: Sequence[Entry], deadline: float
) -> list[Entry]:
    """The entries with the authors that can be known; a log that cannot be read leaves `unknown`."""
    silent = {entry.device for entry in entries if not entry.author and entry.trailers["Reason"] == "changed"}
    if not silent:
        return list(entries)
    history = History(run.state)
    since = {name: commits[0].time for name in silent if (commits := history.log([name], most=1))}
    acts = [entry for entry in run.ledger.entries() if entry.get("action") in ACTS]
    authors = {name: from_ledger(acts, name, after) for name, after in since.items()}
    asked = [device for device in devices if device.name in since and not authors[device.name]]
    authors |= _logged(run, fetcher, asked, since, deadline)
    return [replace(entry, author=entry.author or authors.get(entry.device, "")) for entry in entries]


def _logged(
    run: Run, fetcher: Fetcher, devices: Sequence[Device], since: Mapping[str, datetime], deadline: float
) -> dict[str, str]:
    now = datetime.now().astimezone()
    left = deadline - (now - run.started).total_seconds()
    able = [device for device in devices if fetcher.platform(device).journal]
    if left < _LEAST or not able:
        return {}

    def work(device: Device) -> str:
        journal = fetcher.platform(device).journal
        if journal is None:
            return ""
        text = fetcher.ask(device, journal)
        zone = run.inventory.settings.zone
        return from_journal(text, journal, since[device.name], datetime.now().astimezone(), zone)

    outcomes = fan_out(able, work, fetcher.limits(left))
    return {outcome.target.name: outcome.value for outcome in outcomes if outcome.value}
