"""A staff list followed on a real domain controller: against the same writes by `ldapmodify`, and samba-tool.

Ours also looks for what is taken, asks for the password policy and for its own rights, journals, records
intent and outcome in the ledger, writes a slip, and reads every account back.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.frame import Contest, Limit, run
from lab import packages
from lab.directory import DomainController

BASE = DomainController.base_dn
PLACE = f"OU=Memur,OU=Personel,{BASE}"
GROUPS = tuple(f"CN={name},OU=Gruplar,{BASE}" for name in ("Personel", "Yazicilar"))


@dataclass(frozen=True)
class Person:
    """One of many: letters for digits, since a name has none."""

    number: int

    @property
    def surname(self) -> str:
        """`aabc` for 12."""
        return "".join(chr(97 + int(digit)) for digit in f"{self.number:04}")

    @property
    def sam(self) -> str:
        """The account's name."""
        return f"olcu.{self.surname}"

    @property
    def dn(self) -> str:
        """Its place."""
        return f"CN=Olcu {self.surname},{PLACE}"

    @property
    def password(self) -> str:
        """One that the domain's policy takes."""
        return f"Olcum-{self.number:04}.2026"

    @property
    def attributes(self) -> dict[str, str]:
        """What bitools would write."""
        return {
            "sAMAccountName": self.sam,
            "givenName": "Olcu",
            "sn": self.surname,
            "displayName": f"Olcu {self.surname}",
            "userPrincipalName": f"{self.sam}@belediye.test",
            "employeeID": f"B{self.number}",
        }


@contextmanager
def contests(count: int = 200, few: int = 50, unchanged: int = 2000) -> Iterator[list[Contest | Limit]]:
    """One controller; before each run it is as new, or holds everybody already."""
    packages.require("ldap-utils", "samba-common-bin")
    number = os.getpid()
    address = f"127.{60 + number // 65536 % 30}.{number // 256 % 256}.{1 + number % 254}"
    with (
        tempfile.TemporaryDirectory() as temporary,
        DomainController(Path(temporary) / "dc", address) as controller,
    ):
        bench = Bench(Path(temporary), controller)
        many, some = bench.staff("many", count), bench.staff("some", few)
        made = f"user sync, {count} new accounts, 2 groups"
        ldapmodify = bench.ldapmodify(ldif(map(Person, range(count))))
        samba_tool = [sys.executable, "-m", "bench.peer_samba_tool", str(bench.people(few)), address]
        environment, fresh = bench.environment, bench.fresh
        yield [
            Contest(made, many, ldapmodify, "one ldapmodify", 2.5, "wall", environment, fresh),
            Contest(
                f"user sync, {few} new accounts", some, samba_tool, "samba-tool", 0.1, "wall", environment,
                fresh,
            ),
            Limit(made, many, 8.0, "cpu", "ms an account", count, environment, fresh),
            Limit(
                f"user sync --dry-run, {unchanged} unchanged", [*bench.staff("all", unchanged), "--dry-run"],
                3000.0, "wall", "ms", 1.0, environment, lambda: bench.everybody(unchanged),
            ),
        ]  # fmt: skip


class Bench:
    """A domain, an inventory that knows it, and what both sides are told to do."""

    def __init__(self, folder: Path, controller: DomainController) -> None:
        self.folder, self.controller, self.full = folder, controller, False
        (folder / "inventory").mkdir()
        directory = {
            "domain": "belediye.test",
            "servers": [controller.address],
            "ca": str(controller.ca),
            "bind": {
                "username": controller.bind_user,
                "password": f"file:{controller.bind_password_file}",
            },
            "people": f"OU=Personel,{BASE}",
            "leavers": f"OU=Ayrilanlar,{BASE}",
            "roles": {"memur": {"ou": PLACE, "groups": ["Personel", "Yazicilar"]}},
        }
        (folder / "inventory" / "directory.yaml").write_text(json.dumps(directory))  # JSON is YAML
        self.environment = {
            "BITOOLS_INVENTORY": str(folder / "inventory"),
            "BITOOLS_STATE": str(folder / "state"),
            "PASSWD_FILE": str(controller.admin_password_file),
            "LDAPTLS_CACERT": str(controller.ca),
        }

    def fresh(self) -> None:
        """The domain as it was made."""
        self.controller.reset()
        self.full = False

    def everybody(self, count: int) -> None:
        """The domain with all of these people in it, made once."""
        if not self.full:
            self.fresh()
            whole = ldif(map(Person, range(count)), passwords=False)
            run(self.ldapmodify(whole), self.environment)
            self.full = True

    def staff(self, name: str, count: int) -> list[str]:
        """The command that follows a staff list of so many people."""
        file = self.folder / f"{name}.csv"
        rows = [f"B{one.number};Olcu;{one.surname};memur" for one in map(Person, range(count))]
        file.write_text("\n".join(["employee_id;given;surname;role", *rows, ""]))
        words = ["user", "sync", str(file), "--max-changes", str(count), "--yes"]
        return [sys.executable, "-m", "bitools", *words]

    def people(self, count: int) -> Path:
        """The same people for samba-tool."""
        file = self.folder / "people.json"
        known = [{**vars(one), "given": "Olcu"} | _plain(one) for one in map(Person, range(count))]
        file.write_text(json.dumps(known))
        return file

    def ldapmodify(self, text: str) -> Sequence[str]:
        """All of these changes over one connection, as bitools' own account."""
        handle, name = tempfile.mkstemp(".ldif", dir=self.folder)
        with os.fdopen(handle, "w") as file:
            file.write(text)
        return [
            *("ldapmodify", "-x", "-H", self.controller.ldaps_url, "-D", self.controller.bind_user),
            *("-y", str(self.controller.bind_password_file), "-f", name),
        ]


def _plain(person: Person) -> dict[str, str]:
    return {"sam": person.sam, "surname": person.surname, "password": person.password}


def ldif(people: Iterable[Person], *, passwords: bool = True) -> str:
    """The same five writes an account that bitools makes; without passwords, open as they are made."""
    blocks = []
    for person in people:
        lines = [f"dn: {person.dn}", "changetype: add", "objectClass: user"]
        lines += [f"{name}: {value}" for name, value in person.attributes.items()]
        blocks.append("\n".join([*lines, f"userAccountControl: {514 if passwords else 512}"]))
        if passwords:
            secret = base64.b64encode(f'"{person.password}"'.encode("utf-16-le")).decode()
            blocks.append(f"dn: {person.dn}\nchangetype: modify\nreplace: unicodePwd\nunicodePwd:: {secret}")
        blocks += [f"dn: {dn}\nchangetype: modify\nadd: member\nmember: {person.dn}" for dn in GROUPS]
        if passwords:
            blocks.append(
                f"dn: {person.dn}\nchangetype: modify\nreplace: userAccountControl\nuserAccountControl: 512\n"
                "-\nreplace: pwdLastSet\npwdLastSet: 0"
            )
    return "\n\n".join(blocks) + "\n"
