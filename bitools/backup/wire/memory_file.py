"""Where a repository's memory is kept between runs: `state/backup/<repository>.json`.

Times are ISO 8601, a run is `data set/run`, a snapshot a list of its time, tags, first id and host. No word
of another program is kept unmasked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, astuple
from datetime import date, datetime
from typing import Any

from bitools.backup.decisions.absence import Absent
from bitools.backup.decisions.looks import Sample
from bitools.backup.decisions.memory import (
    Accepted,
    Applied,
    Content,
    Doubted,
    Drift,
    LastRun,
    Memory,
    OpenTrouble,
    TroubleKey,
)
from bitools.backup.decisions.places import Place
from bitools.backup.decisions.runs import RunKey, Snapshot
from bitools.backup.decisions.suspicion import Extent
from bitools.backup.decisions.tables import Table
from bitools.credentials import mask
from bitools.errors import IntegrityBroken
from bitools.i18n import _
from bitools.state import State, write

_MOMENTS = ("seen", "doubtful", "read", "drilled", "copied", "asked")
_RUNS = ("partial", "unproven")
_PLAIN = ("mounts", "inside", "roughly")


def load(state: State, repository: str) -> Memory:
    """Read it; a new one if there is none. Raise IntegrityBroken if it cannot be understood."""
    path = state.at("backup", f"{repository}.json")
    if not path.exists():
        return Memory(repository)
    try:
        return _read(repository, json.loads(path.read_bytes()))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        hint = _("move it away: times are then trusted as on the first look")
        raise IntegrityBroken(
            f"{path}: " + _("not what was written there"), hint=hint, cause=error
        ) from error


def save(memory: Memory, state: State) -> None:
    """Write it, whole or not at all."""
    content: dict[str, Any] = {
        "listed": _text(memory.listed),
        **{name: _each(getattr(memory, name), datetime.isoformat) for name in _MOMENTS},
        **{name: _masked(getattr(memory, name)) for name in _RUNS},
        **{name: getattr(memory, name) for name in _PLAIN},
        "applied": _each(memory.applied, _applied_text),
        "retained": _text(memory.retained) or "",
        "known": _each(memory.known, _snapshot_text),
        "sizes": {day.isoformat(): size for day, size in memory.sizes.items()},
        "outcomes": _each(memory.outcomes, lambda one: [one.time.isoformat(), one.bytes, mask(one.error)]),
        "troubles": {
            " ".join(key): [one.time.isoformat(), mask(one.error)] for key, one in memory.troubles.items()
        },
        "suspicious": {"/".join(key): why for key, why in memory.suspicious.items()},
        "usual": _each(memory.usual, lambda runs: [[*astuple(one)] for one in runs]),
        "strange": _each(memory.strange, lambda one: [*astuple(one)]),
        "accepted": _each(memory.accepted, lambda one: [one.time.isoformat(), *astuple(one.extent)]),
        "drift": _each(memory.drift, lambda one: [one.time.isoformat(), one.touched]),
        "looks": _each(memory.content, _content_text),
        "tables": _each(memory.tables, lambda every: _each(every, lambda one: [*astuple(one)])),
        "places": _each(memory.places, lambda every: _each(every, _place_text)),
        "doubted": _each(memory.doubted, asdict),
        "absent": {"/".join(key): _absent_text(one) for key, one in memory.absent.items()},
        "replacing": memory.replacing,
        "old_key": memory.old_key,
        "identity": memory.identity,
    }
    write(state.path("backup", f"{memory.repository}.json"), json.dumps(content).encode())


def _read(repository: str, content: Mapping[str, Any]) -> Memory:
    """What an older version did not write is as in a new memory; what it wrote beside is left."""
    found: dict[str, Any] = {"listed": _moment(content["listed"]), "retained": _moment(content["retained"])}
    found |= {name: _each(content[name], datetime.fromisoformat) for name in _MOMENTS if name in content}
    found |= {name: _by_run(content[name]) for name in _RUNS if name in content}
    found |= {name: content[name] for name in _PLAIN if name in content}
    found["applied"] = _each(content.get("applied", {}), _applied)
    found["known"] = {name: _snapshot(name, one) for name, one in content.get("known", {}).items()}
    found["sizes"] = {date.fromisoformat(day): size for day, size in content.get("sizes", {}).items()}
    found["outcomes"] = _each(content.get("outcomes", {}), _outcome)
    found["troubles"] = {_trouble_key(key): _trouble(one) for key, one in content.get("troubles", {}).items()}
    found["suspicious"] = _by_run(content.get("suspicious", {}))
    found["absent"] = {key: _absent(one) for key, one in _by_run(content.get("absent", {})).items()}
    found["usual"] = _each(content.get("usual", {}), lambda runs: [Extent(*one) for one in runs])
    found["strange"] = _each(content.get("strange", {}), lambda one: Extent(*one))
    found["accepted"] = _each(content.get("accepted", {}), _accepted)
    found["drift"] = _each(content.get("drift", {}), _drift)
    found["content"] = _each(content.get("looks", {}), _content)  # older versions wrote counts alone
    found["tables"] = _each(content.get("tables", {}), lambda every: _each(every, lambda one: Table(*one)))
    found["places"] = _each(content.get("places", {}), lambda every: _each(every, _place))
    found["doubted"] = _each(content.get("doubted", {}), lambda one: Doubted(**one))
    found |= {name: str(content.get(name, "")) for name in ("old_key", "identity")}
    found["replacing"] = bool(content.get("replacing"))
    return Memory(repository, **found)


def _each(values: Mapping[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    return {name: change(value) for name, value in values.items()}


def _masked(texts: Mapping[RunKey, str]) -> dict[str, str]:
    return {"/".join(key): mask(text) for key, text in texts.items()}


def _by_run(values: Mapping[str, Any]) -> dict[RunKey, Any]:
    found: dict[RunKey, Any] = {}
    for key, text in values.items():
        dataset, _slash, run = key.partition("/")
        found[dataset, run] = text
    return found


def _snapshot(identity: str, written: list[Any]) -> Snapshot:
    time, tags, original, *host = written  # older versions wrote no host
    when = datetime.fromisoformat(time)
    return Snapshot(identity, when, tuple(tags), original=original, host=host[0] if host else "")


def _snapshot_text(one: Snapshot) -> list[Any]:
    return [one.time.isoformat(), list(one.tags), one.original, one.host]


def _outcome(written: list[Any]) -> LastRun:
    time, size, error = written
    return LastRun(datetime.fromisoformat(time), int(size), error)


def _content(written: list[Any]) -> Content:
    time, looks, count, *biggest = written  # older versions did not weigh files
    return Content(datetime.fromisoformat(time), Sample(looks, count, *biggest))


def _content_text(content: Content) -> list[Any]:
    return [content.time.isoformat(), *astuple(content.sample)]


def _accepted(written: list[Any]) -> Accepted:
    time, *extent = written
    return Accepted(datetime.fromisoformat(time), Extent(*extent))


def _place(written: list[Any]) -> Place:
    files, least, *times = written
    low, since = map(datetime.fromisoformat, times)
    return Place(files, least, low, since)


def _place_text(one: Place) -> list[Any]:
    return [one.files, one.least, one.low.isoformat(), one.since.isoformat()]


def _drift(written: list[Any]) -> Drift:
    time, touched = written
    return Drift(datetime.fromisoformat(time), float(touched))


def _absent(written: list[Any]) -> Absent:
    time, *rest = written
    return Absent(datetime.fromisoformat(time), *rest)


def _absent_text(one: Absent) -> list[Any]:
    return [one.time.isoformat(), one.parts, one.complete, one.pinned, one.told]


def _trouble(written: list[str]) -> OpenTrouble:
    time, error = written
    return OpenTrouble(datetime.fromisoformat(time), error)


def _trouble_key(text: str) -> TroubleKey:
    act, _space, target = text.partition(" ")
    return act, target


def _applied(written: Mapping[str, Any]) -> Applied:
    return Applied(written["counts"], written["zone"], datetime.fromisoformat(written["time"]))


def _applied_text(applied: Applied) -> dict[str, Any]:
    return {"counts": dict(applied.counts), "zone": applied.zone, "time": applied.time.isoformat()}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
