"""Other hosts, pulled over SSH: what a program writes there, and paths that their own restic reads."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitools.backup.verbs.drill import drill
from bitools.backup.verbs.restore import restore
from lab import loopback, packages
from lab.directory import DomainController
from lab.ssh_host import SshHost


@pytest.fixture(scope="module")
def host() -> Iterator[SshHost]:
    """A host in a network namespace: its only way to the repository is our connection."""
    packages.require_for_test("rclone", "openssh-server", "iproute2")
    with SshHost(isolated=True) as machine:
        yield machine


def know(town, host: SshHost) -> None:
    (town.inventory / "hosts.yaml").write_text(
        f"hosts:\n  ebys: {{host: {host.host}, port: {host.port}, username: root, "
        f"key_file: '{host.key_file}', host_key: '{host.host_key}'}}\n"
    )


def test_paths_of_another_host_come_through_the_tunnel(town, tmp_path, host):
    know(town, host)
    (town.source / "plan.bin").write_bytes(os.urandom(300_000))
    (town.source / "yeni satır\n").write_text("x")
    town.datasets(
        f"  ebys: {{type: ssh, importance: normal, repository: ana, host: ebys, paths: ['{town.source}']}}\n"
    )
    document = town.rotate()
    assert document.failed == []
    run = town.run()
    restore(run, run.inventory.select_datasets()[0], tmp_path / "geri")
    came = tmp_path / "geri" / town.source.relative_to("/")
    assert (came / "plan.bin").read_bytes() == (town.source / "plan.bin").read_bytes()
    assert (came / "yeni satır\n").read_text() == "x"
    assert not list((town.repository.folder / "locks").iterdir())


def test_what_a_program_writes_over_there_is_stored(town, tmp_path, host):
    know(town, host)
    command = "[sh, -c, 'ip -4 -o address show eth0; echo \"tırnak ve  boşluk\"']"
    town.datasets(
        f"  ebys: {{type: ssh, importance: normal, repository: ana, host: ebys, command: {command}, file_name: d}}\n"
    )
    (item,) = town.rotate().items
    dump = town.repository.restic("dump", item["snapshot"], "/d").decode()
    assert host.host in dump
    assert "tırnak ve  boşluk" in dump


def test_a_program_that_fails_over_there_leaves_no_snapshot(town, host):
    know(town, host)
    town.datasets(
        "  ebys: {type: ssh, importance: normal, repository: ana, host: ebys, "
        "command: [sh, -c, 'echo yarim; exit 4'], file_name: d}\n"
    )
    (failure,) = town.rotate().failed
    assert failure["reason"] == "producer_failed"
    assert town.repository.restic("snapshots", "--json").strip() == b"[]"


def test_a_restic_that_hangs_over_there_is_ended(town, host, monkeypatch):
    monkeypatch.setattr("bitools.backup.sources.ssh._OVER_THERE", "exec sleep 600 # {words}")
    know(town, host)
    (town.source / "a").write_text("x")
    town.datasets(
        "  ebys: {type: ssh, importance: normal, repository: ana, host: ebys, silence: 1,"
        f" paths: ['{town.source}']}}\n"
    )
    (failure,) = town.rotate().failed
    assert (failure["code"], failure["reason"]) == (13, "silent")


def test_a_host_that_is_not_there_is_unreachable(town, host):
    know(town, host)
    text = (town.inventory / "hosts.yaml").read_text().replace(f"port: {host.port}", "port: 9")
    (town.inventory / "hosts.yaml").write_text(text)
    (town.source / "a").write_text("x")
    town.datasets(
        f"  ebys: {{type: ssh, importance: normal, repository: ana, host: ebys, paths: ['{town.source}']}}\n"
    )
    assert town.rotate().failed[0]["code"] == 13


def test_a_host_that_nobody_described_is_said_with_its_line(town):
    town.datasets("  e: {type: ssh, importance: normal, repository: ana, host: yok, paths: [/srv]}\n")
    with pytest.raises(Exception, match=r"backups.yaml:\d+: e names the host"):
        town.run()


def test_a_domain_controller_that_cannot_be_backed_up_leaves_no_snapshot(town, tmp_path):
    packages.require_for_test("samba-ad-dc", "python3-samba")
    (tmp_path / "smb.conf").write_text(f"[global]\nprivate dir = {Path('/nonexistent')}\n")
    town.datasets(
        f"  ad: {{type: directory, importance: normal, repository: ana, smb_conf: '{tmp_path}/smb.conf'}}\n"
    )
    (failure,) = town.rotate().failed
    assert failure["reason"] == "producer_failed"
    assert town.repository.restic("snapshots", "--json").strip() == b"[]"


def objects(database: Path) -> dict[str, set[str]]:
    """Every object of a domain with its attributes, passwords too, read by Samba's own tool."""
    words = ["ldbsearch", "-H", database, "(objectClass=*)", "*", "unicodePwd"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    entries = [entry.splitlines() for entry in done.stdout.split("\n\n") if "dn: " in entry]
    return {entry[1]: set(entry[1:]) for entry in entries}  # the first line counts the records


@pytest.mark.torture
def test_a_domain_comes_back_object_by_object(town, tmp_path):
    packages.require_for_test(*packages.DIRECTORY, "ldb-tools", "bzip2")
    address = loopback.free_address(636)
    with DomainController(tmp_path / "dc", address) as controller:
        conf, sysvol = tmp_path / "smb.conf", tmp_path / "sysvol"
        sysvol.mkdir()  # the lab's controller shares no files
        shared = f"[sysvol]\npath = {sysvol}\nread only = no\n"
        conf.write_text((controller.data / "etc" / "smb.conf").read_text() + shared)
        town.datasets(f"  ad: {{type: directory, importance: normal, repository: ana, smb_conf: '{conf}'}}\n")
        document = town.rotate()
        assert document.failed == []
        living = objects(controller.data / "private" / "sam.ldb")
    run = town.run()
    restore(run, run.inventory.select_datasets()[0], tmp_path / "geri")
    (archive,) = (tmp_path / "geri").rglob("*.tar.bz2")
    subprocess.run(["tar", "-xjf", archive, "-C", tmp_path / "geri"], check=True)
    assert len(living) > 200
    assert any(line.startswith("unicodePwd") for entry in living.values() for line in entry)
    assert objects(tmp_path / "geri" / "private" / "sam.ldb") == living
    document = drill(run, run.inventory.select_datasets())
    assert document.failed == []
    assert document.items[0]["kind"] == "archive"  # the lab's domain has no DNS of its own
