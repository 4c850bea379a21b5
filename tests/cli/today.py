"""Documents of past runs, from which `bitools status` tells how today stands."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime, timedelta

from bitools.errors import Code
from bitools.state import Document, State
from tests.conftest import InProcess

NOW = datetime.now().astimezone().replace(microsecond=0)
HOUR = timedelta(hours=1)


def remember(town: InProcess, kind: str, age: timedelta, *items: dict[str, object], **more: object) -> None:
    """A run of the past, as its document tells it; `failed` is among `more`."""
    began = NOW - age
    run = f"{began.astimezone(UTC):%Y%m%dT%H%M%SZ}-{kind[-3:]}"
    failed = [
        {"target": target, "code": 12, "error": error, "hint": "", **extra}
        for target, error, extra in more.pop("failed", ())
    ]
    document = Document(f"bitools.{kind}/1", run, began, items=[*items], failed=failed, finished=began)
    document.more = more
    State(town.state).save(document)


def device(name: str, status: str = "unchanged") -> dict[str, object]:
    place = {"device": name, "site": "merkez", "role": "lan", "platform": "cisco_ios"}
    return {**place, "status": status, "commit": None, "lines": 9}


def dataset(name: str, status: str = "complete") -> dict[str, object]:
    return {"dataset": name, "status": status, "tiers": [], "snapshot": "ab" * 32, "bytes": 9}


def violation(name: str) -> dict[str, object]:
    return {
        "sam_account_name": name,
        "guid": None,
        "dn": f"CN={name}",
        "action": "audit",
        "changes": [],
        "status": "violation",
        "rule": "stale",
        "why": "unused",
    }


DEVICES, DATASETS = ("sw-01", "sw-02", "rt-01"), ("belgeler", "ayarlar")


def mended(town: InProcess, step: str) -> None:
    """The step is a command line that bitools takes: it is no wrong one, and no bug."""
    [name, *words] = shlex.split(step)
    assert name == "bitools", step
    answer = town(*words)
    assert answer.code not in (Code.BUG, Code.USAGE), answer.stderr
