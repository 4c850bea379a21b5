"""Opening, closing and finding accounts on a real domain controller, from the command line."""

from __future__ import annotations

import io
import re
import stat
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from bitools.cli.frame.front import run_command
from tests.wire.user.conftest import Office

MEMUR = "OU=Memur,OU=Personel,DC=belediye,DC=test"


def password_of(slip: str | Path) -> str:
    [found] = re.findall(r"\b(?:[A-Za-z2-9]{4}-){3,}[A-Za-z2-9]{4}\b", Path(slip).read_text(encoding="utf-8"))
    return found


def test_a_new_account_is_whole_and_its_first_password_must_be_changed(office: Office) -> None:
    words = ["--given", "İpek", "--surname", "Öztürk", "--role", "memur", "--employee-id", "4711"]
    more = [
        "--mail",
        "ipek@belediye.test",
        "--title",
        "Memur",
        "--department",
        "Zabıta",
        "--phone",
        "256 111",
    ]
    answer = office.bitools("user", "add", "--yes", *words, *more, "--expires", "2027-06-30", "--json")
    assert answer.code == 0, answer.stderr
    [item] = answer.document["items"]
    assert (item["sam_account_name"], item["status"]) == ("ipek.ozturk", "created")
    entry = office.one("ipek.ozturk")
    written = {
        "givenName": "İpek",
        "sn": "Öztürk",
        "displayName": "İpek Öztürk",
        "cn": "İpek Öztürk",
        "userPrincipalName": "ipek.ozturk@belediye.test",
        "mail": "ipek@belediye.test",
        "title": "Memur",
        "department": "Zabıta",
        "telephoneNumber": "256 111",
        "employeeID": "4711",
        "userAccountControl": "512",
        "pwdLastSet": "0",
        "accountExpires": "134588628000000000",
    }
    assert {name: entry[name][0].decode() for name in written} == written
    assert "info" not in entry
    assert {dn.decode().partition(",")[0] for dn in entry["memberOf"]} == {"CN=Personel", "CN=Yazicilar"}
    assert office.logon("ipek.ozturk", password_of(item["slip"])) == "773"
    assert office.logon("ipek.ozturk", "Yanlis-Parola.2026") == "52e"
    assert stat.S_IMODE(Path(item["slip"]).stat().st_mode) == 0o600
    assert office.run().ledger.verify().open == []


def test_the_same_name_again_gets_a_number_and_a_place_of_its_own(office: Office) -> None:
    names = ["--given", "Ahmet", "--role", "memur"]
    first = office.bitools("user", "add", "--yes", *names, "--surname", "Yılmaz", "--json").document["items"][
        0
    ]
    words = ["user", "add", "--yes", "--json", *names, "--surname"]
    usn = office.usn("ahmet.yilmaz")
    refused = office.bitools(*words, "Yilmaz")
    assert (refused.code, refused.error["reason"], office.usn("ahmet.yilmaz")) == (5, "namesake", usn)
    second, third = (
        office.bitools(*words, surname, "--namesake").document["items"][0] for surname in ("Yilmaz", "Yılmaz")
    )
    sams = [item["sam_account_name"] for item in (first, second, third)]
    assert sams == ["ahmet.yilmaz", "ahmet.yilmaz2", "ahmet.yilmaz3"]
    assert third["dn"] == f"CN=Ahmet Yılmaz (ahmet.yilmaz3),{MEMUR}"


def test_a_long_name_that_is_taken_is_cut_for_its_number(office: Office) -> None:
    names = person("Uzun", "Adı" * 19)
    words = ["user", "add", "--yes", "--namesake", *names, "--json"]
    made = [office.bitools(*words).document["items"][0] for _twice in "ab"]
    sam = made[1]["sam_account_name"]
    assert sam == "u." + ("adi" * 19)[:17] + "2"
    [name] = [entry["cn"][0].decode() for entry in office.read(f"(sAMAccountName={sam})")]
    assert len(name) == 64
    assert name.endswith(f" ({sam})")


def test_a_name_that_only_windows_takes_for_the_same_is_taken(office: Office) -> None:
    office.make_user("ayşe.kaya")
    [item] = office.bitools("user", "add", "--yes", *person("Ayşe", "Kaya"), "--json").document["items"]
    assert item["sam_account_name"] == "ayse.kaya2"


@pytest.mark.parametrize("surname", ["Yılmaz, (Ayşe)*", "Kaya+Eşit=", 'O"Brien\\;<>', "#Diyez"])
def test_signs_in_names_are_stored_and_found_as_they_are(office: Office, surname: str) -> None:
    [item] = office.bitools("user", "add", "--yes", *person("Hale", surname), "--json").document["items"]
    assert office.one(item["sam_account_name"])["sn"][0].decode() == surname
    found = office.bitools("user", "show", f"Hale {surname}", "--json").document["items"]
    assert [account["sam_account_name"] for account in found] == [item["sam_account_name"]]


