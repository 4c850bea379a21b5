"""Three administrators and root on one machine with a real directory: prompts, homes, pipes; who it was."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterator

import pytest

from lab.directory import DomainController
from lab.machine import HOME, PROGRAM, Machine, machine
from lab.packages import require_for_test
from tests.system.test_machine import asked, done
from tests.wire.user.conftest import INVENTORY

pytestmark = pytest.mark.xdist_group("machine")
LEASE = "Nov 28 10:00:00 dhcp dhcpd: DHCPACK on 10.1.0.7 to 00:11:22:33:44:55 (pc-7) via eth0\n"


@pytest.fixture
def box(controller: DomainController) -> Iterator[Machine]:
    require_for_test("sudo", "restic")
    with machine() as made:
        made.write("/etc/bitools/settings.yaml", "organisation: Efeler Belediyesi\nlanguage: en\n")
        made.write("/etc/bitools/ca.pem", controller.ca.read_text())
        made.write("/etc/bitools/ad.key", controller.bind_password_file.read_text(), 0o600)
        text = INVENTORY.format(
            server=controller.address, ca="/etc/bitools/ca.pem", password="/etc/bitools/ad.key"
        )
        made.write("/etc/bitools/directory.yaml", text)
        made.write("/var/log/dhcp/dhcpd.log", LEASE, 0o640)
        made.write(
            "/etc/bitools/iplog.yaml", "sources:\n  dhcp: {format: dhcpd, path: /var/log/dhcp/dhcpd.log}\n"
        )
        made.write("/etc/sudoers.d/log", "Defaults logfile=/var/log/sudo.log, loglinelen=0\n", 0o440)
        done(made.bitools("setup"))
        for name in ("ayse", "mehmet"):
            made.person(name, "bitools")
        yield made


@pytest.mark.torture
def test_every_group_is_used_through_sudo_and_who_it_was_is_told_alike(box: Machine) -> None:
    home = box.path(f"{HOME}/ayse")
    one = ("user", "add", "--given", "Ali", "--surname", "Kaya", "--role", "memur", "--slip-to", "ali.html")
    assert asked(box, "ayse", *one, answer="y") == 0
    assert (home / "ali.html").read_text().lstrip().startswith("<!DOCTYPE html"), "what its name says it is"
    assert (home / "ali.html").stat().st_mode & 0o777 == 0o600
    os.utime(home / "ali.html", (0, 0))
    done(box.bitools("ledger", "verify", user="mehmet"))
    assert (home / "ali.html").exists()
    done(box.bitools("ledger", "verify", user="ayse"))
    assert not (home / "ali.html").exists(), "hers goes after seven days"
    done(
        box.bitools(
            "user", "add", "--given", "Can", "--surname", "Tan", "--role", "memur", "--yes", user="mehmet"
        )
    )
    shown = json.loads(done(box.bitools("user", "show", "ali.kaya", "--json", user="mehmet")))["items"]
    assert shown[0]["sam_account_name"] == "ali.kaya"
    done(box.bitools("user", "access", "--csv", "hak.csv", user="ayse"))
    assert "Yazicilar" in (home / "hak.csv").read_text(encoding="utf-8-sig")
    assert asked(box, "ayse", "user", "passwd", "ali.kaya", "--slip-to", "yeni.txt", answer="y") == 0
    assert "ali.kaya" in (home / "yeni.txt").read_text()
    assert asked(box, "mehmet", "user", "passwd", "ali.kaya", answer="n") == 5
    listed = box.write(f"{HOME}/mehmet/liste.txt", "ali.kaya\ncan.tan\n", 0o600)
    box.run("chown", "mehmet", f"{HOME}/mehmet/liste.txt", check=True)
    done(box.bitools("user", "passwd", "./liste.txt", "--slip-to", "fisler.html", "--yes", user="mehmet"))
    assert "can.tan" in box.path(f"{HOME}/mehmet/fisler.html").read_text()
    assert listed.exists()
    for words, user in (
        (("user", "disable", "can.tan", "--yes"), "ayse"),
        (("user", "enable", "can.tan", "--yes"), "mehmet"),
        (("user", "unlock", "can.tan", "--yes"), "ayse"),
        (("user", "grant", "can.tan", "--group", "VPN", "--yes"), "mehmet"),
        (("user", "revoke", "can.tan", "--group", "VPN", "--yes"), "ayse"),
        (("user", "expire", "can.tan", "--on", "2030-01-31", "--yes"), "mehmet"),
        (("user", "set", "can.tan", "--title", "Memur", "--yes"), "ayse"),
        (("user", "disable", "can.tan", "--yes"), ""),
        (("user", "list", "--json"), "ayse"), (("user", "audit"), "mehmet"), (("user", "name", "--given", "A", "--surname", "B"), "ayse"),
        (("iplog", "ingest"), "ayse"), (("iplog", "seal"), "mehmet"), (("iplog", "status"), "ayse"), (("iplog", "verify"), "mehmet"),
        (("report", "daily", "--html", "gun.html"), "ayse"), (("inventory", "check"), "mehmet"), (("schedule", "show"), "ayse"),
        (("ledger", "verify"), "mehmet"), (("ledger", "show"), "ayse"), (("doctor",), "mehmet"),
    ):  # fmt: skip
        answer = box.bitools(*words, user=user)
        assert answer.returncode in (0, 4), (words, answer.stdout + answer.stderr)
    agree(box)


def agree(box: Machine) -> None:
    """Every entry that an administrator made has a line in sudo's log, by the same person, of the same words."""
    pages = box.path("/var/lib/bitools/ledger/ledger.jsonl").read_text().splitlines()
    entries = [json.loads(line) for line in pages]
    logged = re.findall(
        r" : (\S+) : .*?USER=bitools ; COMMAND=\S+/bitools (.*)", box.path("/var/log/sudo.log").read_text()
    )
    logged = [(who, words.replace("\\", "")) for who, words in logged]
    runs = {entry["run"]: (entry["actor"], " ".join(shlex.split(entry["command"])[1:])) for entry in entries}
    assert {who for who, _words in runs.values()} == {"root", "ayse", "mehmet"}
    for who, words in runs.values():
        if who != "root":
            assert logged.count((who, words)) >= 1, (who, words, logged)
        else:
            assert (who, words) not in logged
    through = [words for who, words in runs.values() if who != "root"]
    assert len(through) >= 10
    assert "Parola" not in box.path("/var/log/sudo.log").read_text()


