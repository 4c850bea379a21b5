"""Who changed it: the configuration's header, the device's log and our ledger are asked, nobody is guessed.

`state/seen.json` holds by device when it was last seen, what its header said then and which lines of its log
were read. Who it was goes into the commit's author and the report, never into the difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, NotRequired, TypeGuard

from typing_extensions import TypedDict

from bitools import state
from bitools.engine import Attempt
from bitools.errors import IntegrityBroken
from bitools.inventory.network import Device
from bitools.net.decisions.authorship import (
    ACTS,
    LastSeen,
    Log,
    LogLine,
    combined,
    from_header,
    from_journal,
    from_ledger,
    header,
    naming,
    read_log,
    still_heard,
)
from bitools.net.verbs.against_stored import Compared
from bitools.net.verbs.fetch import Fetched, Fetcher
from bitools.net.wire.history import Commit, History
from bitools.run import Run

_LEAST = 3.0  # seconds that must be left to ask at all
_FILE = "seen.json"


class _Remembered(TypedDict):
    at: str
    header: str
    heard: NotRequired[list[str]]


class Authors(NamedTuple):
    """Who made a change, empty if nobody knows; and all of them, if they were several."""

    author: str
    several: tuple[str, ...] = ()


def attributed(
    run: Run, fetcher: Fetcher, changed: Sequence[Compared], deadline: float
) -> tuple[Mapping[str, Authors], Mapping[str, Sequence[LogLine]]]:
    """By device, who made its change as far as that can be known, and what was read of its log.

    A log that cannot be read leaves what is known otherwise; one that lost its beginning proves nothing.
    """
    authors = {one.device.name: Authors(one.fetched.running.author) for one in changed if one.before is None}
    later = [one for one in changed if one.before is not None]
    if not later:
        return authors, {}
    seen = _seen(run, [one.device.name for one in later])
    zone = run.inventory.settings.zone
    acts = [entry for entry in run.ledger.entries() if entry.get("action") in ACTS]
    asked = [one.device for one in later if one.device.name in seen and not one.fetched.log]
    logs = _logged(run, fetcher, asked, seen, deadline)
    for device, fetched in ((one.device, one.fetched) for one in later):
        last = seen.get(device.name)
        if last is None:
            authors[device.name] = Authors("")  # nobody knows whether its header is a new one
            continue
        journal = fetcher.platform(device).journal
        if journal and fetched.log:
            logs[device.name] = read_log(fetched.log, journal, last, datetime.now().astimezone(), zone)
        log = logs.get(device.name, Log())
        by_header = from_header(fetched.running.author, fetched.running.changed_at, last, zone)
        by_log = from_journal(log, last, datetime.now().astimezone())
        by_ledger = from_ledger(acts, device.name, last.at)
        everybody = combined(by_header, by_log, by_ledger, account=device.username, lost=log.lost)
        author, names = naming(everybody)
        authors[device.name] = Authors(author, tuple(names) if len(names) > 1 else ())
    return authors, {name: log.lines for name, log in logs.items()}


def believed(run: Run, device: Device, fetched: Fetched) -> str:
    """Whom the header names, if it tells of a change since the device was last seen."""
    last = _seen(run, [device.name]).get(device.name)
    if last is None:
        return ""
    zone = run.inventory.settings.zone
    return naming(from_header(fetched.running.author, fetched.running.changed_at, last, zone))[0]


def remember(
    run: Run, whole: Iterable[tuple[Device, Fetched]], logs: Mapping[str, Sequence[LogLine]]
) -> None:
    """Keep when these devices were seen, what their headers said and what was read of their logs."""
    known = _read(run)
    known |= {
        device.name: _remembered(run.started, fetched, known.get(device.name), logs.get(device.name))
        for device, fetched in whole
    }
    state.write(run.state.path(_FILE), json.dumps(known, ensure_ascii=False).encode())


def _remembered(
    at: datetime, fetched: Fetched, before: _Remembered | None, log: Sequence[LogLine] | None
) -> _Remembered:
    found: _Remembered = {
        "at": at.isoformat(timespec="seconds"),
        "header": header(fetched.running.author, fetched.running.changed_at),
    }
    heard = [*map(str, log)] if log is not None else before.get("heard") if before else None
    if heard is not None:
        found["heard"] = [*still_heard(heard, at)]
    return found


def _seen(run: Run, devices: Iterable[str]) -> dict[str, LastSeen]:
    """When each was last seen: as it was remembered, else when its last change was stored."""
    history, known = History(run.state), _read(run)
    found: dict[str, LastSeen] = {}
    for name in devices:
        if entry := known.get(name):
            heard = tuple(entry["heard"]) if "heard" in entry else None
            found[name] = LastSeen(datetime.fromisoformat(entry["at"]), entry["header"], heard)
        elif commits := _last(history, name):
            found[name] = LastSeen(commits[0].time)
    return found


def _last(history: History, device: str) -> list[Commit]:
    try:
        return history.log([device], most=1)
    except IntegrityBroken:
        return []  # told elsewhere; then nobody is named


def _read(run: Run) -> dict[str, _Remembered]:
    """What was remembered; of a file that cannot be read nothing, for it only makes us believe less."""
    try:
        found = json.loads(run.state.read(_FILE))
    except (FileNotFoundError, ValueError):
        return {}
    entries = found.items() if isinstance(found, dict) else ()
    return {name: entry for name, entry in entries if _whole(entry)}


def _whole(entry: object) -> TypeGuard[_Remembered]:
    if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in ("at", "header")):
        return False
    heard = entry.get("heard", [])
    return isinstance(heard, list) and all(isinstance(line, str) for line in heard)


def _logged(
    run: Run, fetcher: Fetcher, devices: Sequence[Device], seen: Mapping[str, LastSeen], deadline: float
) -> dict[str, Log]:
    now = datetime.now().astimezone()
    left = deadline - (now - run.started).total_seconds()
    able = [device for device in devices if (log := fetcher.platform(device).journal) and log.alone]
    if left < _LEAST or not able:
        return {}

    def work(device: Device, attempt: Attempt) -> Log:
        journal = fetcher.platform(device).journal
        if journal is None:
            return Log()
        text = fetcher.ask(device, journal, attempt)
        zone = run.inventory.settings.zone
        return read_log(text, journal, seen[device.name], datetime.now().astimezone(), zone)

    outcomes = fetcher.each(able, work, left)
    return {outcome.target.name: outcome.value for outcome in outcomes if outcome.value is not None}
