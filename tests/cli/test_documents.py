"""What is printed is what its type says: each command that needs neither switch nor directory nor repository."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, InProcess

PRINTED = [
    "doctor",
    "inventory add site depo name=Depo --dry-run",
    "inventory check",
    "inventory list",
    "iplog status",
    "iplog verify",
    "ledger show",
    "ledger verify",
    "net history",
    "net platforms",
    "net search vlan",
    "net verify",
    "report changes",
    "report failed bitools-net-snapshot",
    "report flush",
    "report month",
    "report outbox",
    "schedule show",
    "schedule show --as systemd",
    "status",
    "tidy --dry-run",
    "user connectors",
    "user name --given Ayşe --surname Yılmaz",
]


@pytest.mark.parametrize("words", PRINTED)
def test_a_whole_municipality_is_told_of_as_is_published(words: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "inventories" / "example", tmp_path / "inventory")
    answer = InProcess(tmp_path / "inventory", tmp_path / "state")(*words.split(), "--json")
    assert answer.document["schema"].startswith("bitools.")
