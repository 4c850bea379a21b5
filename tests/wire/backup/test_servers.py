"""What `doctor` asks database servers."""

from __future__ import annotations

from bitools.backup.verbs import servers
from tests.wire.backup.test_databases import PASSWORD, describe, mariadb, postgresql, tell

__all__ = ["mariadb", "postgresql"]


def found(town) -> list[tuple[str, str]]:
    return [(one["grade"], one["text"]) for one in servers.examine(town.run().inventory.datasets.values())]


def test_a_database_that_no_data_set_covers_is_named(town, postgresql, mariadb):
    postgresql.ask("CREATE DATABASE unutulan", "postgres")
    describe(town, postgresql, "mis")
    (good, forgotten) = found(town)
    assert good[0] == "good"
    assert forgotten[0] == "warning"
    assert "unutulan" in forgotten[1]
    describe(town, postgresql, "all")
    assert [grade for grade, _text in found(town)] == ["good"]
    tell(mariadb, "CREATE DATABASE IF NOT EXISTS unutulan_da; CREATE OR REPLACE USER root2@localhost;")
    tell(mariadb, "GRANT ALL ON *.* TO root2@localhost WITH GRANT OPTION;")
    town.datasets(
        f"  m: {{type: mysql, importance: normal, repository: ana, database: m, host: '{mariadb}', username: root2}}\n"
    )
    assert any("unutulan_da" in text for _grade, text in found(town))


def test_a_client_older_than_its_server_is_told(town, postgresql, tmp_path, monkeypatch):
    describe(town, postgresql, "all")
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o755)
    from bitools import process

    monkeypatch.setitem(process._inherited, "PATH", f"{tmp_path}:/usr/bin:/bin")
    ((grade, text),) = found(town)
    assert grade == "warning"
    assert "9.6.24" in text


def test_a_server_that_is_not_there_is_a_finding_and_no_failure(town, postgresql):
    describe(town, postgresql, "mis")
    file = town.inventory / "backups.yaml"
    file.write_text(file.read_text().replace(str(postgresql.socket), "/yok"))
    ((grade, text),) = found(town)
    assert grade == "warning"
    assert PASSWORD not in text