def test_a_list_of_accounts_is_read_with_the_rights_of_who_names_it(box: Machine) -> None:
    """Else its lines, that are no accounts, would be told: every secret that the account can read."""
    secret = box.path("/etc/bitools/ad.key").read_text().strip()
    box.write(f"{HOME}/ayse/https:/x", "")
    box.run("bash", "-c", f"cd {HOME}/ayse; rm -r https:; ln -s / https:", check=True)
    for words in (
        ("user", "passwd", "/etc/bitools/ad.key", "--yes"), ("user", "disable", "/etc/bitools/ad.key", "--yes"),
        ("user", "passwd", "../../etc/bitools/ad.key", "--yes"), ("user", "passwd", "--yes", "--", "/etc/bitools/ad.key"),
        ("user", "passwd", "/etc/bitools/ad.key", "/etc/bitools/ad.key", "--yes"),
        ("ledger", "verify", "--file", "https://etc/bitools/ad.key"), ("user", "sync", "https://etc/bitools/ad.key"),
    ):  # fmt: skip
        for command in ((PROGRAM,), ("sudo", "-n", "-u", "bitools", PROGRAM)):
            answer = box.run(*command, *words, user="ayse")
            assert answer.returncode in (5, 10, 14), (words, answer.stdout + answer.stderr)
            assert secret not in answer.stdout + answer.stderr, words
