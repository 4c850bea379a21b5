"""Where hier_config says otherwise, and why: `python -m bench.remediation_cases` lists it, with both answers.

A disagreement that is not explained here is an error, as is an explanation of none.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import yaml


class Case(NamedTuple):
    """Two configurations, and why hier_config's commands are others; empty where they are the same."""

    platform: str
    name: str
    old: str
    new: str
    why: str


CASES = [
    Case(**entry) for entry in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
]


def ours(case: Case) -> list[str]:
    """What we would type, and what we ask."""
    from bitools import platforms
    from bitools.net.decisions.change.language.dialect import dialect
    from bitools.net.decisions.change.language.typed import typed
    from bitools.net.decisions.change.plan import plan

    platform = platforms.load(case.platform)
    found = plan(case.old, case.new, platform)
    asked = [f"? {question.line}" for question in found.questions]
    return [*typed(found.commands, dialect(platform)), *asked]


def hier_config(case: Case) -> list[str]:
    """What hier_config would type."""
    from hier_config import Platform, WorkflowRemediation, get_hconfig

    names = {"fortinet": "FORTINET_FORTIOS", "hp_comware": "HP_COMWARE5"}
    kind = Platform[names.get(case.platform, case.platform.upper())]
    sides = [get_hconfig(kind, text) for text in (case.old, case.new)]
    return [
        line.cisco_style_text()
        for line in WorkflowRemediation(*sides).remediation_config.all_children_sorted()
    ]


def both(case: Case) -> tuple[list[str], list[str], bool]:
    """What either would type, and whether that is not the same."""
    one, other = ([line.strip() for line in side(case)] for side in (ours, hier_config))
    left = ("exit", "end", "next", "quit")
    return one, other, [line for line in one if line not in left] != [x for x in other if x not in left]


def main() -> int:
    """Print every disagreement. Exit 1 if one is not explained, or an explanation explains none."""
    wrong = 0
    for case in CASES:
        one, other, differ = both(case)
        wrong += differ != bool(case.why)
        if differ:
            print(f"{case.platform}: {case.name}: {case.why or 'NOT EXPLAINED'}")
            print(f"  ours:        {' | '.join(one)}\n  hier_config: {' | '.join(other)}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
