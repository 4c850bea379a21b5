"""Leavers: closed in an order that can be stopped anywhere, held by the custody gate, undone by GUID."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from bitools.user.verbs.offboard import offboard
from bitools.user.verbs.restore import restore
from tests.wire.user.conftest import Office
from tests.wire.user.kills import killed, sampled

AYRILANLAR = b",OU=Ayrilanlar,DC=belediye,DC=test"
MOVING = {
    "uSNChanged",
    "whenChanged",
    "dSCorePropagationData",
    "replPropertyMetaData",
    "lastLogon",
    "logonCount",
}
MOVING |= {"lastLogonTimestamp", "badPasswordTime", "badPwdCount"}


def leaver(office: Office, sam: str, **attributes: str) -> str:
    dn = office.make_user(sam, **attributes)
    for group in ("VPN", "Yazicilar"):
        place = f"CN={group},OU=Gruplar,{office.controller.base_dn}"
        office.admin.modify(place, {"member": [("MODIFY_ADD", [dn])]})
    return dn


def as_it_is(office: Office, sam: str) -> dict[str, Any]:
    """Every attribute but those that count changes and logons."""
    return {name: sorted(values) for name, values in office.one(sam).items() if name not in MOVING}


def configure(office: Office, text: str) -> None:
    file = office.command_line.inventory / "directory.yaml"
    file.write_text(file.read_text() + text)


def custody(office: Office, text: str, encoding: str = "utf-8") -> Path:
    file = office.command_line.inventory / "zimmet.csv"
    file.write_text(text, encoding=encoding)
    if "custody:" not in (office.command_line.inventory / "directory.yaml").read_text():
        configure(office, "custody: {file: zimmet.csv}\n")
    return file


def closed(office: Office, sam: str) -> bool:
    entry = office.one(sam)
    return bool(int(entry["userAccountControl"][0]) & 2) and "memberOf" not in entry


def test_an_off_boarding_is_undone_attribute_by_attribute(office: Office) -> None:
    leaver(office, "ayrilan.kisi", displayName="Ayrılan Kişi", title="Memur")
    before = as_it_is(office, "ayrilan.kisi")
    planned = office.bitools("user", "offboard", "ayrilan.kisi", "--dry-run", "--json").document
    assert {change["attribute"] for change in planned["items"][0]["changes"]} == {
        "userAccountControl", "memberOf", "distinguishedName",
    }  # fmt: skip
    assert as_it_is(office, "ayrilan.kisi") == before
    answer = office.bitools("user", "offboard", "ayrilan.kisi", "--yes", "--json")
    assert answer.code == 0, answer.stderr
    assert answer.document["items"][0]["status"] == "offboarded"
    assert closed(office, "ayrilan.kisi")
    assert office.one("ayrilan.kisi")["distinguishedName"][0].endswith(AYRILANLAR)
    usn = office.usn("ayrilan.kisi")
    again = office.bitools("user", "offboard", "ayrilan.kisi", "--yes", "--json").document
    assert (again["changed"], again["items"][0]["status"]) == (False, "unchanged")
    assert office.usn("ayrilan.kisi") == usn
    back = office.bitools("user", "restore", "ayrilan.kisi", "--yes", "--json")
    assert (back.code, back.document["items"][0]["status"]) == (0, "restored"), back.stderr
    assert as_it_is(office, "ayrilan.kisi") == before
    assert office.logon("ayrilan.kisi", "Ilk-Parola.2026") == "ok"
    twice = office.bitools("user", "restore", "ayrilan.kisi", "--yes", "--json").document
    assert (twice["changed"], twice["items"][0]["status"]) == (False, "unchanged")
    duties = [entry["duties"] for entry in office.run().ledger.entries()]
    assert duties
    assert all(one == ["6.19", "12.3", "14.3"] for one in duties)


def test_the_gate_holds_clearance_and_move_but_never_the_disabling(office: Office) -> None:
    leaver(office, "zimmetli.kisi", employeeID="3001")
    custody(
        office,
        "Sicil No;Malzeme;İade\n3001;Dizüstü bilgisayar;\n3001;Telefon;2026-01-02\n9;Kasa;\n",
        "cp1254",
    )
    answer = office.bitools("user", "offboard", "zimmetli.kisi", "--yes", "--json")
    assert answer.code == 5
    [item] = answer.document["items"]
    assert (item["status"], item["custody"]) == ("held", ["Dizüstü bilgisayar"])
    assert "Dizüstü" in answer.document["failed"][0]["error"]
    assert closed(office, "zimmetli.kisi")
    assert b"OU=Memur" in office.one("zimmetli.kisi")["distinguishedName"][0]
    assert office.bitools("user", "offboard", "zimmetli.kisi", "--despite-custody", "--yes").code == 2
    words = ["--despite-custody", "--reason", "çalındı, tutanak 2026/114", "--yes"]
    assert office.bitools("user", "offboard", "zimmetli.kisi", *words).code == 0
    assert office.one("zimmetli.kisi")["distinguishedName"][0].endswith(AYRILANLAR)
    assert "tutanak 2026/114" in (office.state / "ledger" / "ledger.jsonl").read_text(encoding="utf-8")


def test_the_gate_opens_when_all_is_handed_over(office: Office) -> None:
    leaver(office, "teslim.kisi")
    custody(office, "account,item,returned\nteslim.kisi,Anahtar,\n")
    assert office.bitools("user", "offboard", "teslim.kisi", "--yes").code == 5
    custody(office, "account,item,returned\nteslim.kisi,Anahtar,2026-11-01\n")
    assert office.bitools("user", "offboard", "teslim.kisi", "--yes").code == 0
    assert office.bitools("user", "restore", "teslim.kisi", "--yes").code == 0
    assert b"CN=VPN" in b"".join(office.one("teslim.kisi")["memberOf"])


@pytest.mark.parametrize(
    "content", [None, b"", b"\0\0", b"employee_id\n1\n", b"ad,soyad\nAli,Veli\n", b'employee_id,item\n"1,x\n', b"employee_id,item\n1,x\n"]
)  # fmt: skip
def test_custody_that_cannot_be_known_is_a_refusal_and_not_nothing(
    office: Office, content: bytes | None
) -> None:
    sam = "bilinmez" if content is None else f"bilinmez{len(content)}"
    leaver(office, sam)  # without an employee id
    file = custody(office, "")
    file.unlink() if content is None else file.write_bytes(content)
    answer = office.bitools("user", "offboard", sam, "--yes", "--json")
    assert answer.code == 5
    assert answer.document["items"][0]["status"] == "held"
    assert answer.document["failed"][0]["reason"] == "custody"
    assert closed(office, sam)


def test_custody_can_be_a_program_and_its_failure_is_a_refusal(office: Office, tmp_path: Path) -> None:
    leaver(office, "komut.kisi", employeeID="3002")
    program = tmp_path / "zimmet"
    program.write_text('#!/bin/sh\ncat "$0.csv"\n')
    program.chmod(0o755)
    configure(office, f"custody: {{command: '{program}'}}\n")
    assert office.bitools("user", "offboard", "komut.kisi", "--yes").code == 5
    Path(f"{program}.csv").write_text("employee_id;item\n3002;Mühür\n")
    answer = office.bitools("user", "offboard", "komut.kisi", "--yes")
    assert (answer.code, "Mühür" in answer.stderr) == (5, True)
    Path(f"{program}.csv").write_text("employee_id;item\n9;Kasa\n")
    assert office.bitools("user", "offboard", "komut.kisi", "--yes").code == 0


def test_other_systems_are_lines_that_a_person_ticks_or_a_program_runs(
    office: Office, tmp_path: Path
) -> None:
    leaver(office, "listeli.kisi", employeeID="3003")
    touched = tmp_path / "kapandi"
    configure(
        office,
        "checklist:\n"
        "  ebys: {text: EBYS hesabı kapatıldı}\n"
        f"  mis: {{text: MIS hesabı kapatıldı, command: 'touch {touched}.{{sam}}.{{employee_id}}'}}\n",
    )
    answer = office.bitools("user", "offboard", "listeli.kisi", "--yes", "--json")
    assert answer.code == 0, answer.stderr
    [item] = answer.document["items"]
    assert item["status"] == "checklist"
    assert {line["name"]: line["done"] for line in item["checklist"]} == {"ebys": False, "mis": True}
    assert Path(f"{touched}.listeli.kisi.3003").exists()
    assert office.bitools("user", "offboard", "listeli.kisi", "--tick", "yok", "--yes").code == 10
    ticked = office.bitools("user", "offboard", "listeli.kisi", "--tick", "ebys", "--yes", "--json").document
    assert ticked["items"][0]["status"] == "offboarded"
    assert ticked["items"][0]["checklist"][0]["by"]


def test_what_is_gone_is_reported_and_the_rest_is_restored(office: Office) -> None:
    base = office.controller.base_dn
    dn = leaver(office, "eksik.kisi")
    unit, group = f"OU=Kapanan,OU=Personel,{base}", f"CN=Kapanan,OU=Gruplar,{base}"
    office.admin.add(unit, "organizationalUnit")
    office.admin.add(group, "group", {"sAMAccountName": "Kapanan", "member": dn})
    assert office.admin.modify_dn(dn, "CN=eksik.kisi", new_superior=unit)
    assert office.bitools("user", "offboard", "eksik.kisi", "--yes").code == 0
    assert office.admin.delete(unit)
    assert office.admin.delete(group)
    answer = office.bitools("user", "restore", "eksik.kisi", "--yes", "--json")
    assert answer.code == 14
    told = " ".join(failure["error"] for failure in answer.document["failed"])
    assert "CN=Kapanan" in told
    assert "OU=Kapanan" in told
    entry = office.one("eksik.kisi")
    assert entry["userAccountControl"] == [b"512"]
    assert len(entry["memberOf"]) == 2


def test_an_ou_that_was_renamed_since_is_the_same_and_what_stays_closed_is_said(office: Office) -> None:
    base = office.controller.base_dn
    dn = leaver(office, "tasinan.kisi")
    unit = f"OU=Once,OU=Personel,{base}"
    office.admin.add(unit, "organizationalUnit")
    assert office.admin.modify_dn(dn, "CN=tasinan.kisi", new_superior=unit)
    assert office.bitools("user", "disable", "tasinan.kisi").code == 0
    assert office.bitools("user", "offboard", "tasinan.kisi", "--yes").code == 0
    assert office.admin.modify_dn(unit, "OU=Sonra")
    answer = office.bitools("user", "restore", "tasinan.kisi", "--yes", "--json")
    assert answer.code == 0, answer.stdout
    assert b"OU=Sonra," in office.one("tasinan.kisi")["distinguishedName"][0]
    assert "bitools user enable tasinan.kisi" in " ".join(answer.document["warnings"])
    assert answer.document["items"][0]["stays"]


def test_ticks_go_on_after_a_clearance_despite_custody_and_a_finished_one_is_done(office: Office) -> None:
    leaver(office, "tikli.kisi", employeeID="3009")
    configure(office, "checklist: {ebys: {text: EBYS}}\n")
    custody(office, "employee_id;item\n3009;Mühür\n")
    words = ["offboard", "tikli.kisi", "--yes", "--json"]
    cleared = office.bitools("user", *words, "--despite-custody", "--reason", "kayıp, tutanak 7")
    assert (cleared.code, cleared.document["items"][0]["status"]) == (0, "checklist")
    ticked = office.bitools("user", *words, "--tick", "ebys")
    assert (ticked.code, ticked.document["items"][0]["status"]) == (0, "offboarded"), ticked.stdout
    again = office.bitools("user", *words)
    assert (again.code, again.document["items"][0]["status"]) == (0, "unchanged")


def test_a_list_that_is_too_old_holds_back(office: Office) -> None:
    leaver(office, "bayat.kisi", employeeID="3010")
    file = custody(office, "employee_id;item\n9;Kasa\n")
    week_ago = file.stat().st_mtime - 8 * 86_400
    os.utime(file, (week_ago, week_ago))
    answer = office.bitools("user", "offboard", "bayat.kisi", "--yes", "--json")
    assert (answer.code, answer.document["items"][0]["status"]) == (5, "held")
    os.utime(file)
    assert office.bitools("user", "offboard", "bayat.kisi", "--yes").code == 0


def test_a_renamed_group_and_a_renamed_account_are_found_by_guid(office: Office) -> None:
    base = office.controller.base_dn
    dn = office.make_user("adi.degisen")
    group = f"CN=Eski,OU=Gruplar,{base}"
    office.admin.add(group, "group", {"sAMAccountName": "Eski", "member": dn})
    assert office.bitools("user", "offboard", "adi.degisen", "--yes").code == 0
    assert office.admin.modify_dn(group, "CN=Yeni")
    assert office.admin.modify(
        "CN=adi.degisen,OU=Ayrilanlar,DC=belediye,DC=test",
        {"sAMAccountName": [("MODIFY_REPLACE", ["adi.yeni"])]},
    )
    assert office.bitools("user", "restore", "adi.degisen", "--yes").code == 0
    assert office.one("adi.yeni")["memberOf"] == [f"CN=Yeni,OU=Gruplar,{base}".encode()]


def test_a_group_out_of_our_reach_is_told_and_does_not_keep_the_account_open(office: Office) -> None:
    dn = leaver(office, "uzak.kisi")
    far = f"CN=Uzaktaki,CN=Users,{office.controller.base_dn}"
    office.admin.add(far, "group", {"sAMAccountName": "Uzaktaki", "member": dn})
    answer = office.bitools("user", "offboard", "uzak.kisi", "--yes", "--json")
    assert answer.code == 14
    assert answer.document["items"][0]["left"] == [far]
    assert office.one("uzak.kisi")["userAccountControl"] == [b"514"]


def test_two_leavers_of_one_name_lie_side_by_side(office: Office) -> None:
    base = office.controller.base_dn
    for number, unit in enumerate(("OU=Memur,OU=Personel", "OU=Personel")):
        dn = f"CN=Aynı İsim,{unit},{base}"
        assert office.admin.add(
            dn, "user", {"sAMAccountName": f"ayni.isim{number}", "employeeID": f"77{number}"}
        )
    answer = office.bitools("user", "offboard", "ayni.isim0", "ayni.isim1", "--yes", "--json")
    assert answer.code == 0, answer.stderr
    names = {office.one(f"ayni.isim{number}")["cn"][0].decode() for number in range(2)}
    assert names == {"Aynı İsim", "Aynı İsim (ayni.isim1)"}
    assert office.bitools("user", "restore", "ayni.isim1", "--yes").code == 0
    assert office.one("ayni.isim1")["cn"][0].decode() == "Aynı İsim"


OFFBOARD_WRITES = 8  # intent, record, disable, two groups, move, record, outcome
RESTORE_WRITES = 7  # intent, move, two groups, enable, record, outcome


@pytest.mark.parametrize("at", sampled(range(1, OFFBOARD_WRITES + 1), 3, 6))
def test_a_killed_off_boarding_forgets_nothing_and_is_completed(office: Office, at: int) -> None:
    sam = f"olen{at}.kisi"
    leaver(office, sam)
    before = as_it_is(office, sam)
    assert killed(lambda: offboard(office.run(), [sam]), at)
    assert not offboard(office.run(), [sam]).failed
    assert closed(office, sam)
    assert office.one(sam)["distinguishedName"][0].endswith(AYRILANLAR)
    assert office.run().ledger.verify().open == []
    assert not restore(office.run(), [sam]).failed
    assert as_it_is(office, sam) == before


@pytest.mark.parametrize("at", sampled(range(1, RESTORE_WRITES + 1), 2, 5))
def test_a_killed_restore_is_completed(office: Office, at: int) -> None:
    sam = f"donen{at}.kisi"
    leaver(office, sam)
    before = as_it_is(office, sam)
    offboard(office.run(), [sam])
    assert killed(lambda: restore(office.run(), [sam]), at)
    entry = office.one(sam)
    assert int(entry["userAccountControl"][0]) & 2 or len(entry["memberOf"]) == 2, "enabled last"
    assert not restore(office.run(), [sam]).failed
    assert as_it_is(office, sam) == before
    assert office.run().ledger.verify().open == []


def test_the_kills_cover_every_write(office: Office) -> None:
    leaver(office, "sayilan.ayrilan")
    assert not killed(lambda: offboard(office.run(), ["sayilan.ayrilan"]), OFFBOARD_WRITES + 1)
    assert not killed(lambda: restore(office.run(), ["sayilan.ayrilan"]), RESTORE_WRITES + 1)


@pytest.mark.torture
@pytest.mark.parametrize("first", range(1, OFFBOARD_WRITES + 1))
@pytest.mark.parametrize("second", range(1, OFFBOARD_WRITES + 1))
def test_two_kills_and_an_undoing_are_no_worse(office: Office, first: int, second: int) -> None:
    sam = f"cift{first}{second}.kisi"
    leaver(office, sam)
    before = as_it_is(office, sam)
    killed(lambda: offboard(office.run(), [sam]), first)
    killed(lambda: offboard(office.run(), [sam]), second)
    killed(lambda: restore(office.run(), [sam]), second)
    offboard(office.run(), [sam])
    assert closed(office, sam)
    assert not restore(office.run(), [sam]).failed
    assert as_it_is(office, sam) == before
