"""The help desk's day: set, rename, rights until a day, passwords for many, who is in what."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bitools.ledger import Ledger
from bitools.run import Run
from bitools.state import new_run
from bitools.user.verbs.grant import grant
from bitools.user.verbs.rename import rename
from bitools.user.verbs.revoke import due
from tests.wire.user.conftest import Office
from tests.wire.user.kills import killed, sampled
from tests.wire.user.test_accounts import password_of
from tests.wire.user.test_sync import highest_usn

GROUPS = "OU=Gruplar,DC=belediye,DC=test"


def user(office: Office, *words: str, code: int = 0) -> list[dict]:
    answer = office.bitools("user", *words, "--json")
    assert answer.code == code, answer.stdout + answer.stderr
    return answer.document["items"]


def test_set_writes_and_clears_and_a_second_time_nothing(office: Office) -> None:
    office.make_user("sef.kisi")
    office.make_user("bilgi.kisi", title="Memur", physicalDeliveryOfficeName="K1")
    words = [
        "set",
        "bilgi.kisi",
        "--phone",
        "256 1",
        "--manager",
        "sef.kisi",
        "--employee-id",
        "9001",
        "--clear",
        "office",
        "--yes",
    ]
    [item] = user(office, *words)
    entry = office.one("bilgi.kisi")
    assert (item["status"], entry["telephoneNumber"], entry["employeeID"]) == ("set", [b"256 1"], [b"9001"])
    assert entry["manager"][0].startswith(b"CN=sef.kisi,")
    assert "physicalDeliveryOfficeName" not in entry
    usn = highest_usn(office)
    assert [item["status"] for item in user(office, *words)] == ["unchanged"]
    assert highest_usn(office) == usn
    for wrong in (["--clear", "sAMAccountName"], [], ["--phone", ""], ["--title", "\u200b"]):
        assert office.bitools("user", "set", "bilgi.kisi", *wrong, "--yes").code == 2


def test_a_marriage_changes_every_name_and_the_old_address_goes_on_arriving(office: Office) -> None:
    dn = office.make_user(
        "gelin.once", givenName="Gelin", sn="Önce", displayName="Gelin Önce", mail="gelin.once@belediye.test"
    )
    assert dn
    guid = office.one("gelin.once")["objectGUID"]
    [item] = user(office, "rename", "gelin.once", "--surname", "Sonra", "--yes")
    entry = office.one("gelin.sonra")
    assert (item["status"], item["sam_account_name"], entry["objectGUID"]) == ("renamed", "gelin.sonra", guid)
    assert (entry["sn"], entry["displayName"], entry["cn"]) == (
        [b"Sonra"],
        [b"Gelin Sonra"],
        [b"Gelin Sonra"],
    )
    assert (entry["mail"], entry["userPrincipalName"]) == (
        [b"gelin.sonra@belediye.test"],
        [b"gelin.sonra@belediye.test"],
    )
    assert set(entry["proxyAddresses"]) == {
        b"SMTP:gelin.sonra@belediye.test",
        b"smtp:gelin.once@belediye.test",
    }
    assert office.logon("gelin.sonra", "Ilk-Parola.2026") == "ok"
    usn = highest_usn(office)
    for typed in ("gelin.once", "gelin.sonra"):
        assert [item["status"] for item in user(office, "rename", typed, "--surname", "Sonra", "--yes")] == [
            "unchanged"
        ]
    assert highest_usn(office) == usn
    office.make_user("alan.kisi", givenName="Alan", sn="Kişi")
    refused = office.bitools(
        "user", "set", "alan.kisi", "--mail", "gelin.once@belediye.test", "--yes", "--json"
    )
    assert refused.code == 5, "the old address is hers too"


@pytest.mark.parametrize("at", sampled(range(1, 5), 2, 3))
def test_a_rename_killed_after_any_write_is_completed_by_the_next(office: Office, at: int) -> None:
    sam = f"olen.ad{chr(96 + at)}"
    office.make_user(sam, givenName="Ölen", sn=f"Ad{chr(96 + at)}", mail=f"{sam}@belediye.test")
    died = killed(lambda: rename(office.run(), sam, surname=f"Yeni{chr(96 + at)}"), at)
    assert died == (at <= 4)
    assert not rename(office.run(), sam, surname=f"Yeni{chr(96 + at)}").failed
    [entry] = office.read(f"(sAMAccountName=olen.yeni{chr(96 + at)})")
    assert f"smtp:{sam}@belediye.test".encode() in entry["proxyAddresses"]
    assert office.read(f"(sAMAccountName={sam})") == []
    assert office.run().ledger.verify().open == []


def later(office: Office, days: int) -> Run:
    run = office.run()
    now = datetime.now().astimezone() + timedelta(days=days)
    name = new_run(now)
    ledger = Ledger(run.state, name, "bitools user", run.ledger.actor)
    return Run(name, now, run.inventory, run.state, ledger)


@pytest.mark.parametrize("at", sampled(range(1, 5), 3))
def test_a_right_until_a_day_is_taken_back_after_it_whatever_was_killed(office: Office, at: int) -> None:
    sam = f"gecici.kisi{at}"
    office.make_user(sam)
    until = office.run().started.date() + timedelta(days=2)
    killed(lambda: grant(office.run(), [sam], ["VPN"], until=until), at)
    assert not grant(office.run(), [sam], ["VPN"], until=until).failed
    assert office.one(sam)["memberOf"] == [f"CN=VPN,{GROUPS}".encode()]
    [item] = user(office, "show", sam)
    assert item["grants"] == [
        {"group": f"CN=VPN,{GROUPS}", "until": until.isoformat(), "reason": "", "ends_by": "timer"}
    ]
    assert due(later(office, 1)).items == []
    killed(lambda: due(later(office, 4)), at)
    due(later(office, 4))
    assert "memberOf" not in office.one(sam)
    assert user(office, "show", sam)[0]["grants"] == []
    assert office.run().ledger.verify().open == []
    acts = [
        entry["action"]
        for entry in office.run().ledger.entries()
        if entry["target"] == sam and entry["outcome"] == "done"
    ]
    assert (acts.count("user.grant"), acts.count("user.revoke")) == (1, 1)


def test_a_right_that_stands_is_not_given_an_end(office: Office) -> None:
    office.make_user("daim.uye")
    user(office, "grant", "daim.uye", "--group", "VPN", "--yes")
    answer = office.bitools(
        "user", "grant", "daim.uye", "--group", "VPN", "--until", "2099-01-01", "--yes", "--json"
    )
    assert (answer.code, answer.document["failed"][0]["reason"]) == (5, "member")
    assert (
        office.bitools("user", "grant", "daim.uye", "--group", "VPN", "--until", "2020-01-01", "--yes").code
        == 2
    )


def test_many_passwords_come_on_one_sheet_and_the_older_slip_goes(office: Office, tmp_path: Path) -> None:
    sams = [f"coklu.kisi{number}" for number in range(3)]
    for sam in sams:
        office.make_user(sam)
    [first] = user(office, "passwd", sams[0], "--yes")
    (tmp_path / "liste.csv").write_text("Hesap;Ad\n" + "".join(f"{sam};x\n" for sam in (*sams, "krbtgt")))
    sheet = tmp_path / "fisler.html"
    items = user(office, "passwd", str(tmp_path / "liste.csv"), "--slip-to", str(sheet), "--yes", code=3)
    assert [item["status"] for item in items] == ["password_set"] * 3
    assert {item["slip"] for item in items} == {str(sheet)}
    assert not Path(first["slip"]).exists(), "its password is no longer valid"
    assert sheet.stat().st_mode & 0o777 == 0o600
    pages = sheet.read_text().split("<section")[1:]
    assert len(pages) == 3
    for sam, page in zip(sams, pages, strict=True):
        (tmp_path / f"{sam}.html").write_text(page)
        assert office.logon(sam, password_of(tmp_path / f"{sam}.html")) == "773"
    assert not [path for path in (office.state / "slips").iterdir() if path.suffix != ".elsewhere"]


def test_a_password_that_never_expires_is_told_and_mended(office: Office) -> None:
    dn = office.make_user("suresiz.parola")
    office.admin.modify(dn, {"userAccountControl": [("MODIFY_REPLACE", ["66048"])]})
    answer = office.bitools("user", "passwd", "suresiz.parola", "--yes", "--json")
    assert (answer.code, "--fix" in " ".join(answer.document["warnings"])) == (0, True)
    [item] = user(office, "passwd", "suresiz.parola", "--fix", "--yes")
    assert office.one("suresiz.parola")["userAccountControl"] == [b"512"]
    assert office.logon("suresiz.parola", password_of(item["slip"])) == "773"


def test_the_review_says_who_is_in_what_and_why(office: Office, tmp_path: Path) -> None:
    words = [
        "add",
        "--given",
        "Gözden",
        "--surname",
        "Geçen",
        "--role",
        "memur",
        "--department",
        "Yazı İşleri",
        "--yes",
    ]
    sam = user(office, *words)[0]["sam_account_name"]
    user(office, "grant", sam, "--group", "VPN", "--yes")
    office.admin.modify(
        f"CN=Yazicilar,{GROUPS}",
        {"member": [("MODIFY_DELETE", [office.one(sam)["distinguishedName"][0].decode()])]},
    )
    table = tmp_path / "gozden.csv"
    [item] = user(office, "access", "--department", "yazı işleri", "--csv", str(table))
    assert (item["role"], item["given"], item["granted"]) == (
        "memur",
        [f"CN=Personel,{GROUPS}"],
        [f"CN=VPN,{GROUPS}"],
    )
    assert (item["missing"], item["extra"]) == ([f"CN=Yazicilar,{GROUPS}"], [])
    rows = list(csv.reader(table.read_text("utf-8-sig").splitlines()))
    assert [row[-1] for row in rows[1:]] == ["given", "granted", "missing"]
    assert [
        one["sam_account_name"]
        for one in user(office, "list", "--department", "Yazı İşleri", "--role", "memur")
    ] == [sam]
    office.make_user("parolali.kisi")
    assert "parolali.kisi" in {
        one["sam_account_name"] for one in user(office, "list", "--ou", "Memur", "--password-expires", "9999")
    }


def test_expiry_is_shown_as_the_day_that_was_meant(office: Office) -> None:
    office.make_user("gunlu.kisi")
    [planned] = user(office, "expire", "gunlu.kisi", "--on", "2027-01-31", "--dry-run")
    assert planned["changes"][0]["new"].startswith("2027-01-31")
    user(office, "expire", "gunlu.kisi", "--on", "31.01.2027", "--yes")
    [item] = user(office, "show", "gunlu.kisi")
    assert (item["last_day"], item["expires"][:10]) == ("2027-01-31", "2027-01-31")
