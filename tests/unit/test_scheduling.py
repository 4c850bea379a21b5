"""The tests themselves: what is shared is made once."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from tests.scheduling import GROUP, LONGEST, ByFile, unit_of

FILES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("test_*.py"))


def test_a_file_is_one_unit_and_files_that_get_in_each_others_way_are_one() -> None:
    assert unit_of("tests/unit/test_moments.py") == "tests/unit/test_moments.py"
    assert unit_of("tests/system/test_booted.py") == unit_of("tests/system/test_machine.py") == "machine"
    assert unit_of("tests/wire/report/test_browser.py") == unit_of("tests/wire/report/test_postfix.py")
    for file in FILES:
        text = (ROOT / file).read_text(encoding="utf-8")
        assert len(set(GROUP.findall(text))) <= 1, f"{file}: one group a file"


def test_what_begins_first_is_there() -> None:
    assert set(LONGEST) <= {unit_of(file) for file in FILES}


def test_it_is_in_charge(pytestconfig: pytest.Config) -> None:
    """Where the tests are shared out at all: xdist's own groups are silently none under pytest 9.2."""
    hook = pytestconfig.pluginmanager.hook.pytest_xdist_make_scheduler
    ours = [one.plugin_name for one in hook.get_hookimpls() if one.function.__module__.endswith("conftest")]
    assert ours
    assert (
        ByFile._split_scope(ByFile.__new__(ByFile), "tests/system/test_booted.py::test_x[a::b]") == "machine"
    )
