"""Measuring: two commands in turn, A B A B, so that a machine's mood hits both; ratios pair by pair."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Cost:
    """One run of a command: seconds on the wall, seconds of processor (its children's too)."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Contest:
    """Ours against a peer. `limit` is the ratio of medians that we mean to stay under."""

    name: str
    ours: Sequence[str]
    peer: Sequence[str]
    peer_name: str
    limit: float
    measure: str = "wall"  # or cpu: where the wall clock is mostly noise
    environment: Mapping[str, str] | None = None


def run(command: Sequence[str], environment: Mapping[str, str] | None) -> Cost:
    """Run a command to its end. Raise CalledProcessError if it fails: a fast failure is no result."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        command, check=True, cwd=ROOT, env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def hold(contest: Contest, rounds: int) -> dict[str, Any]:
    """Hold a contest: one warm-up, then `rounds` pairs. Give medians, and the ratio's median and range."""
    run(contest.ours, contest.environment)
    run(contest.peer, contest.environment)
    pairs = [
        (run(contest.ours, contest.environment), run(contest.peer, contest.environment))
        for _ in range(rounds)
    ]
    ratios = sorted(getattr(ours, contest.measure) / getattr(peer, contest.measure) for ours, peer in pairs)
    return {
        "name": contest.name,
        "peer": contest.peer_name,
        "measure": contest.measure,
        "rounds": rounds,
        "ours_seconds": round(statistics.median(getattr(ours, contest.measure) for ours, _peer in pairs), 4),
        "peer_seconds": round(statistics.median(getattr(peer, contest.measure) for _ours, peer in pairs), 4),
        "ratio": round(statistics.median(ratios), 3),
        "ratio_least": round(ratios[0], 3),
        "ratio_most": round(ratios[-1], 3),
        "limit": contest.limit,
        "within": statistics.median(ratios) <= contest.limit,
    }


def table(results: Sequence[Mapping[str, Any]]) -> str:
    """The results as aligned text."""
    headings = ("contest", "against", "what", "ours", "peer", "ratio", "range", "limit")
    rows = [
        (
            result["name"], result["peer"], result["measure"], f"{result['ours_seconds']:.3f} s",
            f"{result['peer_seconds']:.3f} s", f"{result['ratio']:.2f}",
            f"{result['ratio_least']:.2f}-{result['ratio_most']:.2f}",
            f"{result['limit']:.2f}" + ("" if result["within"] else "  EXCEEDED"),
        )
        for result in results
    ]  # fmt: skip
    widths = [max(len(row[column]) for row in [headings, *rows]) for column in range(len(headings))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [headings, *rows]
    )
