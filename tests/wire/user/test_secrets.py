"""Where a password may be: on its slip. Nowhere else, said as loudly as can be and with a crash in between."""

from __future__ import annotations

import base64
import contextlib
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bitools.credentials import Secret
from bitools.user.decisions.change import NOTHING
from bitools.user.decisions.checks import Cleared
from bitools.user.wire.directory import connect
from tests.wire.user.conftest import Office

# Dies in the very act that opens an account or sets its password, with the password in the exception's text.
DRIVER = """\
import sys
from bitools.user.wire.directory import Domain
from bitools.cli import main
known = []
set_password, modify = Domain.set_password, Domain.modify

def remember(self, cleared, dn, password, more=None):
    known.append(password.reveal())
    set_password(self, cleared, dn, password, more)

def die(self, cleared, dn, changes):
    modify(self, cleared, dn, changes)
    if "pwdLastSet" in changes:
        raise RuntimeError(f"crash with {known[-1]} at hand")

Domain.set_password = remember
if sys.argv.pop(1) == "crash":
    Domain.modify = die
sys.exit(main())
"""


def passwords_of(slip: Path) -> list[str]:
    """Those of a slip, or of a sheet of them."""
    return re.findall(r"\b(?:[A-Za-z2-9]{4}-){3,}[A-Za-z2-9]{4}\b", slip.read_text(encoding="utf-8"))


class Watch:
    """Runs command lines with a watch on everything they show, start and leave behind."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder = office, folder
        self.driver = folder / "driver.py"
        self.driver.write_text(DRIVER)
        (folder / "temporary").mkdir()
        self.seen: list[bytes] = []
        self.core: list[str] = []  # bytes a core file may have, at the end
        self.passwords = {office.controller.bind_password_file.read_text().strip()}

    def run(self, how: str, *words: str) -> int:
        process = subprocess.Popen(
            [sys.executable, str(self.driver), how, "-v", "user", *words],
            env={**self.office.command_line.environment(), "TMPDIR": str(self.folder / "temporary")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[3],
        )
        while process.poll() is None:
            with contextlib.suppress(OSError):
                limits = Path(f"/proc/{process.pid}/limits").read_text()
                self.core = re.findall(r"Max core file size +(\w+)", limits) or self.core
            time.sleep(0.01)  # what lives shorter writes down itself what it was given
            for name in ("cmdline", "environ"):
                for file in Path("/proc").glob(f"[0-9]*/{name}"):
                    try:
                        self.seen.append(file.read_bytes())
                    except OSError:
                        continue  # it has ended
        self.seen += [*process.communicate()]
        self.passwords |= {password for slip in self.slips for password in passwords_of(slip)}
        return process.returncode

    @property
    def slips(self) -> list[Path]:
        return list((self.office.state / "slips").iterdir())

    def leaks(self) -> list[str]:
        """What was seen of any password, in whatever form, but on the slips."""
        slips = self.slips
        files = [file for file in self.folder.rglob("*") if file.is_file() and file not in slips]
        hay = b"\n".join([*self.seen, *(file.read_bytes() for file in files)])
        return [form for password in self.passwords for form, needle in forms(password) if needle in hay]


def forms(password: str) -> list[tuple[str, bytes]]:
    narrow, wide = password.encode(), password.encode("utf-16-le")
    found = [("utf-8", narrow), ("utf-16", wide)]
    for name, value in (("utf-8", narrow), ("utf-16", wide), ("quoted", f'"{password}"'.encode("utf-16-le"))):
        found += [(f"hex of {name}", value.hex().encode()), (f"HEX of {name}", value.hex().upper().encode())]
        found += [(f"base64 of {name}", base64.b64encode(value).rstrip(b"=")[:-1])]
    return found


@pytest.fixture
def watch(office: Office, tmp_path: Path) -> Watch:
    """The role `postali`, and the connector, start a program that writes down what it was given."""
    seen, program = tmp_path / "given", tmp_path / "program"
    program.write_text(f'#!/bin/sh\ncat /proc/$$/environ /proc/$$/cmdline >> {seen}\necho "$@" >> {seen}\n')
    program.chmod(0o755)
    file = office.command_line.inventory / "directory.yaml"
    role = f'  postali: {{ou: "OU=Memur,OU=Personel,DC=belediye,DC=test", mailbox: "{program} {{sam}}"}}\n'
    told = (
        f"connectors: {{ebys: {{text: EBYS, on: [add], command: '{program} {{event}} {{sam}} {{mail}}'}}}}\n"
    )
    file.write_text(file.read_text() + role + told)
    return Watch(office, tmp_path)


def test_no_password_is_anywhere_but_on_its_slip(office: Office, watch: Watch, tmp_path: Path) -> None:
    many = ["gizli.unutkan", "gizli.birkisi", "gizli.ikikisi"]
    for sam in many:
        office.make_user(sam)
    (tmp_path / "unutanlar.csv").write_text("account\n" + "".join(f"{sam}\n" for sam in many[1:]))
    file = tmp_path / "personel.csv"
    file.write_text("employee_id;given;surname;role\nG1;Gizli;Bir;postali\nG2;Gizli;İki;memur\n")
    for words in (
        ["add", "--given", "Gizli", "--surname", "Açılan", "--role", "postali", "--yes"],
        ["passwd", "gizli.unutkan", "--yes"],
        ["passwd", str(tmp_path / "unutanlar.csv"), "--yes", "--json"],
        ["sync", str(file), "--yes", "--json"],
    ):
        assert watch.run("crash", *words) == 1, watch.seen[-1]
        assert "RuntimeError: crash with ××× at hand" in watch.seen[-1].decode()
        assert watch.run("whole", *words) == 0, watch.seen[-1]
    assert (tmp_path / "given").read_text(errors="replace").count("gizli.acilan") >= 2
    assert (tmp_path / "given").read_text(errors="replace").count("add gizli.") == 3, "the connector's"
    assert len(watch.passwords) == 1 + 1 + 2 + 2 + 3, "the bind account's, and those of the slips"
    assert watch.leaks() == []
    assert watch.core == ["0"]
    assert not list(office.state.rglob("objects")), "no git history is kept of accounts"


def test_the_watch_would_see_a_leak(watch: Watch) -> None:
    for form, needle in forms("Acik-Parola-2026"):
        watch.seen, watch.passwords = [b"x" + needle + b"y"], {"Acik-Parola-2026"}
        (watch.office.state / "slips").mkdir(parents=True, exist_ok=True)
        assert form in watch.leaks()


def test_the_library_remembers_no_password_it_sent(office: Office) -> None:
    run, password = office.run(), "Unutulan-Parola.2026"
    dn = office.make_user("unutulan")
    with connect(run.inventory.require_directory(), run.started, write=True) as domain:
        domain.set_password(Cleared(NOTHING), dn, Secret(password))
        kept = str(vars(domain._connection)) + str(vars(domain._connection.strategy))
    assert "bindResponse" in kept, "the last answer it has seen is here, so its question would be"
    assert password not in kept.replace("\\x00", "")
