"""Databases, dumped while in use and restored into new ones: the same rows, or no snapshot at all."""

from __future__ import annotations

import os
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bitools import process
from bitools.backup.decisions.runs import tags
from bitools.backup.verbs.drill import drill
from bitools.backup.verbs.restore import restore, restore_database
from bitools.backup.wire.dump_head import extent_of
from bitools.errors import IntegrityBroken
from lab import packages
from lab.patience import HANGS

PASSWORD = 'zor:par\\ola"41'


def restored(town, tmp_path: Path) -> Path:
    """Back up, restore, and give the one file that came back."""
    document = town.rotate()
    assert document.failed == []
    run = town.run()
    restore(run, run.inventory.select_datasets()[0], tmp_path / "geri")
    found = [path for path in (tmp_path / "geri").rglob("*") if path.is_file()]
    (file,) = [path for path in found if not path.name.endswith(".globals.sql")]
    return file


def test_a_sqlite_database_in_use_comes_back_with_its_rows(town, tmp_path):
    path = tmp_path / "ruhsat.db"
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("CREATE TABLE ruhsat (no INTEGER PRIMARY KEY, sahip TEXT)")
    writer.executemany(
        "INSERT INTO ruhsat (sahip) VALUES (?)", [(f"Işıl {number}",) for number in range(5000)]
    )
    writer.commit()
    writer.execute("INSERT INTO ruhsat (sahip) VALUES ('henüz işlenmedi')")
    town.datasets(f"  ruhsat: {{type: sqlite, importance: normal, repository: ana, path: '{path}'}}\n")
    copy = restored(town, tmp_path)
    writer.rollback()
    with sqlite3.connect(copy) as reader:
        assert (
            reader.execute("SELECT * FROM ruhsat").fetchall()
            == writer.execute("SELECT * FROM ruhsat").fetchall()
        )
    assert list((town.state.folder / "scratch").iterdir()) == []


@pytest.mark.parametrize("content", [b"this is no database, but long enough to be one" * 100, None])
def test_a_broken_sqlite_database_leaves_no_snapshot(town, tmp_path, content):
    path = tmp_path / "ruhsat.db"
    with sqlite3.connect(path) as writer:
        writer.execute("CREATE TABLE t (x)")
        writer.executemany("INSERT INTO t VALUES (?)", [(os.urandom(300),) for _row in range(2000)])
    damaged = bytearray(path.read_bytes())
    damaged[40_000:60_000] = bytes(20_000)
    path.write_bytes(content or damaged)
    town.datasets(f"  ruhsat: {{type: sqlite, importance: normal, repository: ana, path: '{path}'}}\n")
    assert town.rotate().failed[0]["reason"] == "database"
    assert town.repository.restic("snapshots", "--json").strip() == b"[]"


def drilled(town):
    run = town.run()
    return drill(run, run.inventory.select_datasets())


def cut_off(town, name: str, content: bytes) -> None:
    """Put half a dump into the repository, as a pipe of another tool would have."""
    (dataset,) = town.run().inventory.select_datasets()
    words = [f"--tag={tag}" for tag in tags(dataset.name, "cut-off")]
    environ = {"RESTIC_PASSWORD": town.repository.password, "RESTIC_REPOSITORY": str(town.repository.folder)}
    command = ["restic", "--no-cache", "backup", "--stdin", f"--stdin-filename=/{name}", *words]
    subprocess.run(command, input=content, env=os.environ | environ, check=True, capture_output=True)


