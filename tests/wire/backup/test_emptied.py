"""One small table of a big dump, one database of all, a server that is down: each is named."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from tests.wire.backup.test_databases import PASSWORD, describe, mariadb, postgresql, tell

__all__ = ["mariadb", "postgresql"]

BIG = "SELECT n, md5(n::text) AS kod FROM generate_series(1, 9000) n"


def test_a_small_table_that_was_emptied_is_suspected_and_a_session_table_is_not(town, postgresql):
    ask = postgresql.ask
    ask("CREATE DATABASE tablo", "postgres")
    ask(f"CREATE TABLE borc AS {BIG}", "tablo")
    ask("CREATE TABLE mahalle AS SELECT generate_series(1, 40) n", "tablo")
    ask("CREATE TABLE oturum AS SELECT generate_series(1, 40) n", "tablo")
    describe(town, postgresql, "tablo")
    assert town.rotate(forget=False).failed == []
    ask("TRUNCATE oturum; INSERT INTO mahalle VALUES (41)", "tablo")
    assert town.rotate(now=True, forget=False).failed == []
    ask("TRUNCATE mahalle", "tablo")
    document = town.rotate(now=True, forget=False)
    assert document.items[0]["suspicious"] == ["table_emptied"]
    assert "public.mahalle" in document.failed[0]["error"]
    assert town.rotate(now=True, accept=True, reason="yeni yıl", forget=False).failed == []
    ask("INSERT INTO mahalle SELECT generate_series(1, 40)", "tablo")
    assert town.rotate(now=True, forget=False).failed == []
    ask("TRUNCATE mahalle", "tablo")
    assert town.rotate(now=True, forget=False).failed == [], "it comes and goes, somebody said"


def test_a_small_table_of_mariadb_that_was_emptied_is_suspected(town, mariadb):
    tell(
        mariadb, "CREATE DATABASE tablo; CREATE TABLE tablo.borc (n INT); CREATE TABLE tablo.`ma``h` (n INT)"
    )
    for name in ("borc", "`ma``h`"):
        tell(
            mariadb,
            f"INSERT INTO {name} WITH RECURSIVE r AS (SELECT 1 n UNION ALL SELECT n + 1 FROM r WHERE n < 90) SELECT n FROM r",
            "tablo",
        )
    tell(mariadb, "CREATE USER sayan@localhost; GRANT ALL ON *.* TO sayan@localhost")
    town.datasets(
        "  mis: {type: mysql, importance: normal, repository: ana, database: tablo, "
        f"host: '{mariadb}', username: sayan}}\n"
    )
    assert town.rotate(forget=False).failed == []
    tell(mariadb, "DELETE FROM `ma``h`", "tablo")
    document = town.rotate(now=True, forget=False)
    assert document.items[0]["suspicious"] == ["table_emptied"]
    assert "ma`h" in document.failed[0]["error"]


def test_a_small_table_of_sqlite_that_was_emptied_is_suspected(town, tmp_path):
    path = tmp_path / "ruhsat.db"
    with sqlite3.connect(path) as writer:
        for name in ("ruhsat", "tur"):
            writer.execute(f"CREATE TABLE {name} (n)")
            writer.executemany(
                f"INSERT INTO {name} VALUES (?)", [(n,) for n in range(5000 if name == "ruhsat" else 30)]
            )
    town.datasets(f"  ruhsat: {{type: sqlite, importance: normal, repository: ana, path: '{path}'}}\n")
    assert town.rotate(forget=False).failed == []
    with sqlite3.connect(path) as writer:
        writer.execute("DELETE FROM tur")
    assert town.rotate(now=True, forget=False).items[0]["suspicious"] == ["table_emptied"]


def test_a_database_that_is_gone_from_all_is_suspected_until_somebody_says_that_it_is_right(town, postgresql):
    ask = postgresql.ask
    for name in ("ebys", "imar"):
        ask(f"CREATE DATABASE {name}", "postgres")
        ask(f"CREATE TABLE t AS {BIG}", name)
    describe(town, postgresql, "all")
    assert town.rotate(forget=False).failed == []
    ask("DROP DATABASE imar", "postgres")
    document = town.rotate(now=True, forget=False)
    assert document.items[0]["suspicious"] == ["database_gone"]
    assert "imar" in document.failed[0]["error"]
    assert town.rotate(now=True, accept=True, reason="kapandı", forget=False).failed == []
    assert town.rotate(now=True, forget=False, after=timedelta(days=1)).failed == []


@pytest.mark.parametrize("which", ["down", "password"])
def test_a_server_that_is_down_is_unreachable_and_a_wrong_password_is_one(town, postgresql, mariadb, which):
    tell(
        mariadb,
        "CREATE OR REPLACE USER kapi@localhost IDENTIFIED BY 'dogru'; GRANT ALL ON *.* TO kapi@localhost",
    )
    describe(town, postgresql, "postgres")
    (town.inventory / "pg-anahtar").write_text("yanlis" if which == "password" else PASSWORD)
    (town.inventory / "my-anahtar").write_text("yanlis")
    (town.inventory / "my-anahtar").chmod(0o600)
    places = {"down": ("/nirgends", "/nirgends/s"), "password": (postgresql.socket, mariadb)}[which]
    town.datasets(
        "".join(
            f"  {kind}-{database}: {{type: {kind}, importance: normal, repository: ana, database: {database},"
            f" host: '{place}', username: {user}, password: 'file:{key}'}}\n"
            for kind, place, user, key in (
                ("postgresql", places[0], "yedek", "pg-anahtar"),
                ("mysql", places[1], "kapi", "my-anahtar"),
            )
            for database in ("mis", "all")
        )
    )
    code = {"down": 13, "password": 12}[which]
    failed = town.rotate().failed
    assert [one["code"] for one in failed] == [code] * 4, failed


@pytest.mark.parametrize("folder", ["data", "index", "snapshots", "keys"])
def test_a_repository_that_lost_a_folder_is_named_at_once(town, folder):
    """restic looks for what was in there for minutes."""
    (town.source / "plan.txt").write_text("imar")
    assert town.rotate().failed == []
    kept = (town.repository.folder / folder).rename(town.repository.folder.parent / "kenarda")
    for there in ("gone", "empty") if folder == "data" else ("gone",):
        (failure,) = town.rotate(now=True).failed
        assert (failure["code"], failure["reason"]) == (15, "damaged")
        assert folder in failure["error"]
        if there == "gone":
            (town.repository.folder / folder).mkdir()
    (town.repository.folder / folder).rmdir()
    kept.rename(town.repository.folder / folder)
    assert town.rotate(now=True).failed == []
