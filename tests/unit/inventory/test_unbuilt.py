"""No validator is built before a file is read that needs it: each costs milliseconds of every command."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

SCRIPT = """
import pkgutil
from importlib import import_module
from bitools import inventory, platforms
from bitools.frozen import Frozen

for package in (inventory, platforms):
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        import_module(module.name)

def every(model):
    for one in model.__subclasses__():
        yield one
        yield from every(one)

found = list(every(Frozen))
print(len(found) > 30, [one.__name__ for one in found if one.__pydantic_complete__])
"""


def test_no_model_is_built_at_its_import() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout == "True []\n"
