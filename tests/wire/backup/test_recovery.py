"""The backup server is dead: the page, and the sheet from the safe, followed by a shell with restic alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from bitools.backup.verbs.copy import copy
from bitools.backup.verbs.recovery_sheet import recovery_sheet
from tests.conftest import ROOT
from tests.wire.backup.test_databases import PASSWORD, mariadb, postgresql, tell

__all__ = ["mariadb", "postgresql"]
INVENTORY = """
repositories:
  ana: {location: depo, password: "file:anahtar"}
  uzak: {location: uzak, password: "file:uzak-anahtar", copy_of: ana}
importance:
  normal: {daily: 2, weekly: 3}
datasets:
"""


@pytest.fixture
def city(town, mariadb, postgresql):
    """Files, a PostgreSQL and a MariaDB database, in a repository and its copy."""
    (town.source / "karar.txt").write_text("encümen kararı")
    for key, text in (("uzak-anahtar", "uzak-parola"), ("pg-anahtar", PASSWORD)):
        (town.inventory / key).write_text(text)
        (town.inventory / key).chmod(0o600)
    forget(mariadb, postgresql)
    tell(
        mariadb,
        "CREATE OR REPLACE USER root2@localhost; GRANT ALL ON *.* TO root2@localhost WITH GRANT OPTION;",
    )
    tell(
        mariadb,
        "CREATE DATABASE ebys CHARACTER SET latin5 COLLATE latin5_turkish_ci; CREATE USER okur@localhost;"
        " GRANT SELECT ON ebys.* TO okur@localhost; USE ebys; CREATE TABLE evrak (n INT, konu TEXT);"
        " INSERT INTO evrak VALUES (1, 'ışık'); CREATE EVENT gece ON SCHEDULE EVERY 1 DAY DO DELETE FROM evrak;",
    )
    postgresql.ask("CREATE ROLE vezne LOGIN PASSWORD 'x'", "postgres")
    postgresql.ask("CREATE DATABASE mis", "postgres")
    postgresql.ask(
        "CREATE TABLE borc AS SELECT generate_series(1, 40) n; GRANT SELECT ON borc TO vezne", "mis"
    )
    (town.inventory / "backups.yaml").write_text(
        INVENTORY
        + f"  belgeler: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
        + "  mis-db: {type: postgresql, importance: normal, repository: ana, database: mis,"
        f" host: '{postgresql.socket}', username: yedek, password: 'file:pg-anahtar'}}\n"
        f"  ebys: {{type: mysql, importance: normal, repository: ana, database: ebys, host: '{mariadb}', username: root2}}\n"
    )
    assert town.rotate().failed == []
    run = town.run()
    assert copy(run, run.inventory.select_datasets()).failed == []
    return town


def forget(mariadb: Path, postgresql) -> None:
    """The server is dead: nothing of the databases, their users and their roles is left."""
    tell(mariadb, "DROP DATABASE IF EXISTS ebys; DROP USER IF EXISTS okur@localhost")
    for statement in ("DROP DATABASE IF EXISTS mis", "DROP ROLE IF EXISTS vezne"):
        postgresql.ask(statement, "postgres")


def picture(mariadb: Path, postgresql) -> list[str]:
    return [
        tell(mariadb, "SELECT n, hex(konu) FROM evrak", "ebys"),
        tell(
            mariadb,
            "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = 'ebys'",
        ),
        tell(mariadb, "SELECT event_name, event_definition FROM information_schema.events"),
        tell(mariadb, "SHOW GRANTS FOR okur@localhost"),
        postgresql.ask("SELECT count(*), sum(n) FROM borc", "mis"),
        postgresql.ask("SELECT relacl FROM pg_class WHERE relname = 'borc'", "mis"),
        postgresql.ask("SELECT rolname, rolcanlogin FROM pg_roles WHERE rolname = 'vezne'", "postgres"),
    ]


def follow(page: str, home: Path, mariadb: Path, postgresql) -> None:
    """Run every block of the page, in order, with a bare environment, as somebody at 02:00 would."""
    home.mkdir()
    (home / ".my.cnf").write_text(f"[client]\nsocket={mariadb}\nuser=root2\n")
    script = "\n".join(re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL))
    script = script.replace("apt-get install --yes restic", "restic version")
    environ = {
        "PATH": f"{postgresql.programs}:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": str(home),
        "PGHOST": str(postgresql.socket),
        "PGUSER": "yedek",
        "PGPASSWORD": PASSWORD,
    }
    for name, text in (("ana", "deneme-parolasi-41"), ("uzak", "uzak-parola")):
        (home / f"{name}.key").write_text(text)
    done = subprocess.run(["sh", "-eu"], input=script, env=environ, cwd=home, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def of_repository(sheet: str, name: str) -> str:
    """What the sheet says of one repository, and the beginning of it."""
    head, *parts = re.split(r"(?m)^(?=## )", sheet)
    return head + next(part for part in parts if part.startswith(f"## Repository {name},"))


@pytest.mark.parametrize("name", ["ana", "uzak"])
def test_the_sheet_from_the_safe_brings_everything_back(city, tmp_path, mariadb, postgresql, name):
    before = picture(mariadb, postgresql)
    inventory = city.run().inventory
    sheet = recovery_sheet(inventory, datetime.now().astimezone())
    for secret in (PASSWORD, "uzak-parola", city.repository.password):
        assert secret not in sheet
    forget(mariadb, postgresql)
    shutil.rmtree(city.inventory / ("uzak" if name == "ana" else "depo"))
    follow(of_repository(sheet, name), tmp_path / "ev", mariadb, postgresql)
    assert picture(mariadb, postgresql) == before
    (back,) = (tmp_path / "ev").rglob("karar.txt")
    assert back.read_text() == "encümen kararı"


def test_the_page_brings_everything_back(city, tmp_path, mariadb, postgresql):
    before = picture(mariadb, postgresql)
    page = (ROOT / "docs" / "recovery.md").read_text(encoding="utf-8")
    page = page.replace("/srv/restic/ana", str(city.inventory / "depo"))
    forget(mariadb, postgresql)
    follow(page, tmp_path / "ev", mariadb, postgresql)
    assert picture(mariadb, postgresql) == before
    assert os.path.lexists(tmp_path / "ev" / "geri")
