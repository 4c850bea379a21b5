"""pydantic finds no plugins, and does not look for any."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

SCRIPT = """
import sys
from bitools.cli.frame import plugins
plugins.none()
from pydantic import BaseModel, TypeAdapter, ValidationError
class Model(BaseModel):
    port: int
assert Model.model_validate({"port": 22}).port == 22
assert TypeAdapter(list[int]).validate_python([1]) == [1]
try:
    Model.model_validate({"port": "x"})
except ValidationError:
    print("importlib.metadata" in sys.modules)
from importlib import metadata
print(bool(metadata.version("pydantic")))
"""


def test_pydantic_works_without_its_search_for_plugins() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout == "False\nTrue\n"
