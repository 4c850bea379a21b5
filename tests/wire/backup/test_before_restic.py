"""What `backup run` has loaded when it calls restic for the first time: nothing of what it does not need by then."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.conftest import ROOT

NOT_YET = (
    *"bitools.documents bitools.engine bitools.iplog bitools.moments".split(),
    *"bitools.ledger.continuity bitools.ledger.witness bitools.net bitools.report bitools.user".split(),
    *"email importlib.metadata jinja2 ldap3 netmiko paramiko rich smtplib socket sqlite3 tempfile zstandard".split(),
)
# The first program that is started ends the command: what is loaded then is told instead.
SCRIPT = """
import os, subprocess, sys

def start(self, words, **options):
    print(os.fsdecode(words[0]), *sys.modules, flush=True)
    os._exit(0)

subprocess.Popen.__init__ = start
from bitools.cli import main
main(["backup", "run", "--now"])
"""


def test_before_the_first_call_nothing_is_loaded_that_is_needed_after_it(town):
    (town.source / "karar.txt").write_text("x")
    environ = os.environ | {"BITOOLS_INVENTORY": str(town.inventory), "BITOOLS_STATE": str(town.state.folder)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, cwd=ROOT, check=True, env=environ
    )
    program, *loaded = done.stdout.split()
    assert program == "restic"
    early = {name for name in loaded for one in NOT_YET if name == one or name.startswith(f"{one}.")}
    assert early == set()
