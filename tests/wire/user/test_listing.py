"""Lists and the audit: what the directory holds, counted exactly, judged by rules that say why."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from bitools.report.mail.outbox import Outbox
from bitools.state import State
from tests.wire.user.conftest import Office
from tests.wire.user.test_changes import lock, set_uac


def names(office: Office, *words: str) -> set[str]:
    answer = office.bitools("user", "list", *words, "--json")
    assert answer.code == 0, answer.stderr
    return {item["sam_account_name"] for item in answer.document["items"]}


def test_accounts_are_listed_by_what_they_are(office: Office) -> None:
    lock(office, office.make_user("liste.kilitli"))
    set_uac(office, office.make_user("liste.kapali"), 514)
    soon = (datetime.now(UTC) + timedelta(days=10) - datetime(1601, 1, 1, tzinfo=UTC)) // timedelta(
        microseconds=1
    )
    office.make_user("liste.bitiyor", accountExpires=str(soon * 10))
    assert "liste.kilitli" in names(office, "--locked")
    assert "liste.kapali" in names(office, "--disabled")
    assert "liste.bitiyor" in names(office, "--expiring", "30")
    assert "liste.bitiyor" not in names(office, "--expiring", "5")
    assert {"liste.kilitli", "liste.kapali", "liste.bitiyor"} <= names(office, "--never-logged-on")
    assert "liste.kapali" not in names(office, "--locked", "--disabled")
    assert {"Administrator", "krbtgt"} <= names(office)
    assert "DC1$" not in names(office)
    assert "Administrator" in names(office, "--privileged")
    assert "liste.kapali" not in names(office, "--privileged")


def test_an_administrator_by_three_groups_is_privileged(office: Office) -> None:
    base = office.controller.base_dn
    inner = office.make_user("uc.kat")
    for number in range(3):
        group = f"CN=Kat{number},OU=Gruplar,{base}"
        assert office.admin.add(group, "group", {"sAMAccountName": f"Kat{number}", "member": inner})
        inner = group
    office.admin.modify(f"CN=Domain Admins,CN=Users,{base}", {"member": [("MODIFY_ADD", [inner])]})
    listed = office.bitools("user", "list", "--privileged", "--json").document["items"]
    [item] = [one for one in listed if one["sam_account_name"] == "uc.kat"]
    assert "Domain Admins" in item["privileges"]
    usn = office.usn("uc.kat")
    for words in (["disable"], ["offboard"], ["passwd"], ["grant", "--group", "VPN"]):
        answer = office.bitools("user", words[0], "uc.kat", *words[1:], "--yes")
        assert (answer.code, "privileged" in answer.stderr) == (5, True)
    assert office.usn("uc.kat") == usn


def test_the_audit_names_what_is_wrong_and_ends_with_4(office: Office) -> None:
    set_uac(office, office.make_user("denetim.bitmez"), 512 | 0x10000)
    set_uac(office, office.make_user("denetim.parolasiz"), 512 | 0x20)
    set_uac(office, office.make_user("denetim.kerberos"), 512 | 0x400000)
    for number in (1, 2):
        office.make_user(f"denetim.cift{number}", employeeID="D7")
    office.make_user("denetim.ayşe")
    office.make_user("denetim.ayse")
    office.admin.add(f"CN=kalan,OU=Ayrilanlar,{office.controller.base_dn}", "user",
                     {"sAMAccountName": "denetim.kalan", "userAccountControl": "544"})  # fmt: skip
    office.make_user("denetim.temiz")
    answer = office.bitools("user", "audit", "--json")
    assert answer.code == 4
    found = {(item["sam_account_name"], item["rule"]) for item in answer.document["items"]}
    assert {
        ("denetim.bitmez", "never_expires"),
        ("denetim.parolasiz", "no_password"),
        ("denetim.kerberos", "weak_kerberos"),
        ("denetim.cift1", "employee_id"),
        ("denetim.cift2", "employee_id"),
        ("denetim.ayşe", "same_name"),
        ("denetim.ayse", "same_name"),
        ("denetim.kalan", "leaver_enabled"),
    } <= found
    assert not [rule for name, rule in found if name == "denetim.temiz"]
    assert all(item["duties"] for item in answer.document["items"])


@pytest.mark.torture
def test_1300_users_and_a_group_of_1600_are_counted_exactly(office: Office) -> None:
    base = office.controller.base_dn
    office.admin.add(f"OU=Kalabalik,{base}", "organizationalUnit")
    members = []
    for number in range(1600):
        dn = f"CN=kalabalik{number},OU=Kalabalik,{base}"
        assert office.admin.add(
            dn, "user", {"sAMAccountName": f"kalabalik{number}", "userAccountControl": "514"}
        )
        members.append(dn)
    group = f"CN=Kalabalik,OU=Gruplar,{base}"
    assert office.admin.add(group, "group", {"sAMAccountName": "Kalabalik", "member": members})
    assert len(names(office, "--group", "Kalabalik")) == 1600
    assert len([name for name in names(office) if name.startswith("kalabalik")]) == 1600


def test_a_list_longer_than_a_page_is_whole(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from bitools.user.wire import directory

    whole = names(office)
    monkeypatch.setattr(directory, "_PAGE", 2)
    assert names(office) == whole
    assert len(whole) > 4


def test_values_that_come_in_ranges_are_all_read(office: Office) -> None:
    from bitools.user.wire.directory import connect

    base = office.controller.base_dn
    members = [office.make_user(f"aralik{number}") for number in range(12)]
    group = f"CN=Aralik,OU=Gruplar,{base}"
    assert office.admin.add(group, "group", {"sAMAccountName": "Aralik", "member": members})
    run = office.run()
    with connect(run.inventory.require_directory(), run.started) as domain:
        entry = domain.read(group, ["member;range=0-4"])
    assert len(entry["member"]) == 12
    assert not [name for name in entry if ";" in name]


def test_a_list_is_json_for_scripts_and_a_table_for_people(office: Office) -> None:
    office.make_user("tablo.kisi", displayName="=cmd|' /C calc'!A0")
    document = office.bitools("user", "list", "--json").document
    assert document["schema"] == "bitools.user.list/1"
    [item] = [one for one in document["items"] if one["sam_account_name"] == "tablo.kisi"]
    assert {"guid", "dn", "action", "changes", "status"} <= item.keys()
    assert "tablo.kisi" in office.bitools("user", "list").stdout
    table = office.command_line.inventory / "liste.csv"
    assert office.bitools("user", "list", "--csv", str(table)).code == 0
    rows = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines()))
    [row] = [one for one in rows if one["sam_account_name"] == "tablo.kisi"]
    assert row["displayName"] == "'=cmd|' /C calc'!A0", "a spreadsheet must not calculate it"
    assert office.bitools("user", "audit", "--csv", str(table)).code == 4
    assert "rule" in table.read_text(encoding="utf-8-sig").splitlines()[0]
    assert json.dumps(item)


def test_whose_password_ends_soon_is_told_once_by_mail(office: Office) -> None:
    for sam, more in (("biten.parola", {"mail": "biten@belediye.test"}), ("adressiz.parola", {})):
        office.make_user(sam, department="Parola", displayName="Biten Parola", **more)
    words = ["list", "--department", "Parola", "--password-expires", "60", "--json"]
    assert "mails" not in office.bitools("user", *words).document, "settings.yaml does not ask for it"
    file = office.command_line.inventory / "settings.yaml"
    settings = file.read_text() + "mail: {host: 127.0.0.1, from: bitools@belediye.test}\n"
    file.write_text(settings + "reports: {passwords: 10}\n")
    assert office.bitools("user", *words).document["mails"] == 0, "it ends in 42 days"
    file.write_text(settings + "reports: {passwords: 60}\n")
    told = office.bitools("user", *words).document
    assert (told["mails"], len(told["items"])) == (1, 2)
    assert ["adressiz.parola" in warning for warning in told["warnings"]] == [True]
    [mail] = office.bitools("report", "outbox", "--json").document["items"]
    assert (mail["to"], mail["subject"].startswith("Parolanızın süresi")) == (["biten@belediye.test"], True)
    [queued] = Outbox(State(office.state)).list()
    body = message_from_bytes(queued.raw, policy=policy.default).get_body()
    assert body is not None
    assert "biten.parola" in body.get_content()
    assert office.bitools("user", *words).document["mails"] == 0, "it is the same password"
    office.admin.modify(
        office.one("biten.parola")["distinguishedName"][0].decode(),
        {"unicodePwd": [("MODIFY_REPLACE", ['"Yeni-Parola.2026"'.encode("utf-16-le")])]},
    )
    assert office.bitools("user", *words).document["mails"] == 1
