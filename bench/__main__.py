"""`python -m bench [NAME…]`: hold the contests, print a table, leave JSON in build/bench.json."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from bench import (
    accounts,
    addresses,
    backup,
    difference,
    evidence,
    past,
    patterns,
    records,
    remediation,
    remediation_frr,
    reports,
    retention,
    snapshot,
    startup,
    upkeep,
)
from bench.frame import ROOT, Contest, Limit, hold, table

Ring = AbstractContextManager[Sequence[Contest | Limit]]

RINGS: dict[str, tuple[Callable[[], Ring], int]] = {
    "startup": (startup.contests, 15),
    "snapshot": (snapshot.hundred, 5),
    "snapshot-1000": (snapshot.thousand, 3),
    "snapshot-group14": (snapshot.group14, 5),
    "difference": (difference.contests, 5),
    "remediation": (remediation.contests, 5),
    "remediation-frr": (remediation_frr.contests, 1),
    "past": (past.contests, 5),
    "patterns": (patterns.contests, 1),
    "records": (records.contests, 7),
    "evidence": (evidence.contests, 3),
    "reports": (reports.contests, 5),
    "backup": (backup.contests, 5),
    "retention": (retention.contests, 5),
    "upkeep": (upkeep.contests, 3),
    "accounts": (accounts.contests, 2),
    "addresses": (addresses.contests, 3),
}


def main() -> int:
    """Exit 4 if a ratio is over its limit: differences found."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[[], *RINGS], default=[], help="which; all if none is named"
    )
    parser.add_argument("--rounds", type=int, default=0, help="runs, or pairs, in each contest")
    arguments = parser.parse_args()
    results = []
    for name in arguments.names or RINGS:
        ring, rounds = RINGS[name]
        with ring() as contests:
            results += [hold(contest, arguments.rounds or rounds) for contest in contests]
    print(table(results))
    path = ROOT / "build" / "bench.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(results, indent=2) + "\n")
    return 0 if all(result["within"] for result in results) else 4


if __name__ == "__main__":
    sys.exit(main())