def test_a_search_word_is_never_a_filter(office: Office) -> None:
    answer = office.bitools("user", "show", "*)(objectClass=*", "--json")
    assert answer.code == 10
    assert answer.stdout == ""


def test_a_dry_run_says_what_and_does_nothing(office: Office) -> None:
    answer = office.bitools("user", "add", "--yes", *person("Deniz", "Prova"), "--dry-run", "--json")
    assert answer.document["items"][0]["status"] == "planned"
    assert answer.document["applied"] is False
    assert office.read("(sAMAccountName=deniz.prova)") == []
    assert not office.state.exists()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--role", "kayip"], 10, "OU=Personel"),
        (["--role", "grupsuz"], 10, "Olmayan"),
        (["--role", "yonetici"], 5, "privileged"),
        (["--role", "yabanci"], 14, "may not create"),
        (["--role", "yok"], 10, "memur"),
        (["--role", "memur", "--group", "Domain Guests"], 14, "may not add"),
        (["--role", "memur", "--employee-id", "12345678901234567"], 2, "16"),
        (["--role", "memur", "--surname", "Olmayacak" * 7], 2, "64"),
        (["--role", "memur", "--surname", "O" * 65], 2, "64"),
        (["--role", "memur", "--title", "T" * 129], 2, "128"),
        (["--role", "memur", "--department", "D" * 65], 2, "64"),
        (["--role", "memur", "--phone", "5" * 65], 2, "64"),
        (["--role", "memur", "--mail", "bir adres"], 2, "mail"),
        (["--role", "memur", "--phone", "1\u202e2"], 2, "U+202E"),
        (["--role", "memur", "--slip-to", "/yok/boyle/yer.txt"], 5, "/yok/boyle"),
    ],
)
def test_what_cannot_become_whole_is_refused_before_anything_is_written(
    office: Office, words: list[str], code: int, told: str
) -> None:
    answer = office.bitools("user", "add", "--yes", "--given", "Hiç", "--surname", "Olmayacak", *words)
    assert (answer.code, answer.stdout) == (code, "")
    assert told in answer.stderr
    assert office.read("(sAMAccountName=hic.olmayacak)") == []


def test_a_person_and_an_address_are_not_given_twice(office: Office) -> None:
    office.make_user("ilk.kisi", mail="ilk@belediye.test", employeeID="777")
    other = office.bitools("user", "add", "--yes", *person("Son", "Kişi"), "--mail", "ILK@belediye.test")
    assert (other.code, "ilk" in other.stderr) == (5, True)
    same = office.bitools("user", "add", "--yes", *person("Son", "Kişi"), "--employee-id", "777")
    assert (same.code, "ilk.kisi" in same.stderr) == (5, True)
    assert office.read("(sAMAccountName=son.kisi)") == []


def test_the_password_fits_the_fine_grained_policy_of_a_group(office: Office) -> None:
    container = f"CN=Password Settings Container,CN=System,{office.controller.base_dn}"
    never = str(-(2**63))
    settings = {
        "msDS-PasswordSettingsPrecedence": "1",
        "msDS-PasswordReversibleEncryptionEnabled": "FALSE",
        "msDS-PasswordHistoryLength": "24",
        "msDS-PasswordComplexityEnabled": "TRUE",
        "msDS-MinimumPasswordLength": "31",
        "msDS-MinimumPasswordAge": "0",
        "msDS-MaximumPasswordAge": never,
        "msDS-LockoutThreshold": "0",
        "msDS-LockoutObservationWindow": "-18000000000",
        "msDS-LockoutDuration": "-18000000000",
        "msDS-PSOAppliesTo": f"CN=VPN,OU=Gruplar,{office.controller.base_dn}",
    }
    assert office.admin.add(f"CN=Uzak,{container}", "msDS-PasswordSettings", settings), office.admin.result
    words = ["--given", "Uzun", "--surname", "Parola", "--role", "uzak", "--json"]
    [item] = office.bitools("user", "add", "--yes", *words).document["items"]
    assert len(password_of(item["slip"])) >= 31
    assert office.logon("uzun.parola", password_of(item["slip"])) == "773"


def test_a_slip_goes_where_it_was_wished_and_over_no_file(office: Office, tmp_path: Path) -> None:
    wished = tmp_path / "fis.html"
    answer = office.bitools("user", "add", "--yes", *person("Fiş", "Kişisi"), "--slip-to", str(wished))
    assert answer.code == 0, answer.stderr
    assert office.logon("fis.kisisi", password_of(wished)) == "773"
    again = office.bitools("user", "add", "--yes", *person("Fiş", "Başkası"), "--slip-to", str(wished))
    assert again.code == 5
    assert office.read("(sAMAccountName=fis.baskasi)") == []


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_slip_is_shown_on_a_terminal_and_nowhere_else(office: Office) -> None:
    words = ["user", "add", "--yes", *person("Ekran", "Kişisi"), "--slip-to", "-"]
    for refused in (office.bitools(*words), office.bitools(*words, "--json")):
        assert (refused.code, refused.stdout) == (5, "")
    assert office.read("(sAMAccountName=ekran.kisisi)") == []
    terminal = Terminal()
    with redirect_stdout(terminal), redirect_stderr(io.StringIO()):
        assert run_command(words, office.command_line.environment()) == 0
    [slip] = (office.state / "slips").iterdir()
    assert password_of(slip) in terminal.getvalue()
    assert office.logon("ekran.kisisi", password_of(slip)) == "773"


