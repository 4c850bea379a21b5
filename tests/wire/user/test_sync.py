"""The staff list and the directory: what is in the list is made so; a second time nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from bitools.user.verbs.changing import Consent
from bitools.user.verbs.sync import Manner, sync
from tests.conftest import Answer
from tests.wire.user.conftest import Office
from tests.wire.user.kills import killed, sampled
from tests.wire.user.test_accounts import password_of

HEAD = "employee_id;given;surname;role;department;title;mail;phone;expires;status\n"


def staff(office: Office, text: str, name: str = "personel.csv", encoding: str = "utf-8") -> Path:
    file = office.command_line.inventory.parent / name
    file.write_bytes(text.encode(encoding))
    return file


def run(office: Office, file: Path, *words: str) -> Answer:
    return office.bitools("user", "sync", str(file), "--yes", "--json", *words)


def highest_usn(office: Office) -> bytes:
    office.admin.search("", "(objectClass=*)", "BASE", attributes=["highestCommittedUSN"])
    return office.admin.response[0]["raw_attributes"]["highestCommittedUSN"][0]


@pytest.mark.parametrize("encoding", sampled(["utf-8", "utf-8-sig", "cp1254", "utf-16"], "cp1254"))
def test_a_list_makes_changes_and_closes_accounts_and_a_second_time_nothing(
    office: Office, encoding: str
) -> None:
    tag = {"utf-8": "a", "utf-8-sig": "b", "cp1254": "c", "utf-16": "d"}[encoding]
    one = f"S{tag}1;Şule;İnce{tag};memur;Zabıta;Memur;sule{tag}@belediye.test;256 1;30.06.2027;active\n"
    two = f"S{tag}2;Gül;Işık{tag};memur;Fen İşleri;Tekniker;;;;\n"
    file = staff(office, HEAD + one + "\n" + two, encoding=encoding)
    planned = office.bitools("user", "sync", str(file), "--dry-run", "--json")
    assert [item["status"] for item in planned.document["items"]] == ["planned", "planned"], planned.stderr
    assert office.read(f"(employeeID=S{tag}1)") == []
    assert office.bitools("user", "sync", str(file)).code == 5
    first = run(office, file)
    assert (first.code, [item["status"] for item in first.document["items"]]) == (0, ["created", "created"])
    for item in first.document["items"]:
        assert office.logon(item["sam_account_name"], password_of(item["slip"])) == "773"
    entry = office.one(f"sule.ince{tag}")
    assert (entry["department"], entry["displayName"]) == (["Zabıta".encode()], [f"Şule İnce{tag}".encode()])
    usn = highest_usn(office)
    again = run(office, file)
    assert (again.code, again.document["changed"]) == (0, False)
    assert highest_usn(office) == usn
    file = staff(
        office,
        HEAD
        + one.replace("Memur;", "Şef;").replace("active", "leaving")
        + two.replace("Tekniker", "Mühendis"),
    )
    changed = run(office, file)
    assert [item["status"] for item in changed.document["items"]] == ["offboarded", "changed"]
    assert office.one(f"gul.isik{tag}")["title"] == ["Mühendis".encode()]
    assert office.one(f"sule.ince{tag}")["userAccountControl"] == [b"514"]
    assert run(office, file).document["changed"] is False
    assert run(office, staff(office, HEAD + two.replace("Tekniker", "Mühendis"))).document["changed"] is False
    assert office.run().ledger.verify().open == []


def test_two_people_of_one_name_get_two_names_and_a_mover_moves(office: Office) -> None:
    text = "Sicil No,Adı,Soyadı,Görev\n900,Can,Ak,memur\n901,Can,Ak,memur\n"
    items = run(office, staff(office, text)).document["items"]
    assert [item["sam_account_name"] for item in items] == ["can.ak", "can.ak2"]
    office.admin.modify_dn(items[0]["dn"], "CN=Can Ak", new_superior="OU=Personel,DC=belediye,DC=test")
    moved = run(office, staff(office, text)).document["items"]
    assert [item["status"] for item in moved] == ["changed", "unchanged"]
    assert b"OU=Memur" in office.one("can.ak")["distinguishedName"][0]


def test_a_yaml_list_is_as_good(office: Office) -> None:
    text = "people:\n  - {employee_id: 007, given: Nil, surname: Su, role: memur, expires: 2027-06-30}\n"
    answer = run(office, staff(office, text, "personel.yaml"))
    assert (answer.code, answer.document["items"][0]["sam_account_name"]) == (0, "nil.su"), answer.stderr
    assert office.one("nil.su")["employeeID"] == [b"007"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ":1:"),
        ("given;surname\nAli;Veli\n", 'the column "employee_id" is missing'),
        (HEAD.replace("phone", "fax"), '"fax"'),
        (HEAD + "1;Ali;Veli;memur;;;;;;\n1;Ayşe;Kaya;memur;;;;;;\n", ":3:"),
        (HEAD + "1;Ali;Veli;memur;;;a@b.test;;;\n2;Ayşe;Kaya;memur;;;A@b.test;;;\n", ":3:"),
        (HEAD + "1;Ali;Veli;memur;;;;;2027-13-01;\n", ":2:"),
        (HEAD + "1;Ali;Veli;memur;;;;;;gitti\n", ":2:"),
        (HEAD + "1;Ali;Veli;padişah;;;;;;\n", ":2:"),
        (HEAD + "1;Аli;Veli;memur;;;;;;\n", "U+0410"),
        (HEAD + ";Ali;Veli;memur;;;;;;\n", ":2:"),
        (HEAD + "1;Ali;Veli;memur;;;;;;;;artık\n", ":2:"),
        (HEAD + '1;"Ali;Veli;memur;;;;;;\n', ":2:"),
    ],
)  # fmt: skip
def test_a_bad_list_changes_nothing_and_every_complaint_has_its_line(
    office: Office, text: str, told: str
) -> None:
    usn = highest_usn(office)
    answer = run(
        office, staff(office, text + ("99;İyi;Satır;memur;;;;;;\n" if text.startswith(HEAD) else ""))
    )
    assert (answer.code, answer.stdout) == (10, "")
    assert told in answer.error["error"]
    assert highest_usn(office) == usn


def test_all_complaints_are_told_at_once(office: Office) -> None:
    answer = run(office, staff(office, HEAD + ";A;B;memur;;;;;;\n2;C;D;yok;;;;;;\n3;\u200bE;F;memur;;;;;;\n"))
    assert all(f":{line}:" in answer.error["error"] for line in (2, 3, 4))


def test_more_changes_than_allowed_are_refused_unless_meant(office: Office) -> None:
    file = staff(office, HEAD + "".join(f"M{n};Çok;Kişi{chr(97 + n)};memur;;;;;;\n" for n in range(26)))
    usn = highest_usn(office)
    answer = run(office, file)
    assert (answer.code, "--max-changes 26" in answer.stderr) == (5, True)
    assert highest_usn(office) == usn
    assert office.bitools("user", "sync", str(file), "--dry-run", "--max-changes", "26").code == 0


def test_an_account_without_a_number_is_adopted_and_never_doubled(office: Office) -> None:
    office.make_user("eski.kisi", givenName="Eski", sn="Kişi")
    for number in (1, 2):
        office.make_user(f"cift.kisi{number}", givenName="Çift", sn="Kişi")
    file = staff(office, HEAD + "E1;ESKİ;Kişi;memur;;;;;;\nE2;Çift;Kişi;memur;;;;;;\n")
    answer = run(office, file)
    assert answer.code == 5
    assert "--adopt" in answer.document["failed"][0]["hint"]
    adopted = run(office, file, "--adopt")
    assert adopted.code == 3
    assert [item["status"] for item in adopted.document["items"]] == ["adopted"]
    assert office.one("eski.kisi")["employeeID"] == [b"E1"]
    assert office.read("(employeeID=E2)") == []
    usn = highest_usn(office)
    assert [item["status"] for item in run(office, file, "--adopt").document["items"]] == ["unchanged"]
    assert highest_usn(office) == usn


def test_the_protected_are_protected_from_lists_too(office: Office) -> None:
    office.admin.modify(
        "CN=bitools,CN=Users,DC=belediye,DC=test", {"employeeID": [("MODIFY_REPLACE", ["B1"])]}
    )
    usn = office.usn("bitools")
    answer = run(office, staff(office, HEAD + "B1;Bi;Tools;memur;;;;;;leaving\n"))
    assert answer.code == 5
    assert office.usn("bitools") == usn


def test_add_from_a_list_makes_those_who_have_none_and_changes_nobody(office: Office) -> None:
    office.make_user("var.olan", employeeID="F1", title="Eski")
    file = staff(office, HEAD + "F1;Var;Olan;memur;;Yeni;;;;\nF2;Yeni;Gelen;memur;;;;;;\n")
    answer = office.bitools("user", "add", "--from", str(file), "--yes", "--json")
    assert [item["status"] for item in answer.document["items"]] == ["unchanged", "created"], answer.stderr
    assert office.one("var.olan")["title"] == [b"Eski"]
    assert office.bitools("user", "add", "--yes").code == 2


def test_the_same_person_again_is_unchanged(office: Office) -> None:
    words = [
        "--given",
        "Tek",
        "--surname",
        "Kişi",
        "--role",
        "memur",
        "--employee-id",
        "T1",
        "--yes",
        "--json",
    ]
    assert office.bitools("user", "add", *words).document["items"][0]["status"] == "created"
    again = office.bitools("user", "add", *words)
    assert (again.code, again.document["changed"]) == (0, False)
    assert again.document["items"][0]["status"] == "unchanged"


SYNC_WRITES = 22  # one account made, one changed, moved and put into two groups, one off-boarded


def storm(office: Office, tag: str, at: int) -> bool:
    """Killed once, completed by one rerun; False if the first run came to its end."""
    dn = office.make_user(f"deg{tag}{at}", employeeID=f"{tag}{at}c", givenName="Deg", sn="Iş")
    office.admin.modify_dn(dn, dn.partition(",")[0], new_superior="OU=Personel,DC=belediye,DC=test")
    office.make_user(f"gid{tag}{at}", employeeID=f"{tag}{at}d", givenName="Gid", sn="En")
    new = f"{tag}{at}a;Ka;Bir{tag}{chr(96 + at)};memur;;;;;;\n"
    text = f"{new}{tag}{at}c;Deg;Iş;memur;;Şef;;;;\n{tag}{at}d;Gid;En;memur;;;;;;leaving\n"
    file = staff(office, HEAD + text)
    died = killed(lambda: sync(office.run(), file, consent=Consent()), at)
    assert not sync(office.run(), file, consent=Consent()).failed
    [entry] = office.read(f"(employeeID={tag}{at}a)")
    assert (entry["userAccountControl"], entry["pwdLastSet"], "info" in entry) == ([b"512"], [b"0"], False)
    assert len(entry["memberOf"]) == 2
    changed = office.one(f"deg{tag}{at}")
    assert (changed["title"], len(changed["memberOf"])) == (["Şef".encode()], 2)
    assert b"OU=Memur" in changed["distinguishedName"][0]
    assert office.one(f"gid{tag}{at}")["userAccountControl"] == [b"514"]
    assert office.run().ledger.verify().open == []
    assert list((office.state / "journal").iterdir()) == []
    usn = highest_usn(office)
    assert sync(office.run(), file).changed is False
    assert highest_usn(office) == usn
    return died


@pytest.mark.parametrize("at", sampled(range(1, SYNC_WRITES + 1), 8, 12))
def test_a_sync_killed_after_any_write_is_completed_by_the_next(office: Office, at: int) -> None:
    assert storm(office, "t", at)


@pytest.mark.parametrize("at", sampled(range(1, 4), 2))
def test_an_adoption_killed_after_any_write_is_completed_by_the_next(office: Office, at: int) -> None:
    sam = f"evlat{at}"
    office.make_user(sam, givenName="Evlat", sn=f"Ed{chr(96 + at)}")
    file = staff(office, HEAD + f"EV{at};Evlat;Ed{chr(96 + at)};memur;;;;;;\n")
    adopt = Manner(adopt=True)
    assert killed(lambda: sync(office.run(), file, adopt, Consent()), at)
    assert not sync(office.run(), file, adopt, Consent()).failed
    assert office.one(sam)["employeeID"] == [f"EV{at}".encode()]
    assert office.run().ledger.verify().open == []
    assert not killed(lambda: sync(office.run(), file, adopt, Consent()), 1), "there is nothing left to write"


@pytest.mark.torture
def test_the_kills_cover_every_write_of_a_sync(office: Office) -> None:
    assert not storm(office, "u", SYNC_WRITES + 1)
