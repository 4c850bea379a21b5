"""Which tests run one after another in one process: those of a file, and those of files with one `xdist_group`.

What a file's tests share (a domain controller, a museum of switches, a PostgreSQL) is made once then, not once
a process. xdist's own groups are written into the names of tests, where pytest 9.2 does not look any more:
every test went wherever there was room, and every server was started twice.
"""

from __future__ import annotations

import re
from functools import cache

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.conftest import ROOT

GROUP = re.compile(r"xdist_group\(\"([\w-]+)\"\)")
_ORDER = ("tests/system", "tests/wire", "tests/cli", "tests/unit")  # what takes long begins early
# Units whose storms take minutes, the longest first: one that began last would leave the other processes idle.
LONGEST = (
    "tests/wire/user/test_storm.py",
    "tests/wire/iplog/test_real_servers.py",
    "machine",
    "tests/wire/backup/test_kill_storm.py",
    "tests/wire/user/test_any_message.py",
    "frr-remediation",
    "tests/wire/backup/test_ransomware.py",
    "tests/wire/iplog/test_seals.py",
    "tests/wire/net/test_secrets_everywhere.py",
    "tests/wire/report/test_delivery.py",
    "tests/wire/net/test_remask_deaths.py",
    "tests/wire/user/test_crash.py",
    "tests/wire/user/test_faults.py",
    "tests/wire/net/test_faults.py",
    "tests/wire/backup/test_second_repository.py",
    "tests/wire/backup/test_recovery.py",
    "tests/wire/user/test_leavers.py",
    "tests/system/test_first_hour_mishaps.py",
    "tests/wire/test_ledger_kill.py",
    "tests/unit/inventory/test_hostile.py",
    "tests/wire/net/test_crash.py",
    "tests/wire/iplog/test_deaths.py",
    "tests/wire/backup/test_upkeep.py",
    "tests/wire/backup/test_repositories.py",
    "tests/unit/net/decisions/comparison/test_diff_laws.py",
    "tests/unit/ledger/test_continuity.py",
)


@cache
def unit_of(file: str) -> str:
    """What a test file's tests are handed out with: the group that it names, or the file alone."""
    found = GROUP.search((ROOT / file).read_text(encoding="utf-8"))
    return found[1] if found else file


def rank(item: pytest.Item, torture: bool) -> tuple[int, int]:
    """When its turn comes; `torture`: among storms."""
    unit = unit_of(item.nodeid.partition("::")[0])
    long = LONGEST.index(unit) if torture and unit in LONGEST else len(LONGEST)
    folder = (place for place, folder in enumerate(_ORDER) if item.nodeid.startswith(folder))
    return long, next(folder, len(_ORDER))


class ByFile(LoadScopeScheduling):
    """Hands whole files to processes, in the order in which they were collected."""

    def __init__(self, config: pytest.Config, log: object) -> None:
        super().__init__(config, log)  # type: ignore[arg-type]
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid.partition("::")[0])
