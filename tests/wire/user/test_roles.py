"""What a role and a directorate give: place, groups, attributes, address, home, profile, expiry, mailbox."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.conftest import Answer
from tests.wire.user.conftest import Office

MEMUR = "OU=Memur,OU=Personel,DC=belediye,DC=test"
ROLES = """\
  tam:
    ou: {ou}
    groups: [Personel]
    attributes: {{company: Efeler Belediyesi, description: geçici}}
    mail: "{{{{sam}}}}@belediye.test"
    home: '\\\\dosya\\ev\\{{{{sam}}}}'
    home_drive: "H:"
    profile: '\\\\dosya\\profil\\{{{{sam}}}}'
    expires_days: 30
  posta: {{ou: "{ou}", mailbox: "{program} {{{{sam}}}}"}}
departments:
  Zabıta Müdürlüğü:
    ou: OU=Personel,DC=belediye,DC=test
    groups: [Yazicilar]
    attributes: {{company: Zabıta}}
"""


@pytest.fixture
def roles(office: Office, tmp_path: Path) -> Office:
    file = office.command_line.inventory / "directory.yaml"
    text = ROLES.format(ou=MEMUR, program=tmp_path / "mailbox").replace("{{", "{").replace("}}", "}")
    file.write_text(file.read_text() + text)
    return office


def add(office: Office, surname: str, role: str, *words: str) -> Answer:
    return office.bitools(
        "user", "add", "--given", "Rol", "--surname", surname, "--role", role, "--yes", "--json", *words
    )


def plain(office: Office, sam: str, *names: str) -> list[str]:
    entry = office.one(sam)
    return [entry[name][0].decode() for name in names]


def test_everything_a_role_says_is_in_the_account(roles: Office) -> None:
    answer = add(roles, "Tam", "tam")
    assert answer.code == 0, answer.stderr
    names = ("company", "description", "mail", "homeDirectory", "homeDrive", "profilePath")
    assert plain(roles, "rol.tam", *names) == [
        "Efeler Belediyesi", "geçici", "rol.tam@belediye.test", r"\\dosya\ev\rol.tam", "H:", r"\\dosya\profil\rol.tam",
    ]  # fmt: skip
    [item] = roles.bitools("user", "show", "rol.tam", "--json").document["items"]
    last_day = date.fromisoformat(item["expires"][:10]) - timedelta(days=1)
    assert timedelta(days=29) <= last_day - date.today() <= timedelta(days=31)


def test_what_is_said_on_the_command_line_goes_before_the_role(roles: Office) -> None:
    answer = add(roles, "Öncelik", "tam", "--mail", "baska@belediye.test", "--expires", "2099-12-31")
    assert answer.code == 0, answer.stderr
    assert plain(roles, "rol.oncelik", "mail") == ["baska@belediye.test"]
    [item] = roles.bitools("user", "show", "rol.oncelik", "--json").document["items"]
    assert item["expires"].startswith("2099-12-31")
    assert item["last_day"] == "2099-12-31"


def test_a_directorate_adds_its_own(roles: Office) -> None:
    answer = add(roles, "Zabıta", "tam", "--department", "ZABITA MÜDÜRLÜĞÜ")
    assert answer.code == 0, answer.stderr
    entry = roles.one("rol.zabita")
    assert entry["distinguishedName"][0].decode() == "CN=Rol Zabıta,OU=Personel,DC=belediye,DC=test"
    assert {dn.partition(b",")[0] for dn in entry["memberOf"]} == {b"CN=Personel", b"CN=Yazicilar"}
    assert entry["company"][0].decode() == "Zabıta"
    assert entry["description"][0].decode() == "geçici"


def test_the_mailbox_is_made_before_the_account_is_opened_and_again_after_a_failure(
    roles: Office, tmp_path: Path
) -> None:
    program, asked = tmp_path / "mailbox", tmp_path / "asked"
    program.write_text(f'#!/bin/sh\necho "$*" >> {asked}\necho "no disk for mailboxes" >&2\nexit 1\n')
    program.chmod(0o755)
    failed = add(roles, "Postalı", "posta")
    assert (failed.code, "no disk for mailboxes" in failed.stderr) == (14, True)
    assert roles.one("rol.postali")["userAccountControl"] == [b"514"]
    program.write_text(f'#!/bin/sh\necho "$*" >> {asked}\n')
    whole = add(roles, "Postalı", "posta")
    assert (whole.code, whole.document["items"][0]["status"]) == (0, "completed"), whole.stderr
    assert roles.one("rol.postali")["userAccountControl"] == [b"512"]
    assert asked.read_text() == "rol.postali\n" * 2
    assert len(list((roles.state / "slips").iterdir())) == 1


def test_a_mailbox_program_that_is_not_there_is_a_refusal_by_name(roles: Office, tmp_path: Path) -> None:
    answer = add(roles, "Postasız", "posta")
    assert (answer.code, "mailbox" in answer.stderr) == (14, True)
    assert roles.one("rol.postasiz")["userAccountControl"] == [b"514"]
