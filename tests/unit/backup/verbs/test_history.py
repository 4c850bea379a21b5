"""A copy helps whoever cannot use the repository; not whose database is down."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bitools.backup.sources import on_server
from bitools.backup.verbs.history import naming_copies
from bitools.backup.wire.restic_answers import Answer, interpret
from bitools.errors import BitoolsError
from bitools.inventory.load import load
from bitools.ledger import Ledger
from bitools.run import Run
from bitools.state import State

BACKUPS = """
repositories:
  ana: {location: "rest:http://10.0.0.9:8000/", password: "env:SIFRE"}
  uzak: {location: /srv/uzak, password: "env:SIFRE", copy_of: ana}
importance: {normal: {daily: 1}}
datasets:
  mis: {type: postgresql, importance: normal, repository: ana, database: mis, host: 127.0.0.1, username: yedek}
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "backups.yaml").write_text(BACKUPS)
    state, now = State(tmp_path / "state"), datetime.now(UTC)
    return Run("run", now, load(tmp_path / "inventory"), state, Ledger(state, "run", "test", "test"), False)


def test_a_repository_that_gives_no_answer_names_its_copy(run: Run) -> None:
    answer = Answer(1, b"", b"Fatal: dial tcp 10.0.0.9:8000: connection refused")
    with pytest.raises(BitoolsError) as failed:
        interpret(answer, "rest:http://10.0.0.9:8000/")
    assert "--from uzak" in naming_copies(run, "ana", failed.value).hint
    assert "--from" not in failed.value.hint


@pytest.mark.parametrize("why", ["connection to server at 127.0.0.1 failed: Connection refused", "another"])
def test_a_database_server_that_is_down_names_none(run: Run, why: str) -> None:
    error = on_server.refused(run.inventory.datasets["mis"], why)
    assert naming_copies(run, "ana", error) is error
