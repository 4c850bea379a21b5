"""A type of data set is one file in `backup/sources/` and one model in the inventory: nobody else knows types."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from bitools.backup import sources
from bitools.backup.sources import mysql, postgresql
from bitools.inventory.backups import Dataset
from tests.conftest import ROOT

MODELS = get_args(get_args(Dataset)[0])
TYPES = {model: get_args(model.model_fields["type"].annotation)[0] for model in MODELS}


def test_only_its_own_file_and_its_model_know_a_type() -> None:
    names = "|".join(model.__name__ for model in MODELS)
    known = re.compile(rf"\b({names})\b|\.type (==|!=|in) ")
    places = (
        "backup/verbs",
        "backup/decisions",
        "backup/wire",
        "schedule",
        "doctor",
        "report",
        "inventory",
        "cli",
    )
    files = [path for place in places for path in (ROOT / "bitools" / place).rglob("*.py")]
    told = {path.name for path in files if known.search(path.read_text(encoding="utf-8"))}
    assert told == {"backups.py"}


@pytest.mark.parametrize("model", MODELS, ids=TYPES.get)
def test_each_says_how_it_is_stored_and_proven(model: type) -> None:
    file = sources.of(model.model_construct(type=TYPES[model]))
    assert {"dump", "prove", "file_name"} <= set(vars(file))


@pytest.mark.parametrize(
    ("kind", "ours", "theirs", "outdated"),
    [
        (postgresql, "pg_dump (PostgreSQL) 14.9", "15.8", True),
        (postgresql, "pg_dump (PostgreSQL) 15.1 (Debian 15.1-1)", "15.8", False),
        (postgresql, "pg_dump (PostgreSQL) 16.2", "15.8", False),
        (postgresql, "", "15.8", False),
        (mysql, "mariadb-dump  Ver 10.19 Distrib 10.6.16-MariaDB, for Linux", "10.11.6-MariaDB", True),
        (mysql, "mariadb-dump  Ver 10.19 Distrib 10.11.6-MariaDB, for Linux", "10.6.16-MariaDB", False),
        (mysql, "mysqldump  Ver 8.0.36 for Linux", "10.11.6-MariaDB", False),
        (mysql, "mysqldump  Ver 5.7.44 for Linux", "8.0.36", True),
    ],
)
def test_a_program_older_than_its_server(
    kind: sources.DatabaseType, ours: str, theirs: str, outdated: bool
) -> None:
    assert kind.outdated(ours, theirs) is outdated
