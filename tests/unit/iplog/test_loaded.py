"""What a question to the address log does not load: it waits for no reader of a server that is not there."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

SCRIPT = """
import sys
from bitools.iplog.decisions.formats import READERS
from bitools.iplog.decisions.instants import Clock
from bitools.iplog.verbs import who
from zoneinfo import ZoneInfo
READERS["dnsmasq"](Clock(ZoneInfo("Europe/Istanbul"), 0))
print(*sys.modules)
"""
NOT_NEEDED = {
    "concurrent.futures",
    "logging",
    *(f"bitools.iplog.decisions.formats.{one}" for one in ("asa", "kea")),
}


def test_who_loads_the_reader_of_the_format_that_is_read_and_no_threads() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, cwd=ROOT, check=True
    )
    loaded = set(done.stdout.split())
    assert "bitools.iplog.decisions.formats.dnsmasq" in loaded
    assert loaded & NOT_NEEDED == set()
