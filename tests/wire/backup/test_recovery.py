"""The backup server is dead: the page, and the sheet from the safe, followed by a shell with restic alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from bitools.backup.verbs.copy import copy
from bitools.backup.verbs.recovery_sheet import recovery_sheet
from lab import packages
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
        " INSERT INTO evrak VALUES (1, 'ışık'); CREATE EVENT gece ON SCHEDULE EVERY 1 DAY DO DELETE FROM evrak"
        " WHERE n < 0; CREATE TABLE havale (n INT, dosya BLOB); INSERT INTO havale VALUES (1, x'00ff0a27');"
        " CREATE VIEW son AS SELECT max(n) FROM evrak; CREATE PROCEDURE say() SELECT count(*) FROM evrak;"
        " CREATE TRIGGER t BEFORE INSERT ON evrak FOR EACH ROW SET NEW.n = NEW.n + 0;"
        " GRANT INSERT (konu) ON ebys.evrak TO okur@localhost;",
    )
    postgresql.ask("CREATE ROLE vezne LOGIN PASSWORD 'x'", "postgres")
    postgresql.ask(
        "CREATE DATABASE mis OWNER vezne TEMPLATE template0 ENCODING 'LATIN5' LOCALE 'C'", "postgres"
    )
    postgresql.ask("ALTER DATABASE mis SET datestyle = 'ISO, DMY'", "postgres")
    postgresql.ask("REVOKE CONNECT ON DATABASE mis FROM PUBLIC", "postgres")
    postgresql.ask(
        "CREATE TABLE borc AS SELECT generate_series(1, 40) n, 'ışık' ad; GRANT SELECT ON borc TO vezne;"
        " CREATE TABLE tahsilat (n int CHECK (n > 0), dosya bytea); INSERT INTO tahsilat VALUES (1, '\\x00ff');"
        " ALTER TABLE tahsilat OWNER TO vezne; CREATE VIEW son AS SELECT max(n) FROM borc;"
        " CREATE FUNCTION iki() RETURNS int LANGUAGE sql AS 'SELECT 2'",
        "mis",
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
    """All there is, as text: every table with its rows, routines, events, rights, the database, the roles."""
    environ = {"PGPASSWORD": PASSWORD, "PATH": f"{postgresql.programs}:{os.environ['PATH']}"}
    place = [f"--host={postgresql.socket}", "--username=yedek"]
    said = [
        [
            "mariadb-dump",
            "--no-defaults",
            f"--socket={mariadb}",
            "--skip-dump-date",
            "--events",
            "--routines",
            "--triggers",
            "--hex-blob",
            "--databases",
            "ebys",
        ],
        ["pg_dump", *place, "--create", "mis"],
        ["pg_dumpall", *place, "--roles-only"],
    ]
    texts = [
        subprocess.run(words, env=environ, capture_output=True, check=True, text=True).stdout
        for words in said
    ]
    texts = [re.sub(r"(?m)^\\(un)?restrict .*$", "", text) for text in texts]  # a word of chance in each dump
    for needed in ("havale", "EVENT `gece`", "latin5", "CREATE DATABASE mis", "DateStyle", "bytea"):
        assert any(needed in text for text in texts), needed
    return [
        *texts,
        tell(mariadb, "SHOW CREATE USER okur@localhost"),
        tell(mariadb, "SHOW GRANTS FOR okur@localhost"),
    ]


@dataclass(frozen=True)
class Machine:
    """Where the page is followed: `root` is its `/`, `enter` what runs a program in it."""

    root: Path
    enter: tuple[str, ...] = ()

    def follow(self, page: str, home: Path, mariadb: Path, postgresql) -> None:
        """Run every block of the page, in order, with a bare environment, as somebody at 02:00 would."""
        inside = self.root / home.relative_to("/")
        inside.mkdir(parents=True)
        (inside / ".my.cnf").write_text(f"[client]\nsocket={mariadb}\nuser=root2\n")
        script = "\n".join(re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL))
        if not self.enter:
            script = re.sub(r"apt-get install --yes .*", "restic version", script)
        environ = {
            "PATH": f"{postgresql.programs}:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(home),
            "DEBIAN_FRONTEND": "noninteractive",
            "PGHOST": str(postgresql.socket),
            "PGUSER": "yedek",
            "PGPASSWORD": PASSWORD,
        }
        for name, text in (("ana", "deneme-parolasi-41"), ("uzak", "uzak-parola")):
            (inside / f"{name}.key").write_text(text)
        words = [*self.enter, "sh", "-eu", "-c", f'cd "$HOME"\n{script}']
        done = subprocess.run(words, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


HERE = Machine(Path("/"))


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> Iterator[Path]:
    """A Debian of which nothing is installed but what it needs to install more; by this machine's own mirror."""
    packages.require_for_test("debootstrap")
    root = tmp_path_factory.mktemp("kok")
    sources = "".join(one.read_text() for one in Path("/etc/apt").glob("sources.list*/*.sources"))
    sources += Path("/etc/apt/sources.list").read_text() if Path("/etc/apt/sources.list").exists() else ""
    mirror = re.search(r"(?m)^(?:URIs: |deb (?:\[[^]]*\] )?)(https?://\S+/debian)/?(?=\s|$)", sources)
    release = re.search(r"(?m)^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text())
    assert mirror
    assert release
    subprocess.run(
        ["debootstrap", "--variant=minbase", release[1], str(root), mirror[1]],
        check=True,
        capture_output=True,
    )
    for one in Path("/etc/apt/apt.conf.d").glob("99*"):
        shutil.copy(one, root / "etc/apt/apt.conf.d" / one.name)
    return root


@pytest.fixture
def bare(fresh, city, mariadb, postgresql) -> Iterator[Machine]:
    """That Debian, with the repositories' disk mounted and the database servers in reach."""
    shutil.copy("/etc/resolv.conf", fresh / "etc/resolv.conf")
    places = [city.inventory, mariadb.parent, postgresql.socket]
    inside = [fresh / one.relative_to("/") for one in places]
    for here, there in zip(places, inside, strict=True):
        there.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "--bind", str(here), str(there)], check=True)
    try:
        yield Machine(fresh, ("chroot", str(fresh)))
    finally:
        for there in inside:
            subprocess.run(["umount", str(there)], check=True)


