"""A database that is restored beside the living one is the same: routines, events, character set, rights."""

from __future__ import annotations

import os
import subprocess

import pytest

from bitools.backup.verbs.restore import restore, restore_database
from bitools.errors import IntegrityBroken, NotFound, Usage
from tests.wire.backup.test_databases import PASSWORD, describe, drilled, mariadb, postgresql, tell

__all__ = ["mariadb", "postgresql"]

MIS = """
CREATE DATABASE butun CHARACTER SET latin5 COLLATE latin5_turkish_ci;
CREATE USER okur@localhost IDENTIFIED BY 'okur-parolasi'; CREATE USER yazar@localhost IDENTIFIED BY 'x';
GRANT SELECT ON butun.* TO okur@localhost;
USE butun;
CREATE TABLE borc (n INT PRIMARY KEY, kod TEXT); INSERT INTO borc VALUES (1, 'ışık'), (2, 'çağrı');
GRANT SELECT, INSERT ON borc TO yazar@localhost;
CREATE VIEW ilk AS SELECT * FROM borc WHERE n = 1;
CREATE PROCEDURE say() SELECT count(*) FROM borc;
CREATE FUNCTION iki() RETURNS INT DETERMINISTIC RETURN 2;
CREATE TRIGGER t BEFORE INSERT ON borc FOR EACH ROW SET NEW.kod = 'x';
CREATE EVENT gece ON SCHEDULE EVERY 1 DAY DO DELETE FROM borc WHERE n < 0;
"""
LOOKS = {
    "character set": "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = '{0}'",
    "tables": "SELECT table_name, table_type, table_collation FROM information_schema.tables"
    " WHERE table_schema = '{0}' ORDER BY 1",
    "rows": "SELECT n, hex(kod) FROM `{0}`.borc ORDER BY n",
    "routines": "SELECT routine_name, routine_definition FROM information_schema.routines"
    " WHERE routine_schema = '{0}' ORDER BY 1",
    "triggers": "SELECT trigger_name, action_statement FROM information_schema.triggers"
    " WHERE trigger_schema = '{0}'",
    "events": "SELECT event_name, event_definition, status FROM information_schema.events"
    " WHERE event_schema = '{0}'",
    "rights": "SELECT grantee, privilege_type FROM information_schema.schema_privileges"
    " WHERE table_schema = '{0}' UNION SELECT grantee, concat(table_name, privilege_type)"
    " FROM information_schema.table_privileges WHERE table_schema = '{0}' ORDER BY 1, 2",
}


@pytest.fixture
def whole(town, mariadb):
    tell(mariadb, "DROP DATABASE IF EXISTS butun; DROP DATABASE IF EXISTS butun_eski;")
    tell(mariadb, "DROP USER IF EXISTS okur@localhost, yazar@localhost;")
    tell(
        mariadb,
        "CREATE OR REPLACE USER root2@localhost; GRANT ALL ON *.* TO root2@localhost WITH GRANT OPTION;",
    )
    tell(mariadb, MIS)
    town.datasets(
        "  mis: {type: mysql, importance: normal, repository: ana, database: butun, "
        f"host: '{mariadb}', username: root2}}\n"
    )
    return town


def restored_into(town, name: str, **more):
    run = town.run()
    return restore_database(run, run.inventory.select_datasets()[0], name, **more)


def test_a_mysql_database_comes_back_whole(whole, mariadb):
    assert whole.rotate().failed == []
    document = restored_into(whole, "butun_eski")
    assert document.failed == []
    for look, statement in LOOKS.items():
        found = [tell(mariadb, statement.format(name)) for name in ("butun", "butun_eski")]
        assert found[0] == found[1], look
        assert found[0], look


def test_a_drill_makes_no_users_and_runs_no_events(whole, mariadb):
    assert whole.rotate().failed == []
    tell(mariadb, "DROP USER okur@localhost, yazar@localhost")
    assert drilled(whole).failed == []
    assert "okur" not in tell(mariadb, "SELECT User FROM mysql.user")


def test_what_a_user_wrote_into_a_procedure_is_not_executed_by_a_restore(whole, mariadb):
    body = "CREATE PROCEDURE p() BEGIN\n-- bitools: GRANT ALL ON *.* TO okur@localhost;\nSELECT 1; END"
    tell(mariadb, f"DELIMITER //\n{body}//", "butun")
    assert whole.rotate().failed == []
    assert restored_into(whole, "butun_eski").failed == []
    assert "*.*" not in tell(mariadb, "SHOW GRANTS FOR okur@localhost").replace("USAGE ON *.*", "")


