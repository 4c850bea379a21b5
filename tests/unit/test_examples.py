"""The same examples are tried whatever else a process has loaded, so that a test is green everywhere or nowhere."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

_TRY = """
import sys
from tests.examples import choose
choose(sys.argv[1])
for name in sys.argv[2:]:
    __import__(name)
from hypothesis import given, strategies
@given(strategies.lists(strategies.integers()), strategies.text())
def tried(numbers, text):
    print(numbers, ascii(text))
tried()
"""


def tried(*words: str) -> list[str]:
    command = [sys.executable, "-c", _TRY, *words]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()


def test_what_is_tried_hangs_on_nothing_that_was_loaded_before() -> None:
    ours = tried("bitools", "bitools.backup.decisions.retention")
    assert len(ours) == 100
    assert tried("bitools", "bitools.net.decisions.comparison.diff") == ours


def test_whoever_hunts_tries_others_each_time() -> None:
    first = tried("hunt", "bitools.errors")
    assert len(first) >= 1_000
    assert tried("hunt", "bitools.errors") != first