def test_disabling_is_at_once_and_twice_is_once(office: Office) -> None:
    office.make_user("giden.kisi")
    first = office.bitools("user", "disable", "giden.kisi", "--json").document
    assert (first["changed"], first["items"][0]["status"]) == (True, "disabled")
    assert office.logon("giden.kisi", "Ilk-Parola.2026") == "533"
    usn = office.usn("giden.kisi")
    second = office.bitools("user", "disable", "GIDEN.KISI", "--json").document
    assert (second["changed"], second["items"][0]["status"]) == (False, "unchanged")
    assert office.usn("giden.kisi") == usn


def test_other_flags_of_an_account_survive(office: Office) -> None:
    dn = office.make_user("bayrak.kisi")
    office.admin.modify(dn, {"userAccountControl": [("MODIFY_REPLACE", [str(0x200 | 0x10000)])]})
    office.bitools("user", "disable", "bayrak.kisi")
    assert office.one("bayrak.kisi")["userAccountControl"][0] == str(0x200 | 0x10000 | 2).encode()


def test_the_protected_stay_untouched(office: Office) -> None:
    if not office.read("(sAMAccountName=santral)"):
        office.make_user("santral")
    everybody = ["Administrator", "Guest", "krbtgt", "bitools", "santral", "DC1$"]
    before = {name: office.usn(name) for name in everybody}
    words = ["user", "disable", *everybody, "--privileged", "--reason", "olmaz"]
    answer = office.bitools(*words, "--json")
    assert answer.code == 5
    assert {failure["target"] for failure in answer.document["failed"]} == set(everybody)
    assert {name: office.usn(name) for name in everybody} == before


def test_privileged_accounts_need_a_reason_even_through_a_nested_group(office: Office) -> None:
    dn = office.make_user("gizli.yonetici")
    base = office.controller.base_dn
    office.admin.add(f"CN=Dolayli,OU=Gruplar,{base}", "group", {"sAMAccountName": "Dolayli", "member": dn})
    office.admin.modify(
        f"CN=Domain Admins,CN=Users,{base}", {"member": [("MODIFY_ADD", [f"CN=Dolayli,OU=Gruplar,{base}"])]}
    )
    office.make_user("servis.kisi", servicePrincipalName="HTTP/ebys.belediye.test")
    was = office.make_user("eski.yonetici")
    office.admin.modify(was, {"adminCount": [("MODIFY_REPLACE", ["1"])]})
    for name in ("gizli.yonetici", "servis.kisi", "eski.yonetici"):
        usn = office.usn(name)
        assert office.bitools("user", "disable", name).code == 5
        assert office.bitools("user", "disable", name, "--privileged").code == 2
        assert office.usn(name) == usn
        assert office.bitools("user", "disable", name, "--privileged", "--reason", "ayrıldı").code == 0
    assert "ayrıldı" in (office.state / "ledger" / "ledger.jsonl").read_text(encoding="utf-8")


def test_one_refusal_does_not_save_the_next(office: Office) -> None:
    office.make_user("sira.bir")
    answer = office.bitools("user", "disable", "yok.boyle", "krbtgt", "sira.bir", "--json")
    assert answer.code == 3
    assert office.one("sira.bir")["userAccountControl"][0] == b"514"


def test_people_are_found_by_any_word_without_turkish_letters(office: Office) -> None:
    office.make_user("gul.isiltan", displayName="Gül Işıltan", employeeID="90210", mail="gul@belediye.test")
    for word in ("gul.isiltan", "90210", "gul@belediye.test", "isilt", "IŞILT", "gül ışıl"):
        found = office.bitools("user", "show", word, "--json").document["items"]
        assert [account["sam_account_name"] for account in found] == ["gul.isiltan"], word


def person(given: str, surname: str) -> list[str]:
    return ["--given", given, "--surname", surname, "--role", "memur"]


def test_an_act_that_went_well_is_silent_where_nobody_looks(office: Office) -> None:
    added = office.bitools("user", "add", "--yes", *person("Sessiz", "Kişi"))
    assert (added.code, added.stdout, added.stderr) == (0, "", "")
    closed = office.bitools("user", "disable", "sessiz.kisi")
    assert (closed.code, closed.stdout, closed.stderr) == (0, "", "")
    assert "sessiz.kisi" in office.bitools("user", "disable", "sessiz.kisi", "--dry-run").stdout
