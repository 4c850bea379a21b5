"""Measuring: two commands in turn, A B A B, so that a machine's mood hits both; ratios pair by pair.

What has no peer is held against a limit of its own: processor time a device, memory, or itself on a tenth.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).resolve().parent.parent
BITOOLS = [sys.executable, "-m", "bitools"]

Measure = Literal["wall", "cpu", "memory", "told", "size"]
UNITS: Mapping[Measure, str] = {"wall": "s", "cpu": "s", "memory": "MB", "told": "s", "size": "MB"}


@dataclass(frozen=True)
class Cost:
    """One run of a command: seconds on the wall, seconds of processor (its children's too), MB of memory at
    its most (the biggest of its processes), and the seconds it has measured itself (`told`).
    """

    wall: float
    cpu: float
    memory: float
    told: float

    @property
    def size(self) -> float:
        """MB that it has measured itself."""
        return self.told

    def less(self, other: Cost) -> Cost:
        """What is left of it without the time of another run: without start-up, say."""
        return Cost(self.wall - other.wall, self.cpu - other.cpu, self.memory, self.told)


@dataclass(frozen=True)
class Contest:
    """Ours against a peer. `limit` is the ratio of medians that we mean to stay under.

    `allowance` is what ours may take beyond the peer's share, in the unit measured: it is taken off first.
    `prepare` is called before each run, unmeasured: to give a first run an empty state again. `start_up` is a
    command whose time is taken off ours, where the peer's start-up is nothing.
    """

    name: str
    ours: Sequence[str]
    peer: Sequence[str]
    peer_name: str
    limit: float
    measure: Measure = "wall"  # or cpu: where the wall clock is mostly noise
    environment: Mapping[str, str] | None = None
    prepare: Callable[[], object] | None = None
    start_up: Sequence[str] | None = None
    allowance: float = 0.0


@dataclass(frozen=True)
class Limit:
    """Ours against a figure that holds on any machine: what one of `parts` may cost, in `unit`."""

    name: str
    ours: Sequence[str]
    limit: float
    measure: Measure
    unit: str
    parts: float = 1.0
    environment: Mapping[str, str] | None = None
    prepare: Callable[[], object] | None = None


def run(
    command: Sequence[str],
    environment: Mapping[str, str] | None,
    prepare: Callable[[], object] | None = None,
) -> Cost:
    """Run a command to its end. Raise RuntimeError, with its words, if it fails: a fast failure is no result.

    What is installed has its byte code: the warm-up may write it, whatever this machine's environment says.
    """
    if prepare:
        prepare()
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    measured = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "bench" / "measure.py"), *command],
        check=False, cwd=ROOT, env={**inherited, **(environment or {})},
        stdin=subprocess.DEVNULL, capture_output=True,
    )  # fmt: skip
    if measured.returncode:
        said = measured.stderr.decode(errors="replace").strip()
        raise RuntimeError(f"{' '.join(command)} ended {measured.returncode}: {said}")
    return Cost(**json.loads(measured.stdout))


def hold(contest: Contest | Limit, rounds: int) -> dict[str, Any]:
    """One warm-up, then `rounds` runs or pairs. Give medians, and the ratio's median and range."""
    return _alone(contest, rounds) if isinstance(contest, Limit) else _paired(contest, rounds)


def _paired(contest: Contest, rounds: int) -> dict[str, Any]:
    def both() -> tuple[float, float]:
        ours = run(contest.ours, contest.environment, contest.prepare)
        peer = run(contest.peer, contest.environment, contest.prepare)
        if contest.start_up:
            ours = ours.less(run(contest.start_up, contest.environment))
        return getattr(ours, contest.measure), getattr(peer, contest.measure)

    both()
    pairs = [both() for _ in range(rounds)]
    ratios = sorted((ours - contest.allowance) / peer for ours, peer in pairs)
    return {
        "name": contest.name,
        "peer": contest.peer_name,
        "measure": contest.measure,
        "unit": UNITS[contest.measure],
        "rounds": rounds,
        "ours": round(statistics.median(ours for ours, _peer in pairs), 4),
        "peer_took": round(statistics.median(peer for _ours, peer in pairs), 4),
        "ratio": round(statistics.median(ratios), 3),
        "ratio_least": round(ratios[0], 3),
        "ratio_most": round(ratios[-1], 3),
        "limit": contest.limit,
        "allowance": contest.allowance,
        "within": statistics.median(ratios) <= contest.limit,
    }


def _alone(limit: Limit, rounds: int) -> dict[str, Any]:
    """Times are in ms a part, memory in MB: so small are the parts. Two limits of one command share it."""
    scale = 1.0 if limit.measure == "memory" else 1000.0
    costs = _costs(tuple(limit.ours), tuple((limit.environment or {}).items()), limit.prepare, rounds)
    found = sorted(float(getattr(cost, limit.measure)) * scale / limit.parts for cost in costs)
    return {
        "name": limit.name,
        "measure": limit.measure,
        "unit": limit.unit,
        "rounds": rounds,
        "ours": round(statistics.median(found), 2),
        "ours_least": round(found[0], 2),
        "ours_most": round(found[-1], 2),
        "limit": limit.limit,
        "within": statistics.median(found) <= limit.limit,
    }


@cache
def _costs(
    ours: tuple[str, ...],
    environment: tuple[tuple[str, str], ...],
    prepare: Callable[[], object] | None,
    rounds: int,
) -> list[Cost]:
    run(ours, dict(environment), prepare)
    return [run(ours, dict(environment), prepare) for _ in range(rounds)]


def table(results: Sequence[Mapping[str, Any]]) -> str:
    """The results as aligned text."""
    headings = ("contest", "against", "what", "ours", "peer", "ratio", "range", "limit")
    rows = [_row(result) for result in results]
    widths = [max(len(row[column]) for row in [headings, *rows]) for column in range(len(headings))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [headings, *rows]
    )


def _row(result: Mapping[str, Any]) -> tuple[str, ...]:
    exceeded = "" if result["within"] else "  EXCEEDED"
    unit = result["unit"]
    if "peer" not in result:
        return (
            result["name"], "", result["measure"], f"{result['ours']:.1f} {unit}", "", "",
            f"{result['ours_least']:.1f}-{result['ours_most']:.1f}", f"{result['limit']:g} {unit}{exceeded}",
        )  # fmt: skip
    return (
        result["name"], result["peer"], result["measure"], f"{result['ours']:.3f} {unit}",
        f"{result['peer_took']:.3f} {unit}", f"{result['ratio']:.2f}",
        f"{result['ratio_least']:.2f}-{result['ratio_most']:.2f}",
        f"{result['limit']:.2f}{_allowed(result)}{exceeded}",
    )  # fmt: skip


def _allowed(result: Mapping[str, Any]) -> str:
    """What ours may take on top, which the ratio leaves out."""
    return f" + {result['allowance']:g} {result['unit']}" if result["allowance"] else ""
