"""Movers: groups after a transfer are the new role's, standing grants, and what no role names."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.wire.user.conftest import Office
from tests.wire.user.test_sync import HEAD

BASE = "DC=belediye,DC=test"
STAJ = f"OU=Personel,{BASE}"
POSTS = f"""\
  stajyer: {{ou: "{STAJ}", groups: [Personel], expires_days: 90}}
departments:
  Fen İşleri: {{groups: [VPN]}}
  Park ve Bahçeler: {{groups: []}}
"""


@pytest.fixture
def posts(office: Office) -> Office:
    file = office.command_line.inventory / "directory.yaml"
    file.write_text(file.read_text() + POSTS)
    if not office.read("(sAMAccountName=Satranc)"):
        office.admin.add(f"CN=Satranc,OU=Gruplar,{BASE}", "group", {"sAMAccountName": "Satranc"})
    return office


def groups(office: Office, sam: str) -> set[str]:
    return {dn.decode().partition(",")[0].removeprefix("CN=") for dn in office.one(sam).get("memberOf", [])}


def sync(office: Office, folder: Path, *rows: str, words: tuple[str, ...] = ()) -> dict[str, dict]:
    file = folder / "personel.csv"
    file.write_text(HEAD + "".join(f"{row}\n" for row in rows))
    answer = office.bitools("user", "sync", str(file), "--yes", "--json", *words)
    assert answer.code == 0, answer.stdout + answer.stderr
    return {item["employee_id"]: item for item in answer.document["items"]}


def test_a_mover_gets_what_the_new_post_gives_and_loses_what_it_does_not(
    posts: Office, tmp_path: Path
) -> None:
    rows = ["MVR1;Göçen;Bir;memur;Fen İşleri;;;;;", "MVR2;Göçen;Bir;memur;Fen İşleri;;;;;"]
    made = sync(posts, tmp_path, *rows)
    sam, namesake = (made[number]["sam_account_name"] for number in ("MVR1", "MVR2"))
    assert groups(posts, sam) == groups(posts, namesake) == {"Personel", "Yazicilar", "VPN"}
    assert posts.bitools("user", "grant", sam, "--group", "Satranc", "--yes").code == 0
    posts.admin.modify(f"CN=Satranc,OU=Gruplar,{BASE}", {"member": [("MODIFY_ADD", [made["MVR2"]["dn"]])]})
    moved = sync(posts, tmp_path, "MVR1;Göçen;Bir;stajyer;Park ve Bahçeler;;;;;", rows[1])
    item = moved["MVR1"]
    assert (item["status"], item["old_role"], item["role"]) == ("changed", "memur", "stajyer")
    assert {change["new"] or change["old"] for change in item["changes"] if change["attribute"] == "memberOf"} == {
        f"CN=Yazicilar,OU=Gruplar,{BASE}", f"CN=VPN,OU=Gruplar,{BASE}",
    }  # fmt: skip
    assert groups(posts, sam) == {"Personel", "Satranc"}, "the role's, and what no role names"
    assert item["kept"] == [f"CN=Satranc,OU=Gruplar,{BASE}"]
    assert posts.one(sam)["distinguishedName"][0].decode().partition(",")[2] == STAJ, (
        "an ancestor is another OU"
    )
    last_day = posts.bitools("user", "show", sam, "--json").document["items"][0]["last_day"]
    assert timedelta(days=89) <= date.fromisoformat(last_day) - date.today() <= timedelta(days=91)
    assert moved["MVR2"]["status"] == "unchanged"
    assert groups(posts, namesake) == {"Personel", "Yazicilar", "VPN", "Satranc"}
    again = sync(posts, tmp_path, "MVR1;Göçen;Bir;stajyer;Park ve Bahçeler;;;;;", rows[1])
    assert {one["status"] for one in again.values()} == {"unchanged"}
    back = sync(posts, tmp_path, *rows)
    assert (back["MVR1"]["status"], groups(posts, sam)) == (
        "changed",
        {"Personel", "Yazicilar", "VPN", "Satranc"},
    )
    assert posts.bitools("user", "show", sam, "--json").document["items"][0]["last_day"] is None


def test_a_managed_group_that_was_granted_by_name_stays_until_it_is_revoked(
    posts: Office, tmp_path: Path
) -> None:
    sam = sync(posts, tmp_path, "MVR3;Kalan;Hak;memur;;;;;;")["MVR3"]["sam_account_name"]
    assert posts.bitools("user", "grant", sam, "--group", "VPN", "--yes").code == 0
    assert sync(posts, tmp_path, "MVR3;Kalan;Hak;stajyer;;;;;;")["MVR3"]["status"] == "changed"
    assert groups(posts, sam) == {"Personel", "VPN"}
    assert posts.bitools("user", "revoke", sam, "--group", "VPN", "--yes").code == 0
    posts.admin.modify(
        f"CN=VPN,OU=Gruplar,{BASE}",
        {"member": [("MODIFY_ADD", [posts.one(sam)["distinguishedName"][0].decode()])]},
    )
    assert sync(posts, tmp_path, "MVR3;Kalan;Hak;stajyer;;;;;;")["MVR3"]["status"] == "changed"
    assert groups(posts, sam) == {"Personel"}, "given by hand, beside the ledger, although posts manage it"


@pytest.mark.parametrize("answer", ["take", "keep"])
def test_a_mover_whose_old_post_nobody_knows_is_asked_about_once(
    posts: Office, tmp_path: Path, answer: str
) -> None:
    sam, number = f"eski.{answer}", f"E{answer}"
    dn = posts.make_user(sam, givenName="Eski", sn=answer, employeeID=number)
    posts.admin.modify_dn(dn, dn.partition(",")[0], new_superior=STAJ)
    dn = f"{dn.partition(',')[0]},{STAJ}"
    posts.admin.modify(f"CN=VPN,OU=Gruplar,{BASE}", {"member": [("MODIFY_ADD", [dn])]})
    row = f"{number};Eski;{answer};memur;;;;;;"
    file = tmp_path / "personel.csv"
    file.write_text(HEAD + row + "\n")
    usn = posts.usn(sam)
    refused = posts.bitools("user", "sync", str(file), "--yes", "--json")
    assert (refused.code, refused.document["failed"][0]["reason"], posts.usn(sam)) == (5, "old_role", usn)
    assert sync(posts, tmp_path, row, words=("--movers", answer))[number]["status"] == "changed"
    assert groups(posts, sam) == {"Personel", "Yazicilar"} | ({"VPN"} if answer == "keep" else set())
    assert sync(posts, tmp_path, row)[number]["status"] == "unchanged", "it is asked once"


def test_who_leaves_is_off_boarded_and_who_comes_back_gets_the_account_back(
    posts: Office, tmp_path: Path
) -> None:
    row = "MVL1;Giden;Gelen;memur;Fen İşleri;;;;;"
    sam = sync(posts, tmp_path, row)["MVL1"]["sam_account_name"]
    posts.admin.modify(
        f"CN=Satranc,OU=Gruplar,{BASE}",
        {"member": [("MODIFY_ADD", [posts.one(sam)["distinguishedName"][0].decode()])]},
    )
    (posts.command_line.inventory / "zimmet.csv").write_text("sicil;malzeme\nMVL1;Dizüstü\n")
    file = posts.command_line.inventory / "directory.yaml"
    file.write_text(file.read_text() + "custody: {file: zimmet.csv}\n")
    leaving = sync(posts, tmp_path, row + "leaving")["MVL1"]
    assert (leaving["status"], leaving["custody"], groups(posts, sam)) == ("held", ["Dizüstü"], set())
    assert [
        item["rule"]
        for item in posts.bitools("user", "audit", "--json").document["items"]
        if item["sam_account_name"] == sam
    ] == ["half_left"]
    waiting = posts.bitools("user", "sync", str(tmp_path / "personel.csv"), "--yes", "--json").document
    assert (waiting["changed"], waiting["items"][0]["status"]) == (False, "held")
    assert any("Dizüstü" in warning for warning in waiting["warnings"])
    (posts.command_line.inventory / "zimmet.csv").write_text("sicil;malzeme;iade\nMVL1;Dizüstü;2026-01-05\n")
    assert sync(posts, tmp_path, row + "leaving")["MVL1"]["status"] == "offboarded"
    assert (
        posts.bitools(
            "user",
            "add",
            "--given",
            "Giden",
            "--surname",
            "Gelen",
            "--employee-id",
            "MVL1",
            "--role",
            "memur",
            "--yes",
        ).code
        == 5
    )
    rehired = sync(posts, tmp_path, "MVL1;Giden;Gelen;stajyer;;;;;;")["MVL1"]
    assert (rehired["status"], rehired["action"]) == ("restored", "restore")
    assert groups(posts, sam) == {"Personel", "VPN", "Satranc"}, "role, directorate, and what no post gives"
    assert rehired["stays"] == [f"CN=Yazicilar,OU=Gruplar,{BASE}"]
    assert posts.one(sam)["userAccountControl"] == [b"512"]
    assert sync(posts, tmp_path, "MVL1;Giden;Gelen;stajyer;;;;;;")["MVL1"]["status"] == "unchanged"


# number, given name, surname, old role and directorate, new ones, granted by name, given by hand, groups afterwards
TRANSFERS = [
    ("T01", "Ali", "Kaya", ("memur", "Fen İşleri"), ("memur", "Park ve Bahçeler"), "", "", "Personel Yazicilar"),
    ("T02", "Ali", "Kaya", ("memur", ""), ("stajyer", ""), "", "", "Personel"),
    ("T03", "Ali", "Kaya", ("stajyer", ""), ("memur", "Fen İşleri"), "Satranc", "", "Personel Yazicilar VPN Satranc"),
    ("T04", "Ali", "Kaya", ("memur", "Fen İşleri"), ("memur", "Fen İşleri"), "", "", "Personel Yazicilar VPN"),
    ("T05", "Işıl", "Şahin", ("memur", "Fen İşleri"), ("stajyer", "Park ve Bahçeler"), "VPN", "", "Personel VPN"),
    ("T06", "Gül", "Öz", ("memur", "Fen İşleri"), ("uzak", "Park ve Bahçeler"), "", "Satranc", "VPN Satranc"),
    ("T07", "İrem", "Çiçek", ("uzak", ""), ("memur", ""), "", "", "Personel Yazicilar"),
    ("T08", "Oğuz", "Ünal", ("stajyer", "Fen İşleri"), ("stajyer", "Park ve Bahçeler"), "", "", "Personel"),
    ("T09", "Naz", "Ak", ("memur", ""), ("memur", "Fen İşleri"), "", "", "Personel Yazicilar VPN"),
    ("T10", "Can", "Er", ("uzak", "Fen İşleri"), ("stajyer", "Park ve Bahçeler"), "", "Yazicilar", "Personel"),
    ("T11", "Ece", "Su", ("memur", "Fen İşleri"), ("uzak", ""), "Yazicilar", "", "VPN Yazicilar"),
    ("T12", "Nur", "Taş", ("stajyer", ""), ("memur", "Park ve Bahçeler"), "", "Satranc", "Personel Yazicilar Satranc"),
]  # fmt: skip


def test_twelve_transfers_at_once_four_of_them_namesakes(posts: Office, tmp_path: Path) -> None:
    def rows(which: int) -> list[str]:
        return [f"{one[0]};{one[1]};{one[2]};{one[which][0]};{one[which][1]};;;;;" for one in TRANSFERS]

    made = sync(posts, tmp_path, *rows(3))
    sams = {number: item["sam_account_name"] for number, item in made.items()}
    assert sorted(sams[f"T0{at}"] for at in range(1, 5)) == [
        "ali.kaya",
        "ali.kaya2",
        "ali.kaya3",
        "ali.kaya4",
    ]
    for number, _given, _surname, _old, _new, granted, by_hand, _after in TRANSFERS:
        if granted:
            words = ["grant", sams[number], "--group", granted, "--yes"]
            assert posts.bitools("user", *words).code == 0
        if by_hand:
            member = {"member": [("MODIFY_ADD", [made[number]["dn"]])]}
            assert posts.admin.modify(f"CN={by_hand},OU=Gruplar,{BASE}", member)
    (tmp_path / "personel.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows(4)))
    words = ["sync", str(tmp_path / "personel.csv"), "--json"]
    usn = posts.usn(sams["T01"])
    refused = posts.bitools("user", *words, "--yes", "--max-changes", "10")
    assert (refused.code, posts.usn(sams["T01"])) == (5, usn), refused.stdout + refused.stderr
    plan = {
        item["employee_id"]: item for item in posts.bitools("user", *words, "--dry-run").document["items"]
    }
    done = sync(posts, tmp_path, *rows(4))
    for number, _given, _surname, old, new, _granted, by_hand, after in TRANSFERS:
        item = done[number]
        assert groups(posts, sams[number]) == set(after.split()), number
        assert item["changes"] == plan[number]["changes"], number
        assert item["status"] == ("unchanged" if number == "T04" else "changed"), number
        assert (item["old_role"], item["role"]) == (old[0], new[0]), number
        if by_hand == "Satranc":
            assert item["kept"] == [f"CN=Satranc,OU=Gruplar,{BASE}"], number
        ou = STAJ if new[0] == "stajyer" else f"OU=Memur,OU=Personel,{BASE}"
        assert posts.one(sams[number])["distinguishedName"][0].decode().partition(",")[2] == ou, number
    assert {item["status"] for item in sync(posts, tmp_path, *rows(4)).values()} == {"unchanged"}
