"""Verb × guard: whoever may not be touched is not touched by any verb, and nobody gets what is another's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.wire.user.conftest import Office
from tests.wire.user.test_sync import HEAD, highest_usn

BASE = "DC=belediye,DC=test"
ADMINS = f"CN=Domain Admins,CN=Users,{BASE}"
NESTED = f"CN=Sunucu-Yoneticileri,OU=Gruplar,{BASE}"

# Every verb that changes an account that exists, as it is typed.
VERBS: dict[str, Callable[[str], list[str]]] = {
    "disable": lambda sam: ["disable", sam],
    "enable": lambda sam: ["enable", sam],
    "grant": lambda sam: ["grant", sam, "--group", "VPN"],
    "grant-until": lambda sam: ["grant", sam, "--group", "VPN", "--until", "2099-01-01"],
    "revoke": lambda sam: ["revoke", sam, "--group", "Personel"],
    "move": lambda sam: ["move", sam, "--to", "memur"],
    "rename": lambda sam: ["rename", sam, "--surname", "Yeni"],
    "set": lambda sam: ["set", sam, "--phone", "1"],
    "passwd": lambda sam: ["passwd", sam],
    "unlock": lambda sam: ["unlock", sam],
    "expire": lambda sam: ["expire", sam, "--on", "2099-01-01"],
    "offboard": lambda sam: ["offboard", sam],
}
PROTECTED = {
    "built-in": "Guest",
    "krbtgt": "krbtgt",
    "last administrator": "Administrator",
    "bind account": "bitools",
    "self": "kendim.operator",
    "protected": "santral",
    "nested administrator": "ic.yonetici",
    "service": "servis.hesabi",
}


@pytest.fixture
def guarded(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The people and groups that the guards are about; those that other tests left stay."""
    admin = office.admin
    if not office.read("(sAMAccountName=Sunucu-Yoneticileri)"):
        admin.add(NESTED, "group", {"sAMAccountName": "Sunucu-Yoneticileri"})
        admin.modify(ADMINS, {"member": [("MODIFY_ADD", [NESTED])]})
        for sam in ("kendim.operator", "santral", "servis.hesabi", "ic.yonetici"):
            if not office.read(f"(sAMAccountName={sam})"):
                office.make_user(sam, givenName=sam, sn="Kişi")
        dn = f"CN=ic.yonetici,OU=Memur,OU=Personel,{BASE}"
        admin.modify(NESTED, {"member": [("MODIFY_ADD", [dn])]})
        # an administrator that has expired is none: the built-in one is the last
        admin.modify(dn, {"accountExpires": [("MODIFY_REPLACE", ["131000000000000000"])]})
        service = f"CN=servis.hesabi,OU=Memur,OU=Personel,{BASE}"
        admin.modify(service, {"servicePrincipalName": [("MODIFY_REPLACE", ["HTTP/mis.belediye.test"])]})
    monkeypatch.setattr("bitools.ledger.actor", lambda _environ: "kendim.operator")
    return office


@pytest.mark.parametrize("guard", PROTECTED)
@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_touches_a_protected_account(guarded: Office, verb: str, guard: str) -> None:
    usn = guarded.usn(PROTECTED[guard])
    answer = guarded.bitools("user", *VERBS[verb](PROTECTED[guard]), "--yes", "--json")
    assert (answer.code, guarded.usn(PROTECTED[guard])) == (5, usn), answer.stderr


