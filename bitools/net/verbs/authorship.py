"""Who changed it: the configuration's header, the device's log and our ledger are asked, nobody is guessed.

`state/seen.json` holds by device when it was last seen and what its header said then. Who it was goes into
the commit's author and the report, never into the difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bitools import state
from bitools.engine import fan_out
from bitools.errors import IntegrityBroken
from bitools.inventory.network import Device
from bitools.net.decisions.authorship import (
    ACTS,
    Seen,
    from_header,
    from_journal,
    from_ledger,
    header,
    named,
)
from bitools.net.verbs.fetch import Fetched, Fetcher
from bitools.net.wire.history import Commit, Entry, History
from bitools.run import Run

_LEAST = 3.0  # seconds that must be left to ask at all
_FILE = "seen.json"


def attributed(
    run: Run, fetcher: Fetcher, changed: Sequence[tuple[Device, Fetched, Entry]], deadline: float
) -> list[Entry]:
    """The entries with the authors that can be known; a log that cannot be read leaves what is known."""
    told = {entry.device for _device, _fetched, entry in changed if entry.trailers["Reason"] == "changed"}
    if not told:
        return [entry for _device, _fetched, entry in changed]
    seen = _seen(run, told)
    zone = run.inventory.settings.zone
    acts = [entry for entry in run.ledger.entries() if entry.get("action") in ACTS]
    asked = [device for device, fetched, _entry in changed if device.name in seen and not fetched.log]
    logs = _logged(run, fetcher, asked, seen, deadline)
    entries = []
    for device, fetched, entry in changed:
        if last := seen.get(device.name):
            people = from_header(fetched.running.author, fetched.running.changed_at, last, zone)
            people |= from_ledger(acts, device.name, last.at) | logs.get(device.name, frozenset())
            journal = fetcher.platform(device).journal
            if journal and fetched.log:
                people |= from_journal(fetched.log, journal, last.at, datetime.now().astimezone(), zone)
            author, names = named(people)
            more = {"Authors": ", ".join(names)} if len(names) > 1 else {}
            entry = replace(entry, author=author, trailers={**entry.trailers, **more})
        entries.append(entry)
    return entries


def remember(run: Run, whole: Iterable[tuple[Device, Fetched]]) -> None:
    """Keep when these devices were seen and what their headers said."""
    now = run.started.isoformat(timespec="seconds")
    known = _read(run)
    known |= {
        device.name: {"at": now, "header": header(fetched.running.author, fetched.running.changed_at)}
        for device, fetched in whole
    }
    state.write(run.state.path(_FILE), json.dumps(known, ensure_ascii=False, indent=1).encode())


def _seen(run: Run, devices: Iterable[str]) -> dict[str, Seen]:
    """When each was last seen: as it was remembered, else when its last change was stored."""
    history, known = History(run.state), _read(run)
    found: dict[str, Seen] = {}
    for name in devices:
        if name in known:
            found[name] = Seen(datetime.fromisoformat(known[name]["at"]), known[name]["header"])
        elif commits := _last(history, name):
            found[name] = Seen(commits[0].time)
    return found


def _last(history: History, device: str) -> list[Commit]:
    try:
        return history.log([device], most=1)
    except IntegrityBroken:
        return []  # told elsewhere; then nobody is named


def _read(run: Run) -> dict[str, dict[str, str]]:
    """What was remembered; of a file that cannot be read nothing, for it only makes us believe less."""
    try:
        found = json.loads(run.state.read(_FILE))
    except (FileNotFoundError, ValueError):
        return {}
    entries = found.items() if isinstance(found, dict) else ()
    return {name: entry for name, entry in entries if _whole(entry)}


def _whole(entry: object) -> bool:
    return isinstance(entry, dict) and all(isinstance(entry.get(key), str) for key in ("at", "header"))


def _logged(
    run: Run, fetcher: Fetcher, devices: Sequence[Device], seen: Mapping[str, Seen], deadline: float
) -> dict[str, frozenset[str]]:
    now = datetime.now().astimezone()
    left = deadline - (now - run.started).total_seconds()
    able = [device for device in devices if (log := fetcher.platform(device).journal) and log.alone]
    if left < _LEAST or not able:
        return {}

    def work(device: Device) -> frozenset[str]:
        journal = fetcher.platform(device).journal
        if journal is None:
            return frozenset()
        text = fetcher.ask(device, journal)
        zone = run.inventory.settings.zone
        return from_journal(text, journal, seen[device.name].at, datetime.now().astimezone(), zone)

    outcomes = fan_out(able, work, fetcher.limits(left))
    return {outcome.target.name: outcome.value for outcome in outcomes if outcome.value}
