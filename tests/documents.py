"""Documents of runs, made from their types: each is proven to be one that a command could have written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from bitools.documents.backup import RunItem
from bitools.documents.envelope import Failure
from bitools.documents.net import AckItem, Change, DiffItem, SnapshotItem
from bitools.documents.user import AccountItem
from bitools.documents.words import Severity
from tests.conftest import published

NIGHT = datetime(2026, 11, 22, 5, 0, tzinfo=ZoneInfo("Europe/Istanbul"))


def change(
    line: str = "ip helper-address 10.0.0.5",
    severity: Severity = "info",
    kind: str = "added",
    path: Iterable[str] = ("interface Vlan40",),
) -> Change:
    made = {"path": list(path), "kind": kind, "line": line, "old": None, "new": line, "severity": severity}
    return cast(Change, made)


def identity(device: str, site: str = "merkez", role: str = "lan") -> dict[str, Any]:
    return {"device": device, "site": site, "role": role, "platform": "cisco_ios"}


def stored(
    device: str, *changes: Change, site: str = "merkez", role: str = "lan", **more: Any
) -> SnapshotItem:
    made = {
        **identity(device, site, role),
        "status": "stored",
        "commit": "4f1c" * 10,
        "lines": 300,
        "author": None,
        "first": False,
        "changes": list(changes),
        "added": len(changes),
        "removed": 0,
        "diff": f"+{device}\n",
        **more,
    }
    return cast(SnapshotItem, made)


def unchanged(device: str, **more: Any) -> SnapshotItem:
    made = {**identity(device), "status": "unchanged", "commit": None, "lines": 300, **more}
    return cast(SnapshotItem, made)


def quarantined(device: str, reason: str) -> SnapshotItem:
    made = {**identity(device), "status": "quarantined", "commit": None, "lines": 0, "reason": reason}
    return cast(SnapshotItem, made)


def differing(device: str, added: int) -> DiffItem:
    made = {**identity(device), "changes": [], "added": added, "removed": 0, "author": None, "diff": ""}
    return cast(DiffItem, made)


def reviewed(device: str, commit: str, status: str = "reviewed", waited: timedelta = timedelta()) -> AckItem:
    """A change that was reviewed at NIGHT, so long after it was stored."""
    made = {
        "device": device, "commit": commit, "time": (NIGHT - waited).isoformat(), "author": None,
        "site": "merkez", "role": "lan", "status": status,
        "review": {"by": "ayse", "time": NIGHT.isoformat(), "reason": "planlı"},
    }  # fmt: skip
    return cast(AckItem, made)


def account(name: str, action: str = "add", status: str = "created") -> AccountItem:
    return {
        "sam_account_name": name, "guid": None, "dn": None, "action": action, "changes": [], "status": status
    }  # fmt: skip


def backup(dataset: str, status: str = "complete", **more: Any) -> RunItem:
    made = {"dataset": dataset, "status": status, "tiers": ["daily"], "snapshot": "4f1c", "bytes": 10, **more}
    return cast(RunItem, made)


def failure(target: str, error: str = "no answer", code: int = 13, hint: str = "is it on?") -> Failure:
    return {"target": target, "code": code, "error": error, "hint": hint}


def document(
    kind: str,
    *items: Any,
    failed: Iterable[Failure] = (),
    started: datetime = NIGHT,
    changed: bool = True,
    applied: bool = True,
    **more: Any,
) -> Any:
    """One that a run of this kind wrote."""
    utc = started.astimezone(ZoneInfo("UTC"))
    made = {
        "schema": f"bitools.{kind}/1",
        "changed": changed,
        "applied": applied,
        "items": list(items),
        "failed": list(failed),
        "warnings": [],
        "started": started.isoformat(),
        "finished": (started + timedelta(seconds=9)).isoformat(),
        "run": f"{utc:%Y%m%dT%H%M%SZ}-4f1c9a",
        **more,
    }
    return published(made)
