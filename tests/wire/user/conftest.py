"""A real domain controller (Samba) for every worker, and an eye of our own on what it holds."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import ldap3
import pytest

from bitools.inventory.load import load
from bitools.ledger import Ledger
from bitools.run import Run
from bitools.state import State, new_run
from lab.directory import DomainController
from lab.packages import MissingPackages, leave_out
from tests.conftest import Answer, CommandLine, InProcess

INVENTORY = """\
domain: belediye.test
servers: [{server}]
ca: {ca}
bind: {{username: bitools@belediye.test, password: "file:{password}"}}
people: OU=Personel,DC=belediye,DC=test
leavers: OU=Ayrilanlar,DC=belediye,DC=test
guards: {{protected: [santral]}}
timeout: 60
answer_timeout: 120
replication_timeout: 2
roles:
  memur: {{ou: "OU=Memur,OU=Personel,DC=belediye,DC=test", groups: [Personel, Yazicilar]}}
  uzak: {{ou: "OU=Memur,OU=Personel,DC=belediye,DC=test", groups: [VPN]}}
  yonetici: {{ou: "OU=Memur,OU=Personel,DC=belediye,DC=test", groups: [Domain Admins]}}
  yabanci: {{ou: "CN=Users,DC=belediye,DC=test"}}
  kayip: {{ou: "OU=Yok,OU=Personel,DC=belediye,DC=test"}}
  grupsuz: {{ou: "OU=Memur,OU=Personel,DC=belediye,DC=test", groups: [Olmayan]}}
"""


@dataclass(frozen=True)
class Office:
    """A municipality with a directory: a command line, runs inside this process, and an administrator's eye."""

    controller: DomainController
    command_line: CommandLine
    admin: ldap3.Connection

    def bitools(self, *words: str) -> Answer:
        """A command line inside this process: no start-up to wait for."""
        return InProcess(self.command_line.inventory, self.command_line.state)(*words)

    @property
    def state(self) -> Path:
        """The state folder."""
        return self.command_line.state

    def run(self, dry_run: bool = False) -> Run:
        """A run as the front door makes it."""
        state, now = State(self.state), datetime.now().astimezone()
        name = new_run(now)
        ledger = Ledger(state, name, "bitools user", "sistem.sorumlusu")
        return Run(name, now, load(self.command_line.inventory), state, ledger, dry_run)

    def read(self, query: str, *attributes: str) -> list[dict[str, list[bytes]]]:
        """Objects as the administrator sees them."""
        self.admin.search(self.controller.base_dn, query, attributes=["*", *attributes])
        found = [item for item in self.admin.response if item["type"] == "searchResEntry"]
        return [dict(item["raw_attributes"]) for item in found]

    def one(self, sam_account_name: str, *attributes: str) -> dict[str, list[bytes]]:
        [entry] = self.read(f"(sAMAccountName={sam_account_name})", *attributes)
        return entry

    def usn(self, sam_account_name: str) -> bytes:
        """A number that grows with every change of an object."""
        return self.one(sam_account_name)["uSNChanged"][0]

    def make_user(self, sam_account_name: str, password: str = "Ilk-Parola.2026", **attributes: str) -> str:
        """An ordinary, enabled account, made by somebody else than bitools."""
        dn = f"CN={sam_account_name},OU=Memur,OU=Personel,{self.controller.base_dn}"
        assert self.admin.add(dn, "user", {"sAMAccountName": sam_account_name, **attributes}), (
            self.admin.result
        )
        self.admin.modify(dn, {"unicodePwd": [("MODIFY_REPLACE", [f'"{password}"'.encode("utf-16-le")])]})
        self.admin.modify(dn, {"userAccountControl": [("MODIFY_REPLACE", ["512"])]})
        return dn

    def logon(self, login: str, password: str) -> str:
        """What the controller says to a logon: `ok`, or the sub-code (52e, 533, 773, …)."""
        connection = ldap3.Connection(self.admin.server, f"{login}@belediye.test", password)
        try:
            if connection.bind():
                return "ok"
            return str(connection.result["message"]).partition("data ")[2].partition(",")[0]
        finally:
            connection.unbind()


@pytest.fixture(scope="session")
def controller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DomainController]:
    number = os.getpid()  # every worker has a loopback address of its own
    address = f"127.{100 + number // 65536 % 100}.{number // 256 % 256}.{1 + number % 254}"
    over_tls = "allow_sasl_over_tls"  # Kerberos inside LDAPS, as Windows takes it
    try:
        with DomainController(tmp_path_factory.mktemp("dc") / "dc", address, over_tls) as running:
            yield running
    except MissingPackages as missing:
        leave_out(missing)


@pytest.fixture(scope="session")
def admin(controller: DomainController) -> Iterator[ldap3.Connection]:
    tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(controller.ca))
    server = ldap3.Server(controller.address, 636, use_ssl=True, tls=tls, get_info=ldap3.NONE)
    password = controller.admin_password_file.read_text()
    connection = ldap3.Connection(server, controller.admin_user, password, auto_bind=True)
    yield connection
    connection.unbind()


@pytest.fixture(scope="session")
def provisioned(admin: ldap3.Connection, controller: DomainController) -> frozenset[str]:
    """What the directory held before the first test."""
    return frozenset(_listed(admin, controller))


@pytest.fixture(scope="module")
def _leaves_nobody(
    admin: ldap3.Connection, controller: DomainController, provisioned: frozenset[str]
) -> Iterator[None]:
    """A worker's controller serves many files of tests: each takes its people along when it goes."""
    yield
    made = [dn for dn in _listed(admin, controller) if dn not in provisioned]
    for dn in sorted(made, key=len, reverse=True):  # what is within an OU before the OU
        assert admin.delete(dn), admin.result


def _listed(admin: ldap3.Connection, controller: DomainController) -> list[str]:
    kinds = "".join(f"(objectClass={kind})" for kind in ("user", "group", "contact", "organizationalUnit"))
    admin.search(controller.base_dn, f"(|{kinds})", attributes=["1.1"])
    return [item["dn"] for item in admin.response if item["type"] == "searchResEntry"]


@pytest.fixture
def office(
    controller: DomainController, admin: ldap3.Connection, bitools: CommandLine, _leaves_nobody: None
) -> Office:
    describe(bitools.inventory, controller, f"{controller.address}")
    # The first logon, and one after a wrong password, write something; whoever counts changes must not see it.
    assert controller.login(controller.bind_user, controller.bind_password_file.read_text().strip()) == "ok"
    return Office(controller, bitools, admin)


def describe(folder: Path, controller: DomainController, server: str) -> None:
    """Write the inventory of this domain, served there."""
    text = INVENTORY.format(server=server, ca=controller.ca, password=controller.bind_password_file)
    (folder / "directory.yaml").write_text(text, encoding="utf-8")
    settings = "organisation: Efeler Belediyesi\nlanguage: tr\ntimezone: Europe/Istanbul\n"
    (folder / "settings.yaml").write_text(settings, encoding="utf-8")


def limits(folder: Path, **seconds: int) -> None:
    """Change time limits of an inventory. Short ones are for servers that do not answer, and only as long
    as they do not: a busy machine is slow, and a test must not take that for a fault.
    """
    file = folder / "directory.yaml"
    text = file.read_text()
    for name, value in seconds.items():
        text = re.sub(rf"(?m)^{name}: .*$", f"{name}: {value}", text)
    file.write_text(text)