def of_repository(sheet: str, name: str) -> str:
    """What the sheet says of one repository, and the beginning of it."""
    head, *parts = re.split(r"(?m)^(?=## )", sheet)
    return head + next(part for part in parts if part.startswith(f"## Repository {name},"))


@pytest.mark.parametrize("name", ["ana", "uzak"])
def test_the_sheet_from_the_safe_brings_everything_back(city, tmp_path, mariadb, postgresql, name):
    brought_back(HERE, city, tmp_path / "ev", mariadb, postgresql, name)


@pytest.mark.torture
@pytest.mark.parametrize("name", ["ana", "uzak"])
def test_the_sheet_brings_everything_back_on_a_bare_debian(bare, city, mariadb, postgresql, name):
    """Nothing is there but what the sheet itself installs."""
    brought_back(bare, city, Path(f"/root/{name}"), mariadb, postgresql, name)


def brought_back(machine: Machine, city, home: Path, mariadb, postgresql, name: str) -> None:
    before = picture(mariadb, postgresql)
    sheet = recovery_sheet(city.run().inventory, datetime.now().astimezone())
    for secret in (PASSWORD, "uzak-parola", city.repository.password):
        assert secret not in sheet
    forget(mariadb, postgresql)
    shutil.rmtree(city.inventory / ("uzak" if name == "ana" else "depo"))
    machine.follow(of_repository(sheet, name), home, mariadb, postgresql)
    assert picture(mariadb, postgresql) == before
    (back,) = (machine.root / home.relative_to("/")).rglob("karar.txt")
    assert back.read_text() == "encümen kararı"


def test_the_sheet_brings_every_database_of_a_server_back(city, tmp_path, mariadb, postgresql):
    file = city.inventory / "backups.yaml"
    text = file.read_text()
    file.write_text(
        text.replace("database: mis,", "database: all,").replace("database: ebys,", "database: all,")
    )
    tell(mariadb, "CREATE DATABASE `öteki db`; CREATE TABLE `öteki db`.`bir tablo` (n INT)")
    assert city.rotate(now=True).failed == []
    before = picture(mariadb, postgresql)
    forget(mariadb, postgresql)
    tell(mariadb, "DROP DATABASE `öteki db`")
    sheet = recovery_sheet(city.run().inventory, datetime.now().astimezone())
    HERE.follow(of_repository(sheet, "ana"), tmp_path / "ev", mariadb, postgresql)
    assert picture(mariadb, postgresql) == before
    assert "bir tablo" in tell(mariadb, "SHOW TABLES", "öteki db")
    tell(mariadb, "DROP DATABASE `öteki db`")


def test_the_page_brings_everything_back(city, tmp_path, mariadb, postgresql):
    before = picture(mariadb, postgresql)
    page = (ROOT / "docs" / "recovery.md").read_text(encoding="utf-8")
    page = page.replace("/srv/restic/ana", str(city.inventory / "depo"))
    forget(mariadb, postgresql)
    HERE.follow(page, tmp_path / "ev", mariadb, postgresql)
    assert picture(mariadb, postgresql) == before
    assert os.path.lexists(tmp_path / "ev" / "geri")