def test_a_half_loaded_database_does_not_stand_in_the_way(whole, mariadb, monkeypatch):
    assert whole.rotate().failed == []
    from bitools.backup.sources import mysql

    monkeypatch.setattr(
        mysql.MysqlServer, "count", lambda *_words: (_ for _ in ()).throw(IntegrityBroken("x"))
    )
    with pytest.raises(IntegrityBroken):
        restored_into(whole, "butun_eski")
    monkeypatch.undo()
    assert "butun_eski" not in tell(mariadb, "SHOW DATABASES")
    assert restored_into(whole, "butun_eski").failed == []


def test_a_postgresql_database_comes_back_with_owners_rights_and_its_roles(town, tmp_path, postgresql):
    ask = postgresql.ask
    ask("CREATE ROLE vezne LOGIN PASSWORD 'vezne-parolasi'", "postgres")
    ask("CREATE DATABASE butun", "postgres")
    ask(
        "CREATE TABLE borc AS SELECT n FROM generate_series(1, 50) n; ALTER TABLE borc OWNER TO vezne;"
        " CREATE TABLE tahsilat (n int); GRANT SELECT, INSERT ON tahsilat TO vezne;"
        " CREATE FUNCTION iki() RETURNS int LANGUAGE sql AS 'SELECT 2'",
        "butun",
    )
    describe(town, postgresql, "butun")
    assert town.rotate().failed == []
    document = restored_into(town, "butun_eski")
    assert document.failed == []
    assert document.warnings == []
    for look in (
        "SELECT relname, relacl, pg_get_userbyid(relowner) FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
        "SELECT count(*), sum(n) FROM borc",
    ):
        assert ask(look, "butun") == ask(look, "butun_eski") != ""
    run = town.run()
    restore(run, run.inventory.select_datasets()[0], tmp_path / "geri")
    (roles,) = (tmp_path / "geri").rglob("*.globals.sql")
    assert "CREATE ROLE vezne" in roles.read_text()
    assert "SCRAM-SHA-256" in roles.read_text()
    assert drilled(town).failed == []
    (run_made,) = {item["run"] for item in _listed(town)}
    assert len(_listed(town)) == 2, f"the dump and the roles are one run: {run_made}"


def test_what_a_postgresql_database_itself_is_like_comes_back(town, postgresql):
    """Encoding, locale, settings, limits, comment, owner and rights of the database, roles' settings in it."""
    ask = postgresql.ask
    ask("CREATE ROLE sahip; CREATE ROLE memur LOGIN; GRANT sahip TO memur", "postgres")
    ask(
        "CREATE DATABASE \"Gelir-2026\" OWNER sahip TEMPLATE template0 ENCODING 'LATIN5' LOCALE 'C'"
        " CONNECTION LIMIT 7",
        "postgres",
    )
    for statement in (
        'ALTER DATABASE "Gelir-2026" SET search_path = gelir, public',
        "ALTER ROLE memur IN DATABASE \"Gelir-2026\" SET statement_timeout = '5s'",
        "COMMENT ON DATABASE \"Gelir-2026\" IS 'gelir müdürlüğü; ''eski''\n ALTER DATABASE'",
        'REVOKE CONNECT ON DATABASE "Gelir-2026" FROM PUBLIC',
        'GRANT CONNECT ON DATABASE "Gelir-2026" TO memur',
    ):
        ask(statement, "postgres")
    ask("CREATE SCHEMA gelir; CREATE TABLE gelir.borc (n int)", "Gelir-2026")
    describe(town, postgresql, "Gelir-2026")
    file = town.inventory / "backups.yaml"
    file.write_text(file.read_text().replace("Gelir-2026", "'Gelir-2026'"))
    assert town.rotate().failed == []
    document = restored_into(town, "gelir_eski")
    assert (document.failed, document.warnings) == ([], [])
    look = (
        "SELECT pg_encoding_to_char(encoding), datcollate, datconnlimit, pg_get_userbyid(datdba),"
        " (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(datacl) a),"
        " shobj_description(oid, 'pg_database'), (SELECT array_agg((setrole::regrole, setconfig) ORDER BY"
        " setrole) FROM pg_db_role_setting WHERE setdatabase = d.oid)"
        " FROM pg_database d WHERE datname = '{}'"
    )
    was = ask(look.format("Gelir-2026"), "postgres")
    assert "LATIN5" in was
    assert "statement_timeout" in was
    assert ask(look.format("gelir_eski"), "postgres") == was


