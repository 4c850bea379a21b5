"""Verb × guard: whoever may not be touched is not touched by any verb, and nobody gets what is another's."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from inspect import signature
from pathlib import Path

import pytest

from bitools.cli.user import GROUP
from bitools.state import State
from bitools.user.decisions.leaver import Record
from bitools.user.wire.attributes import guid_text
from bitools.user.wire.records import Records
from tests.conftest import ROOT
from tests.wire.user.conftest import Office
from tests.wire.user.test_sync import HEAD, highest_usn

BASE = "DC=belediye,DC=test"
ADMINS = f"CN=Domain Admins,CN=Users,{BASE}"
NESTED = f"CN=Sunucu-Yoneticileri,OU=Gruplar,{BASE}"

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
NUMBERS = {sam: f"P{number}" for number, sam in enumerate(PROTECTED.values())}


def listed(office: Office, sam: str, status: str) -> list[str]:
    """A staff list that changes this account, or closes it."""
    file = office.command_line.inventory / "personel.csv"
    entry = office.one(sam)
    given, surname = (entry.get(name, [b"Ad"])[0].decode() for name in ("givenName", "sn"))
    file.write_text(HEAD + f"{NUMBERS[sam]};{given};{surname};memur;;Şef;;;;{status}\n")
    return ["sync", str(file)]


def recorded(office: Office, sam: str, groups: dict[str, str]) -> list[str]:
    """A record of an off-boarding, so that there is one to undo."""
    entry = office.one(sam)
    guid = guid_text(entry["objectGUID"][0])
    dn = entry["distinguishedName"][0].decode()
    record = Record(guid, sam, dn, dn.partition(",")[2], sam, 512, "run", "2026-01-01T00:00:00+03:00", groups)
    Records(State(office.state)).save(record)
    return ["restore", sam]


# Every verb that changes an account that exists, as it is typed.
VERBS: dict[str, Callable[[Office, str], list[str]]] = {
    "disable": lambda _o, sam: ["disable", sam],
    "enable": lambda _o, sam: ["enable", sam],
    "grant": lambda _o, sam: ["grant", sam, "--group", "VPN"],
    "grant --until": lambda _o, sam: ["grant", sam, "--group", "VPN", "--until", "2099-01-01"],
    "revoke": lambda _o, sam: ["revoke", sam, "--group", "Personel"],
    "move": lambda _o, sam: ["move", sam, "--to", "memur"],
    "rename": lambda _o, sam: ["rename", sam, "--surname", "Yeni"],
    "set": lambda _o, sam: ["set", sam, "--phone", "1"],
    "passwd": lambda _o, sam: ["passwd", sam],
    "unlock": lambda _o, sam: ["unlock", sam],
    "expire": lambda _o, sam: ["expire", sam, "--on", "2099-01-01"],
    "offboard": lambda _o, sam: ["offboard", sam],
    "restore": lambda office, sam: recorded(office, sam, {}),
    "sync": lambda office, sam: listed(office, sam, ""),
    "sync (leaving)": lambda office, sam: listed(office, sam, "leaving"),
}
# What else is guarded beside the account itself: by which verbs (each has its test here), and why not by others.
OTHERS = {
    "privileged group": (
        {"add", "grant", "grant --until", "restore", "sync"},
        {
            "sync (leaving)": "takes groups only",
            "revoke": "takes groups only",
            "offboard": "takes groups only",
        },
        "gives no group",
    ),
    "address of another": (
        {"add", "set", "rename", "sync"},
        {"restore": "an off-boarding takes no address", "sync (leaving)": "writes no address"},
        "writes no address",
    ),
    "login of another": (
        {"add", "rename"},
        {"sync": "a new account gets a free one, as by add; one that exists keeps its login"},
        "writes no login",
    ),
    "number of another, or whose name does not fit": ({"add", "set", "sync"}, {}, "writes no number"),
    "too many at once": ({*VERBS, "add"} - {"rename"}, {"rename": "takes one account"}, ""),
}
ADD = "makes an account, and changes none that exists"
CLOSED = {
    (guard, "sync"): "a list opens nobody: the row is told, and changes nothing"
    for guard in ("built-in", "krbtgt")
}


def grid() -> str:
    """The table that docs/guards.md shows: refused, or why there is nothing to refuse."""
    verbs = ["add", *VERBS]
    lines = [
        "| guard | " + " | ".join(f"`{verb}`" for verb in verbs) + " |",
        "| --- |" + " --- |" * len(verbs),
    ]
    notes: list[str] = []

    def cell(why: str) -> str:
        if not why:
            return "●"
        if why not in notes:
            notes.append(why)
        return str(notes.index(why) + 1)

    for guard in PROTECTED:
        lines.append(
            f"| {guard} | " + " | ".join(cell(ADD if verb == "add" else "") for verb in verbs) + " |"
        )
    for guard, (refused, why, otherwise) in OTHERS.items():
        cells = (cell("" if verb in refused else why.get(verb, otherwise)) for verb in verbs)
        lines.append(f"| {guard} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", *(f"{at}. {why}" for at, why in enumerate(notes, start=1)), ""])


def test_the_page_shows_the_grid_and_no_verb_is_missing() -> None:
    assert grid() in (ROOT / "docs" / "guards.md").read_text(encoding="utf-8")
    changing = {
        name.rstrip("_")
        for name in GROUP.commands
        if "dry_run"
        in signature(getattr(import_module(f"bitools.cli.user.{name}"), name).function).parameters
    }
    assert changing - {"connectors"} == {verb.partition(" ")[0] for verb in ["add", *VERBS]}


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
        for sam, number in NUMBERS.items():
            at = office.one(sam)["distinguishedName"][0].decode()
            admin.modify(at, {"employeeID": [("MODIFY_REPLACE", [number])]})
        # an administrator that has expired is none: the built-in one is the last
        admin.modify(dn, {"accountExpires": [("MODIFY_REPLACE", ["131000000000000000"])]})
        service = f"CN=servis.hesabi,OU=Memur,OU=Personel,{BASE}"
        admin.modify(service, {"servicePrincipalName": [("MODIFY_REPLACE", ["HTTP/mis.belediye.test"])]})
    monkeypatch.setattr("bitools.ledger.actor", lambda _environ: "kendim.operator")
    return office


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_touches_a_protected_account(guarded: Office, verb: str) -> None:
    for guard, sam in PROTECTED.items():
        words = VERBS[verb](guarded, sam)
        usn = highest_usn(guarded)
        answer = guarded.bitools("user", *words, "--yes", "--json")
        refused = (guard, verb) not in CLOSED
        assert (answer.code, highest_usn(guarded)) == (5 if refused else 0, usn), (guard, answer.stdout)
        assert refused or any(sam in warning for warning in answer.document["warnings"])


def test_a_record_gives_back_no_privileged_group(guarded: Office) -> None:
    if not guarded.read("(sAMAccountName=geri.donen)"):
        guarded.make_user("geri.donen")
    group = guarded.one("Sunucu-Yoneticileri")
    words = recorded(guarded, "geri.donen", {guid_text(group["objectGUID"][0]): NESTED})
    usn = highest_usn(guarded)
    answer = guarded.bitools("user", *words, "--yes", "--json")
    assert (answer.code, highest_usn(guarded)) == (5, usn), answer.stdout
    assert answer.document["failed"][0]["reason"] == "privileged"


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "rename"])
def test_no_verb_changes_more_accounts_than_are_allowed(office: Office, verb: str) -> None:
    both = ("sinir.bir", "sinir.iki")
    for sam in both:
        NUMBERS.setdefault(sam, sam[:9])
        if not office.read(f"(sAMAccountName={sam})"):
            office.make_user(sam, employeeID=NUMBERS[sam], givenName="Sınır", sn=sam[6:])
    first, words = (VERBS[verb](office, sam) for sam in both)
    if words[0] == "sync":
        file = Path(words[1])
        status = "leaving" if "leaving" in verb else ""
        rows = [f"{NUMBERS[sam]};Sınır;{sam[6:]};memur;;Şef;;;;{status}\n" for sam in both]
        file.write_text(HEAD + "".join(rows))
    else:
        words = [words[0], first[1], *words[1:]]
    usn = highest_usn(office)
    answer = office.bitools("user", *words, "--max-changes", "1", "--yes", "--json")
    assert (answer.code, highest_usn(office)) == (5, usn), answer.stderr
    assert answer.error["reason"] == "max_changes"


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


@pytest.mark.parametrize("verb", ["add", "set", "rename", "sync", "sync-new"])
def test_nobody_gets_an_address_that_is_another_s(office: Office, tmp_path: Path, verb: str) -> None:
    tag = verb.replace("-", "")
    office.make_user(f"sahip.{tag}", mail=f"{tag}@belediye.test")
    office.make_user(f"isteyen.{tag}", givenName="İsteyen", sn=tag, employeeID=f"A{tag}")
    if verb == "rename":  # the address that the new name would bring arrives at another's mailbox
        dns = [office.one(f"{who}.rename")["distinguishedName"][0].decode() for who in ("sahip", "isteyen")]
        office.admin.modify(dns[0], {"proxyAddresses": [("MODIFY_ADD", ["smtp:yeni.adres@belediye.test"])]})
        office.admin.modify(dns[1], {"mail": [("MODIFY_REPLACE", ["isteyen.rename@belediye.test"])]})
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
        "rename": ["rename", f"isteyen.{tag}", "--given", "Yeni", "--surname", "Adres"],
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
    new = ["add", "--given", "Zeki", "--surname", "Müren", "--role", "memur", "--employee-id", "78"]
    for words in (["sync", str(listed)], ["set", "bulent.ersoy", "--employee-id", "77"], new):
        answer = office.bitools("user", *words, "--yes", "--json")
        assert (answer.code, highest_usn(office)) == (5, usn), answer.stdout
    listed.write_text(HEAD + "77;Zeki;Müren;memur;;Şef;;;;\n")
    answer = office.bitools("user", "sync", str(listed), "--yes", "--json")
    assert [(item["sam_account_name"], item["status"]) for item in answer.document["items"]] == [
        ("zeki.muren", "changed")
    ]
    assert office.one("zeki.muren")["employeeID"] == [b"0077"], "a spreadsheet's zeros change nothing"
