"""Repositories that are not folders: each is written to, listed, restored from and forgotten in."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bitools.backup.verbs.list_ import list_
from bitools.backup.verbs.restore import restore
from lab import packages, repositories, restic_releases
from lab.ssh_host import SshHost


@pytest.fixture(autouse=True)
def _something_to_back_up(town) -> None:
    (town.source / "plan.bin").write_bytes(os.urandom(50_000))


def secret(town, name: str, value: str) -> str:
    path = town.inventory / name
    path.write_text(value)
    path.chmod(0o600)
    return f"file:{name}"


def describe(town, location: str, more: str = "") -> None:
    """One repository there, one data set that keeps two days."""
    (town.inventory / "backups.yaml").write_text(
        f"repositories:\n  ana: {{location: '{location}', password: 'file:anahtar' {more}}}\n"
        "importance:\n  normal: {daily: 2}\n"
        f"datasets:\n  belgeler: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
    )


def goes_round(town, tmp_path: Path) -> None:
    """Back up three times, list, restore, forget: the first is gone, the newest is the same."""
    for day in (0, 0, 2):
        document = town.rotate(now=True, after=timedelta(days=day))
        assert document.failed == []
    assert ("backup.forget", "done") in town.actions()
    run = town.run(after=timedelta(days=2))
    shown = list_(run, run.inventory.select_datasets()).items
    assert [item["status"] for item in shown] == ["complete"] * 2
    assert shown[0]["snapshot"] == document.items[0]["snapshot"]
    restore(run, run.inventory.select_datasets()[0], tmp_path / "geri")
    came = tmp_path / "geri" / town.source.relative_to("/") / "plan.bin"
    assert came.read_bytes() == (town.source / "plan.bin").read_bytes()


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[tuple[Path, str, str]]:
    """A rest-server over a folder twice: append-only, and for its own host."""
    restic_releases.newer_for_test()
    folder = tmp_path_factory.mktemp("rest")
    (folder / ".htpasswd").write_text("agent:{SHA}" + "W6ph5Mm5Pz8GgiULbPgzG37mj9g=" + "\n")  # password
    with (
        repositories.rest_server(folder, "--append-only") as guarded,
        repositories.rest_server(folder) as own,
    ):
        yield folder, guarded, own


USER = ", environment: {RESTIC_REST_USERNAME: agent, RESTIC_REST_PASSWORD: 'file:web'}"


def test_a_rest_server_with_a_user(town, tmp_path, served):
    folder, _guarded, own = served
    town.repository.copied_to(folder / "bir")
    secret(town, "web", "password")
    describe(town, f"rest:http://{own}/bir/", USER)
    goes_round(town, tmp_path)


def test_a_wrong_user_of_a_rest_server_is_said_without_the_password(town, served):
    _folder, _guarded, own = served
    secret(town, "web", "yanlis-parola")
    describe(town, f"rest:http://{own}/iki/", USER)
    (failure,) = town.rotate().failed
    assert "yanlis-parola" not in json.dumps(failure)
    assert failure["code"] in (12, 13, 14)


def ignored_forget(town, folder: Path, place: str) -> None:
    town.repository.copied_to(folder / place.partition("/")[2])
    secret(town, "web", "password")
    describe(town, f"rest:http://{place}/", USER)
    for _time in range(2):
        assert town.rotate(forget=False, now=True).failed == []
    (failure,) = town.rotate(now=True, after=timedelta(days=2)).failed
    assert failure["reason"] == "not_forgotten", failure
    assert "append" in failure["hint"]


def test_a_forget_that_an_append_only_repository_ignores_is_reported_and_not_believed(town, served, newer):
    ignored_forget(town, served[0], f"{served[1]}/uc")


@pytest.mark.torture
def test_a_forget_that_an_append_only_repository_crashes_on_is_reported_too(town, served):
    """restic 0.14 tries for most of a minute, then ends with a stack trace."""
    ignored_forget(town, served[0], f"{served[1]}/bes")


def test_of_a_repository_that_says_it_is_append_only_nothing_is_forgotten(town, served):
    folder, guarded, _own = served
    town.repository.copied_to(folder / "dort")
    secret(town, "web", "password")
    describe(town, f"rest:http://{guarded}/dort/", f"{USER}, append_only: true")
    for day in (0, 2):
        assert town.rotate(now=True, after=timedelta(days=day)).failed == []
    assert not any(action == "backup.forget" for action, _outcome in town.actions())


@pytest.fixture(scope="module")
def host() -> Iterator[SshHost]:
    packages.require_for_test("openssh-server", "openssh-client", "iproute2")
    with SshHost() as machine:
        yield machine


def know(town, host: SshHost, name: str = "depo-makinesi", host_key: str = "") -> None:
    (town.inventory / "hosts.yaml").write_text(
        f"hosts:\n  {name}: {{host: {host.host}, port: {host.port}, username: root, "
        f"key_file: '{host.key_file}', host_key: '{host_key or host.host_key}'}}\n"
    )


def test_sftp_to_a_host_of_the_inventory(town, tmp_path, host):
    know(town, host)
    town.repository.copied_to(tmp_path / "uzak")
    describe(town, f"sftp:depo-makinesi:{tmp_path}/uzak")
    goes_round(town, tmp_path)


def test_sftp_to_a_host_with_another_key_is_refused(town, tmp_path, host):
    other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6mSxkyVtcbNoBDpXlWYEDJVDFMlpY6WwUJpyU6Tn6W"
    know(town, host, host_key=other)
    describe(town, f"sftp:depo-makinesi:{tmp_path}/uzak")
    (failure,) = town.rotate().failed
    assert failure["code"] == 13, failure
    assert not (tmp_path / "uzak").exists()


@pytest.mark.torture
def test_s3_with_keys_that_stand_nowhere(town, tmp_path):
    secret(town, "s3-id", "ANAHTARKIMLIGI")
    secret(town, "s3-key", "cok-gizli-anahtar")
    keys = ", environment: {AWS_ACCESS_KEY_ID: 'file:s3-id', AWS_SECRET_ACCESS_KEY: 'file:s3-key'}"
    with repositories.s3() as place:
        describe(town, f"s3:http://{place}/yedek/ana", keys)
        goes_round(town, tmp_path)
    written = "".join(path.read_text() for path in town.state.folder.rglob("*.json*"))
    assert "cok-gizli-anahtar" not in written


@pytest.mark.torture
def test_rclone(town, tmp_path):
    packages.require_for_test("rclone")
    config = tmp_path / "rclone.conf"
    config.write_text("[depo]\ntype = local\n")
    town.repository.copied_to(tmp_path / "uzak")
    describe(town, f"rclone:depo:{tmp_path}/uzak", f", environment: {{RCLONE_CONFIG: '{config}'}}")
    goes_round(town, tmp_path)


def test_a_secret_is_never_written_into_the_environment_key(town):
    describe(town, "s3:http://127.0.0.1:1/b/r", ", environment: {AWS_SECRET_ACCESS_KEY: acik-yazilmis}")
    with pytest.raises(Exception, match="a secret is not written here") as caught:
        town.run()
    assert "acik-yazilmis" not in str(caught.value)


def test_the_speed_is_limited_where_the_inventory_says_so(town):
    describe(town, str(town.repository.folder), ", upload: 20, gentle: true, lock_wait: 0")
    began = datetime.now()
    assert town.rotate().failed == []
    assert datetime.now() - began > timedelta(seconds=1.5)  # 50 kB at 20 KiB a second