def test_every_database_of_a_postgresql_server(town, postgresql, tmp_path):
    ask = postgresql.ask
    for name in ("hepsi_a", "hepsi-b"):
        ask(f'CREATE DATABASE "{name}"', "postgres")
        ask("CREATE TABLE t AS SELECT generate_series(1, 9) n", name)
    describe(town, postgresql, "all")
    document = town.rotate()
    assert document.failed == []
    names = ask("SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate", "postgres")
    files = {path for item in _listed(town) for path in item["paths"]}
    assert files == {f"/mis-db.{name.replace(' ', '%20')}.pgdump" for name in names.split("\n") if name} | {
        "/mis-db.globals.sql"
    }
    with pytest.raises(Usage, match="every database"):
        restored_into(town, "hepsi_eski")
    assert restored_into(town, "hepsi_eski", which="hepsi-b").failed == []
    assert ask("SELECT count(*) FROM t", "hepsi_eski").strip() == "9"
    with pytest.raises(NotFound, match="yok"):
        restored_into(town, "hepsi_yok", which="yok")
    assert drilled(town).failed == []


def test_every_database_of_a_mariadb_server_and_its_accounts(whole, mariadb, tmp_path):
    tell(
        mariadb, "CREATE DATABASE IF NOT EXISTS `öteki db`; CREATE TABLE IF NOT EXISTS `öteki db`.t (n INT);"
    )
    file = whole.inventory / "backups.yaml"
    file.write_text(file.read_text().replace("database: butun", "database: all"))
    document = whole.rotate()
    assert document.failed == []
    run = whole.run()
    restore(run, run.inventory.select_datasets()[0], tmp_path / "geri")
    names = {one.name for one in (tmp_path / "geri").iterdir()}
    assert {"mis.butun.sql", "mis.%C3%B6teki%20db.sql", "mis-accounts.sql"} <= names
    assert "yazar" in (tmp_path / "geri" / "mis-accounts.sql").read_text()
    assert restored_into(whole, "butun_eski", which="butun").failed == []
    assert tell(mariadb, LOOKS["rows"].format("butun")) == tell(mariadb, LOOKS["rows"].format("butun_eski"))


def test_one_database_of_all_that_cannot_be_dumped_makes_the_run_partial(whole, mariadb):
    """A view whose table is gone: `mariadb-dump` gives up there."""
    tell(
        mariadb,
        "DROP DATABASE IF EXISTS bozuk; CREATE DATABASE bozuk; USE bozuk; CREATE TABLE t (n INT);"
        " CREATE VIEW v AS SELECT * FROM t; DROP TABLE t",
    )
    file = whole.inventory / "backups.yaml"
    file.write_text(file.read_text().replace("database: butun", "database: all"))
    try:
        document = whole.rotate()
    finally:
        tell(mariadb, "DROP DATABASE bozuk")
    assert document.items[0]["status"] == "partial"
    assert "mis.bozuk.sql" in document.failed[0]["error"]


def test_one_dump_of_all_that_shrank_is_suspected(whole, mariadb):
    big = ", ".join(f"('{os.urandom(400).hex()}')" for _row in range(300))
    tell(mariadb, f"CREATE TABLE butun.cok (m TEXT); INSERT INTO butun.cok VALUES {big};")
    tell(
        mariadb,
        "CREATE DATABASE IF NOT EXISTS buyuk; CREATE OR REPLACE TABLE buyuk.t (m TEXT);"
        + f"INSERT INTO buyuk.t VALUES {big}; INSERT INTO buyuk.t VALUES {big};",
    )
    file = whole.inventory / "backups.yaml"
    file.write_text(file.read_text().replace("database: butun", "database: all"))
    assert whole.rotate().failed == []
    tell(mariadb, "DROP TABLE butun.cok")
    assert whole.rotate(now=True).items[0]["suspicious"] == ["dump_shrunk"]
    tell(mariadb, "DROP DATABASE buyuk")


def test_who_may_not_give_rights_away_is_told_what_was_left_out(town, postgresql):
    ask = postgresql.ask
    ask(f"CREATE ROLE kisitli LOGIN CREATEDB PASSWORD '{PASSWORD}'", "postgres")
    ask("CREATE DATABASE dar OWNER kisitli", "postgres")
    environ = {"PGPASSWORD": PASSWORD, "PATH": os.environ["PATH"]}
    words = ["psql", "-X", "-q", f"--host={postgresql.socket}", "--username=kisitli", "-d", "dar"]
    subprocess.run([*words, "-c", "CREATE TABLE t (n int)"], env=environ, check=True)
    describe(town, postgresql, "dar")
    file = town.inventory / "backups.yaml"
    file.write_text(file.read_text().replace("username: yedek", "username: kisitli"))
    document = town.rotate()
    assert document.failed == []
    assert document.warnings == []
    restored = restored_into(town, "dar_eski")
    assert restored.items[0]["left_out"] == ["owners", "privileges"]
    assert restored.warnings


def _listed(town):
    from bitools.backup.verbs.list_ import list_

    run = town.run()
    return list_(run, run.inventory.select_datasets()).items