@dataclass(frozen=True)
class Server:
    """A database server of our own: where its socket is, and how to ask it."""

    socket: Path
    programs: Path

    def ask(self, statement: str, database: str) -> str:
        environ = {"PGPASSWORD": PASSWORD, "PATH": os.environ["PATH"]}
        words = ["psql", "-X", "-qAt", "-v", "ON_ERROR_STOP=1", f"--host={self.socket}", "--username=yedek"]
        answer = subprocess.run(
            [*words, f"--dbname={database}", "-c", statement], env=environ, capture_output=True, check=True
        )
        return answer.stdout.decode()


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server on a socket only; the server refuses to run as root."""
    packages.require_for_test("postgresql", "postgresql-client")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    programs = found[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    shutil.chown(folder, user)
    password = folder / "pw"
    password.write_text(PASSWORD)
    shutil.chown(password, user)
    data = folder / "data"
    make = [
        programs / "initdb",
        "-D",
        data,
        "-A",
        "scram-sha-256",
        "-U",
        "yedek",
        f"--pwfile={password}",
        "-N",
    ]
    subprocess.run(make, user=user, cwd=folder, check=True, capture_output=True)
    serve = [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-F"]
    with subprocess.Popen(serve, user=user, cwd=folder, stderr=subprocess.PIPE) as server:
        try:
            assert server.stderr is not None
            for line in server.stderr:
                if b"ready to accept connections" in line:
                    break
            yield Server(folder, programs)
        finally:
            server.terminate()
            server.communicate(timeout=HANGS)
            shutil.rmtree(folder)


def describe(town, server: Server, database: str) -> None:
    (town.inventory / "pg-anahtar").write_text(PASSWORD)
    (town.inventory / "pg-anahtar").chmod(0o600)
    town.datasets(
        f"  mis-db: {{type: postgresql, importance: normal, repository: ana, database: {database}, "
        f"host: '{server.socket}', username: yedek, password: 'file:pg-anahtar'}}\n"
    )


def test_a_postgresql_database_comes_back_in_a_new_one(town, tmp_path, postgresql):
    postgresql.ask("CREATE DATABASE mis", "postgres")
    postgresql.ask(
        "CREATE TABLE borc AS SELECT n, md5(n::text) AS kod FROM generate_series(1, 20000) n", "mis"
    )
    describe(town, postgresql, "mis")
    file = restored(town, tmp_path)
    postgresql.ask("CREATE DATABASE deneme", "postgres")
    words = [
        "pg_restore",
        "--exit-on-error",
        f"--host={postgresql.socket}",
        "--username=yedek",
        "-d",
        "deneme",
    ]
    subprocess.run([*words, file], env={"PGPASSWORD": PASSWORD, "PATH": os.environ["PATH"]}, check=True)
    listed = subprocess.run(["pg_restore", "--list", file], capture_output=True, check=True, text=True).stdout
    assert f"TOC Entries: {extent_of(file.read_bytes()[:1024], 1).files}\n" in listed
    total = "SELECT count(*), md5(string_agg(kod, ',' ORDER BY n)) FROM borc"
    assert postgresql.ask(total, "deneme") == postgresql.ask(total, "mis")
    run = town.run()
    restore_database(run, run.inventory.select_datasets()[0], "mis_eski")
    assert postgresql.ask(total, "mis_eski") == postgresql.ask(total, "mis")
    inserted = "SELECT pg_stat_get_db_tuples_inserted(oid) FROM pg_database WHERE datname = 'mis'"
    living = postgresql.ask(inserted, "postgres")
    (item,) = drilled(town).items
    assert (item["tables"], item["rows"]) == (1, 20_000)
    cut_off(town, "mis-db.pgdump", file.read_bytes()[: file.stat().st_size // 2])
    (failure,) = drilled(town).failed
    assert (failure["code"], failure["reason"]) == (15, "not_loaded")
    assert PASSWORD not in failure["error"]
    names = postgresql.ask("SELECT datname FROM pg_database", "postgres")
    assert "drill" not in names
    assert postgresql.ask(inserted, "postgres") == living


def test_a_postgresql_database_without_half_of_its_tables_is_suspected(town, postgresql):
    """The dump is nearly as big as ever."""
    postgresql.ask("CREATE DATABASE eksik", "postgres")
    rows = "SELECT n, md5(n::text) AS kod FROM generate_series(1, 9000) n"
    postgresql.ask(f"CREATE TABLE borc AS {rows}", "eksik")
    small = [f"t{number}" for number in range(9)]
    postgresql.ask(";".join(f"CREATE TABLE {one} (n int PRIMARY KEY)" for one in small), "eksik")
    describe(town, postgresql, "eksik")
    assert town.rotate(forget=False).failed == []
    postgresql.ask("DROP TABLE " + ", ".join(small[:6]), "eksik")
    (item,) = town.rotate(now=True, forget=False).items
    assert item["suspicious"] == ["tables_gone"]


def test_what_the_server_lacks_is_named_and_the_next_try_is_not_hindered(town, postgresql):
    postgresql.ask("CREATE ROLE sahip", "postgres")
    postgresql.ask("CREATE DATABASE sahipli", "postgres")
    postgresql.ask("CREATE TABLE borc (n int); ALTER TABLE borc OWNER TO sahip", "sahipli")
    describe(town, postgresql, "sahipli")
    assert town.rotate().failed == []
    postgresql.ask("DROP DATABASE sahipli", "postgres")
    postgresql.ask("DROP ROLE sahip", "postgres")
    run = town.run()
    (dataset,) = run.inventory.select_datasets()
    with pytest.raises(IntegrityBroken, match='role "sahip" does not exist') as told:
        restore_database(run, dataset, "geri_gelen")
    assert "globals.sql" in told.value.hint
    postgresql.ask("CREATE ROLE sahip", "postgres")
    assert restore_database(town.run(), dataset, "geri_gelen").failed == []
    (town.inventory / "pg-anahtar").write_text("yanlis")
    assert "password authentication failed" in town.rotate(now=True).failed[0]["error"]


def test_a_database_that_is_not_there_leaves_no_snapshot(town, postgresql):
    describe(town, postgresql, "yok")
    (failure,) = town.rotate().failed
    assert failure["reason"] == "producer_failed"
    assert "does not exist" in failure["error"]
    assert PASSWORD not in failure["error"]
    assert town.repository.restic("snapshots", "--json").strip() == b"[]"


@pytest.mark.parametrize("share", [0, 50, 100])
def test_a_dump_that_fails_at_its_beginning_middle_or_end_leaves_no_snapshot(
    town, tmp_path, monkeypatch, postgresql, share
):
    """The real program's own output, so far; then a failure."""
    database = f"yarim_{share}"
    postgresql.ask(f"CREATE DATABASE {database}", "postgres")
    rows = "SELECT n, md5(n::text) AS kod FROM generate_series(1, 60000) n"
    postgresql.ask(f"CREATE TABLE borc AS {rows}", database)
    describe(town, postgresql, database)
    size = restored(town, tmp_path).stat().st_size
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "pg_dump"
    real = shutil.which("pg_dump")
    cut = f'exec 3>&1; "{real}" "$@" | head -c {size * share // 100} >&3; echo "baglanti koptu" >&2; exit 1'
    program.write_text(f"#!/bin/sh\n{cut}\n")
    program.chmod(0o755)
    monkeypatch.setitem(process._inherited, "PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    before = town.repository.restic("snapshots", "--json")
    (failure,) = town.rotate(now=True).failed
    assert (failure["code"], failure["reason"]) == (14, "producer_failed")
    assert "baglanti koptu" in failure["error"]
    assert town.repository.restic("snapshots", "--json") == before
    assert not list((town.repository.folder / "locks").iterdir())


@pytest.fixture(scope="module")
def mariadb() -> Iterator[Path]:
    """A MariaDB server on a socket only; gives the socket."""
    packages.require_for_test("mariadb-server", "mariadb-client")
    folder = Path(tempfile.mkdtemp(prefix="maria", dir="/tmp"))
    user = "mysql" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    shutil.chown(folder, user)
    data, socket = folder / "data", folder / "s"
    words = [f"--datadir={data}", f"--user={user}"]
    subprocess.run(
        ["mariadb-install-db", "--no-defaults", *words], check=True, capture_output=True, cwd=folder
    )
    serve = ["mariadbd", "--no-defaults", *words, f"--socket={socket}", "--skip-networking"]
    with subprocess.Popen(serve, stderr=subprocess.PIPE, cwd=folder) as server:
        try:
            assert server.stderr is not None
            for line in server.stderr:
                if b"ready for connections" in line:
                    break
            yield socket
        finally:
            server.terminate()
            server.communicate(timeout=HANGS)
            shutil.rmtree(folder)


def tell(socket: Path, statement: str, database: str = "") -> str:
    words = [
        "mariadb",
        "--no-defaults",
        "--default-character-set=utf8mb4",
        f"--socket={socket}",
        "--batch",
        "--skip-column-names",
        database,
    ]
    return subprocess.run(words, input=statement.encode(), capture_output=True, check=True).stdout.decode()


def test_a_mysql_database_comes_back_in_a_new_one(town, tmp_path, mariadb):
    quoted = PASSWORD.replace("\\", "\\\\")
    tell(
        mariadb,
        f"CREATE DATABASE mis; CREATE USER yedek@localhost IDENTIFIED BY '{quoted}';"
        " GRANT ALL ON *.* TO yedek@localhost;",
    )
    rows = (
        "WITH RECURSIVE r AS (SELECT 1 n UNION ALL SELECT n + 1 FROM r WHERE n < 900) SELECT n, md5(n) FROM r"
    )
    tell(mariadb, f"CREATE TABLE borc (n INT PRIMARY KEY, kod TEXT); INSERT INTO borc {rows};", "mis")
    tell(mariadb, "CREATE TRIGGER t BEFORE INSERT ON borc FOR EACH ROW SET NEW.kod = 'x';", "mis")
    (town.inventory / "anahtar-my").write_text(PASSWORD)
    (town.inventory / "anahtar-my").chmod(0o600)
    town.datasets(
        "  mis: {type: mysql, importance: normal, repository: ana, database: mis, "
        f"host: '{mariadb}', username: yedek, password: 'file:anahtar-my'}}\n"
    )
    file = restored(town, tmp_path)
    tell(mariadb, "CREATE DATABASE deneme")
    tell(mariadb, file.read_text(), "deneme")
    checksums = [tell(mariadb, f"CHECKSUM TABLE {name}.borc").split()[1] for name in ("mis", "deneme")]
    assert checksums[0] == checksums[1]
    assert "BEFORE" in tell(mariadb, "SHOW TRIGGERS", "deneme")
    (item,) = drilled(town).items
    assert (item["tables"], item["rows"]) == (1, 900)
    cut_off(town, "mis.sql", file.read_bytes()[: file.stat().st_size - 60])
    assert drilled(town).failed[0]["reason"] == "not_loaded"
    assert "drill" not in tell(mariadb, "SHOW DATABASES")


def test_a_view_whose_maker_is_gone_comes_back_in_a_new_database(town, mariadb):
    """The server writes the old database's name into it then."""
    tell(mariadb, "CREATE DATABASE gorus; CREATE TABLE gorus.t (n INT); INSERT INTO gorus.t VALUES (7)")
    tell(
        mariadb,
        "CREATE USER gitti@localhost; CREATE USER kalan@localhost; GRANT ALL ON *.* TO kalan@localhost",
    )
    tell(mariadb, "CREATE DEFINER=gitti@localhost VIEW gorus.v AS SELECT n FROM gorus.t")
    tell(mariadb, "DROP USER gitti@localhost")
    town.datasets(
        "  gorus: {type: mysql, importance: normal, repository: ana, database: gorus, "
        f"host: '{mariadb}', username: kalan}}\n"
    )
    assert town.rotate().failed == []
    run = town.run()
    restore_database(run, run.inventory.select_datasets()[0], "gorus_eski")
    tell(mariadb, "DROP DATABASE gorus")
    written = "SELECT view_definition FROM information_schema.views WHERE table_schema = 'gorus_eski'"
    assert "`gorus`" not in tell(mariadb, written)
    assert "`t`" in tell(mariadb, written)
    assert drilled(town).failed == []


def test_a_mysql_database_without_half_of_its_tables_is_suspected(town, mariadb):
    tables = ";".join(f"CREATE TABLE t{number} (n INT)" for number in range(4))
    tell(mariadb, f"CREATE DATABASE eksik; USE eksik; {tables}; CREATE TABLE borc (kod LONGTEXT);")
    tell(mariadb, "INSERT INTO borc VALUES (repeat('tahakkuk', 9000))", "eksik")
    tell(mariadb, "CREATE USER bekci@localhost; GRANT ALL ON *.* TO bekci@localhost")
    town.datasets(
        "  eksik: {type: mysql, importance: normal, repository: ana, database: eksik, "
        f"host: '{mariadb}', username: bekci}}\n"
    )
    assert town.rotate(forget=False).failed == []
    tell(mariadb, "DROP TABLE t0, t1, t2", "eksik")
    (item,) = town.rotate(now=True, forget=False).items
    assert item["suspicious"] == ["tables_gone"]


def test_a_dump_without_its_last_line_is_not_whole(town, tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    cut_off = tmp_path / "bin" / "mariadb-dump"
    cut_off.write_text("#!/bin/sh\necho 'CREATE TABLE borc (n INT);'\n")
    cut_off.chmod(0o755)
    monkeypatch.setitem(process._inherited, "PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    town.datasets(
        "  mis: {type: mysql, importance: normal, repository: ana, database: mis, username: yedek}\n"
    )
    assert town.rotate().failed[0]["reason"] == "cut_off"
    assert town.repository.restic("snapshots", "--json").strip() == b"[]"
