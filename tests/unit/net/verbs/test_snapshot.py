"""A device that is to be silent until a day is no failure, unless something worse than silence is the matter."""

from __future__ import annotations

import pytest

from bitools.engine import Outcome
from bitools.errors import BitoolsError, CredentialsRejected, IntegrityBroken, Unreachable
from bitools.net.verbs import snapshot
from bitools.net.verbs.proof import NotWhole


def outcome_of(town, until: str, error: BitoolsError):
    town.devices(**{"sw-x": f"platform: cisco_ios, silent_until: {until}"})
    run = town.run
    document = run.document("bitools.net.snapshot/1")
    snapshot._failed(run, document, Outcome(run.inventory.devices["sw-x"], None, error))
    return document


@pytest.mark.parametrize(
    ("until", "silent"), [("2026-11-02", True), ("2026-11-01", False), ("2026-10-31", False)]
)
def test_until_that_day(town, until: str, silent: bool) -> None:
    document = outcome_of(town, until, Unreachable("no answer", reason="timeout"))
    assert [item["status"] for item in document.items] == (["silent"] if silent else [])
    assert bool(document.failed) is not silent


@pytest.mark.parametrize("error", [Unreachable("another key", reason="host_key"), CredentialsRejected("no")])
def test_what_is_worse_than_silence_is_told(town, error: BitoolsError) -> None:
    assert outcome_of(town, "2027-01-01", error).failed


def test_what_is_quarantined_says_why(town) -> None:
    run = town.run
    document = run.document("bitools.net.snapshot/1")
    error = IntegrityBroken("not a whole configuration: it is cut off", reason="truncated")
    answer = Outcome(run.inventory.devices["huawei"], NotWhole(error, "sysname a\n"))
    snapshot._failed(run, document, answer)
    [item] = document.items
    assert (item["status"], item["reason"]) == ("quarantined", "truncated")
    assert document.failed[0]["reason"] == "truncated"
    assert town.state.path("quarantine", "huawei.txt").read_text() == "sysname a\n"
