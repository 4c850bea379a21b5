"""No validator is built before a file is read that needs it: each costs milliseconds of every command."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bitools.inventory import backups
from bitools.inventory.backups import BackupFile, model_of
from bitools.inventory.load import load
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


def test_a_file_brings_the_types_that_it_names() -> None:
    model = model_of({"datasets": {"kent": {"type": "sqlite"}, "belge": {"type": "files"}}})
    assert issubclass(model, BackupFile)
    assert model is not BackupFile


@pytest.mark.parametrize(
    "datasets",
    [{"kent": {"type": "oracle"}}, {"kent": {}}, {"kent": {"type": ["files"]}}],
    ids=["unknown", "none", "a list"],
)
def test_a_type_that_is_wrong_is_told_with_all_that_there_are(datasets: object) -> None:
    assert model_of({"datasets": datasets}) is BackupFile


@pytest.mark.parametrize("datasets", [None, [], "x", {"kent": None}], ids=str)
def test_what_is_no_list_of_data_sets_is_for_the_model_to_refuse(datasets: object) -> None:
    assert issubclass(model_of({"datasets": datasets}), BackupFile)


@pytest.mark.parametrize("name", ["example"])
def test_an_inventory_is_the_same_by_the_whole_model(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read = load(ROOT / "inventories" / name)
    monkeypatch.setattr(backups, "model_of", lambda _written: BackupFile)
    assert load(ROOT / "inventories" / name).datasets == read.datasets
