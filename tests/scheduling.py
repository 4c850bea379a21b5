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


@cache
def unit_of(file: str) -> str:
    """What a test file's tests are handed out with: the group that it names, or the file alone."""
    found = GROUP.search((ROOT / file).read_text(encoding="utf-8"))
    return found[1] if found else file


def rank(item: pytest.Item) -> int:
    """When its turn comes."""
    return next((place for place, folder in enumerate(_ORDER) if item.nodeid.startswith(folder)), len(_ORDER))


class ByFile(LoadScopeScheduling):
    """Hands whole files to processes, in the order in which they were collected."""

    def __init__(self, config: pytest.Config, log: object) -> None:
        super().__init__(config, log)  # type: ignore[arg-type]
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid.partition("::")[0])
