"""A municipality whose records one run has seen, and a mail server that hears of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from lab.mail import MailServer
from tests.conftest import InProcess, write_small
from tests.unit.ledger.tampering import (
    act,
    ordinary,
    store,
)


@pytest.fixture
def server(tmp_path: Path) -> Any:
    with MailServer(folder=tmp_path / "mail") as running:
        yield running


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> InProcess:
    """An inventory, twenty entries, two stored changes; one run has seen them."""
    folder = tmp_path_factory.mktemp("recorded")
    with MailServer(folder=folder / "mail") as server:
        made = _described(folder, server)
        for number in range(10):
            act(made, f"hesap-{number}")
        store(made, "a")
        store(made, "b")
        assert ordinary(made) == 0
    return made


def _described(folder: Path, server: MailServer) -> InProcess:
    inventory = folder / "inventory"
    inventory.mkdir(mode=0o755)
    mail = f"mail: {{host: 127.0.0.1, port: {server.port}, starttls: false, from: bitools@belediye.test}}\n"
    more = "reports: {changes: [ag@belediye.test], daily: [mudur@belediye.test]}\n"
    write_small(inventory, settings=mail + more)
    return InProcess(inventory, folder / "state")


@pytest.fixture
def line(tmp_path: Path, server: MailServer, recorded: InProcess) -> InProcess:
    """The same again, of this test alone."""
    made = _described(tmp_path, server)
    shutil.copytree(recorded.state, made.state, symlinks=True)
    return made
