"""On restic's own tiers our decision is restic's: asked about forged years, both must say the same."""

from __future__ import annotations

import json
import random
import shutil
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bitools import process
from bitools.backup.decisions.retention import Policy, decide
from bitools.backup.decisions.runs import BackupRun, tags

ISTANBUL = ZoneInfo(
    "Europe/Istanbul"
)  # one offset since 2016: restic counts by the offset a snapshot carries
END = datetime(2026, 11, 22, 16, 5, tzinfo=ISTANBUL)
TIERS = ("hourly", "daily", "weekly", "monthly", "yearly")


def decide_alike(town, seed: int, days: int, count: int, rounds: int, *, oldest: bool = False) -> None:
    """Raise AssertionError on any difference; with `oldest` restic may keep the very oldest on top."""
    chance = random.Random(seed)
    moments: set[datetime] = set()
    while len(moments) < count:
        moments.add(END - timedelta(minutes=chance.randrange(2000, days * 1440)))
    runs = [
        BackupRun(town.repository.forge(moment, tags("x", str(number))), moment)
        for number, moment in enumerate(sorted(moments))
    ]
    for _round in range(rounds):
        wanted = chance.sample(TIERS, chance.randint(1, len(TIERS)))
        counts = {tier: chance.randint(1, 30) for tier in TIERS if tier in wanted}
        options = [f"--keep-{tier}={count}" for tier, count in counts.items()]
        answer = town.repository.restic(
            "forget", "--dry-run", "--json", "--group-by=", "--tag=bi.set=x", *options
        )
        (group,) = json.loads(answer)
        ours = decide(runs, Policy(counts, ISTANBUL, timedelta(0)), END)
        kept = {run.id for run in ours.keep}
        theirs = {one["id"] for one in group["keep"]}
        assert theirs - ({runs[0].id} if oldest else set()) == kept - ({runs[0].id} if oldest else set())


@pytest.mark.parametrize(("seed", "days"), [(0, 40), (3, 3600)])
def test_on_its_own_tiers_we_decide_as_restic_does(town, seed, days):
    decide_alike(town, seed, days, 300, 3)


@pytest.mark.torture
def test_we_decide_as_restic_does_over_five_thousand_snapshots(town):
    decide_alike(town, 5, 3650, 5000, 8)


@pytest.mark.torture
def test_a_newer_restic_decides_as_we_do_but_for_the_very_oldest(town, newer):
    """From 0.16 on it keeps the oldest snapshot for as long as a count is not used up."""
    restic = shutil.which("restic", path=process._inherited["PATH"])
    assert restic is not None
    assert restic.startswith(str(newer))
    decide_alike(town, 6, 3650, 5000, 8, oldest=True)