@pytest.mark.parametrize(
    "verb",
    [
        "grant",
        "add-role",
        "add-group",
        "add-department",
        "sync",
        "sync-department",
        "sync-new",
        "add-from",
        "grant-until",
    ],
)
def test_nobody_becomes_an_administrator_unasked(guarded: Office, tmp_path: Path, verb: str) -> None:
    """A group that is in Domain Admins, by whatever way it is given: by name, by role, by department."""
    file = guarded.command_line.inventory / "directory.yaml"
    file.write_text(
        file.read_text()
        + f'  sunucu: {{ou: "OU=Memur,OU=Personel,{BASE}", groups: [Sunucu-Yoneticileri]}}\n'
        + "departments:\n  Bilgi İşlem: {groups: [Sunucu-Yoneticileri]}\n"
    )
    tag = verb.replace("-", "")
    if not guarded.read(f"(sAMAccountName=terfi.{tag})"):
        guarded.make_user(f"terfi.{tag}", givenName="Terfi", sn=tag, employeeID=f"T{tag}"[:16])
    rows = {
        "sync": f"T{tag}"[:16] + f";Terfi;{tag};sunucu;;;;;;\n",
        "sync-department": f"T{tag}"[:16] + f";Terfi;{tag};memur;Bilgi İşlem;;;;;\n",
        "sync-new": "YT1;Yepyeni;Terfi;sunucu;;;;;;\n",
        "add-from": "YT2;Yepyeni;Terfiki;memur;Bilgi İşlem;;;;;\n",
    }
    listed = tmp_path / "personel.csv"
    listed.write_text(HEAD + rows.get(verb, ""))
    new = ["add", "--given", "Yepyeni", "--surname", "Terfiuc"]
    words = {
        "grant": ["grant", f"terfi.{tag}", "--group", "Sunucu-Yoneticileri"],
        "grant-until": ["grant", f"terfi.{tag}", "--group", "Sunucu-Yoneticileri", "--until", "2099-01-01"],
        "add-role": [*new, "--role", "sunucu"],
        "add-group": [*new, "--role", "memur", "--group", "Sunucu-Yoneticileri"],
        "add-department": [*new, "--role", "memur", "--department", "Bilgi İşlem"],
        "add-from": ["add", "--from", str(listed)],
    }.get(verb, ["sync", str(listed)])
    usn, members = highest_usn(guarded), guarded.one("Sunucu-Yoneticileri")["member"]
    answer = guarded.bitools("user", *words, "--yes", "--json")
    assert answer.code == 5, answer.stderr
    assert (highest_usn(guarded), guarded.one("Sunucu-Yoneticileri")["member"]) == (usn, members)
    assert "privileged" in (answer.stdout + answer.stderr)


@pytest.mark.parametrize("verb", ["add", "set", "sync", "sync-new"])
def test_nobody_gets_an_address_that_is_another_s(office: Office, tmp_path: Path, verb: str) -> None:
    tag = verb.replace("-", "")
    office.make_user(f"sahip.{tag}", mail=f"{tag}@belediye.test")
    office.make_user(f"isteyen.{tag}", givenName="İsteyen", sn=tag, employeeID=f"A{tag}")
    listed = tmp_path / "personel.csv"
    number = f"A{tag}" if verb == "sync" else f"N{tag}"
    listed.write_text(HEAD + f"{number};İsteyen;{tag};memur;;;{tag.upper()}@belediye.test;;;\n")
    words = {
        "add": [
            "add",
            "--given",
            "Yeni",
            "--surname",
            f"Kişi{tag}",
            "--role",
            "memur",
            "--mail",
            f"{tag}@belediye.test",
        ],
        "set": ["set", f"isteyen.{tag}", "--mail", f"{tag}@belediye.test"],
    }.get(verb, ["sync", str(listed)])
    usn = highest_usn(office)
    answer = office.bitools("user", *words, "--yes", "--json")
    assert (answer.code, highest_usn(office)) == (5, usn), answer.stdout
    assert f"sahip.{tag}" in answer.stdout + answer.stderr


def test_a_number_is_one_person_s_and_their_name_fits_it(office: Office, tmp_path: Path) -> None:
    office.make_user("zeki.muren", givenName="Zeki", sn="Müren", employeeID="0077")
    office.make_user("bulent.ersoy", givenName="Bülent", sn="Ersoy", employeeID="78")
    listed = tmp_path / "personel.csv"
    listed.write_text(HEAD + "78;Zeki;Müren;memur;;;;;;\n")
    usn = highest_usn(office)
    for words in (["sync", str(listed)], ["set", "bulent.ersoy", "--employee-id", "77"]):
        answer = office.bitools("user", *words, "--yes", "--json")
        assert (answer.code, highest_usn(office)) == (5, usn), answer.stdout
    listed.write_text(HEAD + "77;Zeki;Müren;memur;;Şef;;;;\n")
    answer = office.bitools("user", "sync", str(listed), "--yes", "--json")
    assert [(item["sam_account_name"], item["status"]) for item in answer.document["items"]] == [
        ("zeki.muren", "changed")
    ]
    assert office.one("zeki.muren")["employeeID"] == [b"0077"], "a spreadsheet's zeros change nothing"
