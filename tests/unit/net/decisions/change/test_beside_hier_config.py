"""hier_config beside us on its own platforms: every disagreement is explained, and no explanation is idle."""

from __future__ import annotations

import pytest

from bench.remediation_cases import CASES, Case, both

OWN = {
    *("cisco_ios", "cisco_nxos", "cisco_xr", "arista_eos", "juniper_junos", "hp_comware", "hp_procurve"),
    *("fortinet", "vyos"),
}


def test_every_platform_of_theirs_is_held_against_ours() -> None:
    assert {case.platform for case in CASES} >= OWN


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.platform} {case.name}")
def test_a_disagreement_is_explained(case: Case) -> None:
    one, other, differ = both(case)
    assert differ == bool(case.why), f"ours: {one}; theirs: {other}"
