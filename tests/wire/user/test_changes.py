"""Every change to accounts that exist: what it does, twice as once, refused when it must be, after any kill."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from bitools.run import Run
from bitools.state import Document
from bitools.user.verbs import disable, enable, expire, grant, move, passwd, revoke, unlock
from bitools.user.wire.attributes import sid_text
from tests.wire.user.conftest import Office
from tests.wire.user.kills import killed, sampled
from tests.wire.user.test_accounts import password_of

PERSONEL = "OU=Personel,DC=belediye,DC=test"


@dataclass(frozen=True)
class Case:
    """A change: how it is said, how an account is brought to need it, what shows that it is made."""

    name: str
    words: tuple[str, ...]
    act: Callable[[Run, list[str]], Document]
    prepare: Callable[[Office, str], object]
    made: Callable[[dict[str, list[bytes]]], bool]
    writes: int = 1  # to the directory


def set_uac(office: Office, dn: str, value: int) -> None:
    office.admin.modify(dn, {"userAccountControl": [("MODIFY_REPLACE", [str(value)])]})


def lock(office: Office, dn: str) -> None:
    name = dn[3:].partition(",")[0]
    for _attempt in range(5):
        office.logon(name, "Yanlis-Parola.2026")
    assert office.logon(name, "Ilk-Parola.2026") == "775"


def join(office: Office, dn: str) -> None:
    for group in ("VPN", "Yazicilar"):
        place = f"CN={group},OU=Gruplar,{office.controller.base_dn}"
        office.admin.modify(place, {"member": [("MODIFY_ADD", [dn])]})


def member_of(entry: dict[str, list[bytes]]) -> set[bytes]:
    return {dn.partition(b",")[0] for dn in entry.get("memberOf", [])}


CASES = {
    case.name: case
    for case in (
        Case("disable", (), disable.disable, lambda _o, _dn: None,
             lambda entry: bool(int(entry["userAccountControl"][0]) & 2)),
        Case("enable", (), enable.enable, lambda office, dn: set_uac(office, dn, 514),
             lambda entry: not int(entry["userAccountControl"][0]) & 2),
        Case("unlock", (), unlock.unlock, lock, lambda entry: entry["lockoutTime"] == [b"0"]),
        Case("expire", ("--on", "2027-06-30"),
             lambda run, names: expire.expire(run, names, date(2027, 6, 30)), lambda _o, _dn: None,
             lambda entry: entry["accountExpires"] == [b"134588628000000000"]),
        Case("move", ("--to", PERSONEL), lambda run, names: move.move(run, names, PERSONEL), lambda _o, _dn: None,
             lambda entry: entry["distinguishedName"][0].endswith(b"," + PERSONEL.encode())
             and b"Memur" not in entry["distinguishedName"][0]),
        Case("grant", ("--group", "VPN", "--group", "Yazicilar"),
             lambda run, names: grant.grant(run, names, ["VPN", "Yazicilar"]), lambda _o, _dn: None,
             lambda entry: {b"CN=VPN", b"CN=Yazicilar"} <= member_of(entry), writes=2),
        Case("revoke", ("--group", "VPN", "--group", "Yazicilar"),
             lambda run, names: revoke.revoke(run, names, ["VPN", "Yazicilar"]), join,
             lambda entry: not {b"CN=VPN", b"CN=Yazicilar"} & member_of(entry), writes=2),
    )
}  # fmt: skip
every_change = pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))


@every_change
def test_a_change_is_planned_made_once_and_recorded(office: Office, case: Case) -> None:
    sam = f"bir.{case.name}"
    case.prepare(office, office.make_user(sam))
    usn = office.usn(sam)
    planned = office.bitools("user", case.name, sam, *case.words, "--dry-run", "--json")
    assert planned.code == 0, planned.stderr
    [item] = planned.document["items"]
    assert (item["status"], planned.document["applied"]) == ("planned", False)
    assert item["changes"]
    assert all("write" in right or "put users" in right for right in item["rights"])
    if case.name != "disable":
        unasked = office.bitools("user", case.name, sam, *case.words)
        assert (unasked.code, "--yes" in unasked.stderr) == (5, True)
    assert office.usn(sam) == usn
    answer = office.bitools("user", case.name, sam, *case.words, "--yes", "--json")
    assert (answer.code, answer.document["changed"]) == (0, True), answer.stderr
    assert case.made(office.one(sam, "lockoutTime"))
    usn = office.usn(sam)
    again = office.bitools("user", case.name, sam.upper(), *case.words, "--yes", "--json")
    assert (again.code, again.document["changed"]) == (0, False)
    assert again.document["items"][0]["status"] == "unchanged"
    assert office.usn(sam) == usn
    [entry] = [one for one in office.run().ledger.entries() if one["outcome"] == "done"]
    assert (entry["target"], entry["action"], entry["duties"]) == (sam, f"user.{case.name}", ["6.19", "12.3"])


KILLS = [
    (name, at) for name, case in CASES.items() for at in range(1, case.writes + 3)
]  # the ledger's two too


@pytest.mark.parametrize(("name", "at"), sampled(KILLS, ("unlock", 2), ("grant", 2), ("move", 2)))
def test_killed_after_any_write_one_rerun_makes_the_change_whole(office: Office, name: str, at: int) -> None:
    case, sam = CASES[name], f"k{at}.{name}"
    case.prepare(office, office.make_user(sam))
    assert killed(lambda: case.act(office.run(), [sam]), at)
    document = case.act(office.run(), [sam])
    assert not document.failed
    assert case.made(office.one(sam, "lockoutTime"))
    assert office.run().ledger.verify().open == []


@pytest.mark.torture
@every_change
def test_the_kills_cover_every_write_of_a_change(office: Office, case: Case) -> None:
    sam = f"k0.{case.name}"
    case.prepare(office, office.make_user(sam))
    assert not killed(lambda: case.act(office.run(), [sam]), case.writes + 3)
    assert list((office.state / "journal").iterdir()) == []


@every_change
def test_the_protected_are_refused_every_change(office: Office, case: Case) -> None:
    everybody = ["Administrator", "Guest", "krbtgt", "bitools", "DC1$"]
    before = {name: office.usn(name) for name in everybody}
    words = [
        "user",
        case.name,
        *everybody,
        *case.words,
        "--yes",
        "--privileged",
        "--reason",
        "olmaz",
        "--json",
    ]
    answer = office.bitools(*words)
    assert answer.code == 5
    assert {failure["target"] for failure in answer.document["failed"]} == set(everybody)
    assert {name: office.usn(name) for name in everybody} == before


@pytest.mark.parametrize("command", ["passwd", "offboard"])
def test_the_protected_keep_their_passwords_and_stay(office: Office, command: str) -> None:
    everybody = ["Administrator", "Guest", "krbtgt", "bitools", "DC1$"]
    before = {name: office.usn(name) for name in everybody}
    for name in everybody:
        answer = office.bitools("user", command, name, "--yes", "--privileged", "--reason", "olmaz")
        assert (answer.code, "protected" in answer.stderr) == (5, True), name
    assert {name: office.usn(name) for name in everybody} == before


def test_a_staff_list_moves_no_protected_account(office: Office) -> None:
    administrator = f"CN=Administrator,CN=Users,{office.controller.base_dn}"
    office.admin.modify(administrator, {"employeeID": [("MODIFY_REPLACE", ["YON1"])]})
    before = office.usn("Administrator")
    file = office.command_line.inventory / "yonetici.csv"
    for status in ("active", "leaving"):
        file.write_text(f"employee_id;given;surname;role;status\nYON1;Yö;Netici;memur;{status}\n")
        words = ["user", "sync", str(file), "--yes", "--privileged", "--reason", "olmaz"]
        assert office.bitools(*words).code == 5
    assert office.usn("Administrator") == before


@every_change
def test_the_administrator_s_own_account_is_refused_every_change(office: Office, case: Case) -> None:
    own = office.run().ledger.actor
    if not office.read(f"(sAMAccountName={own})"):
        office.make_user(own)
    usn = office.usn(own)
    [failure] = case.act(office.run(), [own]).failed
    assert (failure["code"], "your own account" in failure["error"]) == (5, True)
    assert office.usn(own) == usn


def test_too_many_at_once_are_refused_unless_it_is_meant(office: Office) -> None:
    names = [f"cok.kisi{number}" for number in range(26)]
    answer = office.bitools("user", "disable", *names)
    assert (answer.code, "--max-changes 26" in answer.stderr) == (5, True)
    meant = office.bitools("user", "disable", *names, "--max-changes", "26")
    assert meant.code == 10  # nobody of that name, but that is another matter


def test_the_last_enabled_domain_admin_stays(office: Office) -> None:
    dn = office.make_user("tek.yonetici")
    base = office.controller.base_dn
    group = f"CN=Domain Admins,CN=Users,{base}"
    before = office.read("(sAMAccountName=Domain Admins)")[0]["member"]
    office.admin.modify(group, {"member": [("MODIFY_REPLACE", [dn])]})
    administrator = f"CN=Administrator,CN=Users,{base}"
    try:
        set_uac(office, administrator, 514)
        words = ["--privileged", "--reason", "x", "--yes"]
        usn = office.usn("tek.yonetici")
        for command in (
            ["disable"],
            ["expire", "--on", "2027-01-01"],
            ["revoke", "--group", "Domain Admins"],
        ):
            answer = office.bitools("user", *command[:1], "tek.yonetici", *command[1:], *words)
            assert (answer.code, "last enabled" in answer.stderr) == (5, True)
        assert office.usn("tek.yonetici") == usn
    finally:
        set_uac(office, administrator, 512)
        office.admin.modify(group, {"member": [("MODIFY_REPLACE", before)]})


def test_a_right_that_is_missing_is_told_before_anything_is_written(office: Office) -> None:
    office.make_user("haksiz.kisi")
    for words in (["grant", "--group", "Domain Guests"], ["move", "--to", "CN=Users,DC=belediye,DC=test"]):
        answer = office.bitools("user", words[0], "haksiz.kisi", *words[1:], "--dry-run")
        assert (answer.code, "may not" in answer.stderr) == (14, True)


@pytest.mark.parametrize(("there", "coming"), [("Gül Işık", "GUL ISIK"), ("Ayrı İsim", "AYRI Isım")])
def test_a_name_that_only_windows_takes_for_taken_is_taken_where_it_is_moved_to(
    office: Office, there: str, coming: str
) -> None:
    sam = f"oraya.giden{len(there)}"
    for cn, name, unit in ((there, f"orada{len(there)}", PERSONEL), (coming, sam, f"OU=Memur,{PERSONEL}")):
        assert office.admin.add(f"CN={cn},{unit}", "user", {"sAMAccountName": name})
    usn = office.usn(sam)
    answer = office.bitools("user", "move", sam, "--to", PERSONEL, "--yes")
    assert (answer.code, "holds another" in answer.stderr) == (5, True)
    assert office.usn(sam) == usn


HELP_DESK = (
    "(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;bf967aba-0de6-11d0-a285-00aa003049e2;{sid})",  # reset a password
    "(OA;CIIO;RPWP;bf967a0a-0de6-11d0-a285-00aa003049e2;bf967aba-0de6-11d0-a285-00aa003049e2;{sid})",  # pwdLastSet
)


def test_a_help_desk_that_may_only_reset_passwords_may_do_that_and_is_told_the_rest(
    office: Office, tmp_path: Path
) -> None:
    office.make_user("yardim.masasi")
    office.make_user("unutan.kisi")
    sid = sid_text(office.one("yardim.masasi")["objectSid"][0])
    there = ["-H", office.controller.ldaps_url, "--simple-bind-dn", office.controller.admin_user]
    environ = {**os.environ, "PASSWD_FILE": str(office.controller.admin_password_file)}
    for entry in HELP_DESK:
        words = ["samba-tool", "dsacl", "set", f"--objectdn={PERSONEL}", f"--sddl={entry.format(sid=sid)}"]
        done = [*words, *there, "--option=tls verify peer = no_check"]
        subprocess.run(done, env=environ, check=True, capture_output=True)
    (tmp_path / "masa").touch(mode=0o600)
    (tmp_path / "masa").write_text("Ilk-Parola.2026")
    file = office.command_line.inventory / "directory.yaml"
    text = file.read_text().replace("username: bitools@", "username: yardim.masasi@")
    file.write_text(text.replace(str(office.controller.bind_password_file), str(tmp_path / "masa")))
    refused = office.bitools("user", "disable", "unutan.kisi")
    assert (refused.code, "may not write userAccountControl" in refused.stderr) == (14, True)
    answer = office.bitools("user", "passwd", "unutan.kisi", "--yes", "--json")
    assert answer.code == 0, answer.stderr
    assert office.logon("unutan.kisi", password_of(answer.document["items"][0]["slip"])) == "773"


@pytest.mark.parametrize("place", ["OU=Yok,OU=Personel,DC=belediye,DC=test", "OU=a,,b", "OU==+,", 'OU="x'])
def test_a_place_that_is_none_is_told_with_the_nearest_that_is(office: Office, place: str) -> None:
    if not office.read("(sAMAccountName=yersiz.kisi)"):
        office.make_user("yersiz.kisi")
    answer = office.bitools("user", "move", "yersiz.kisi", "--to", place, "--yes")
    assert (answer.code, "the directory has no" in answer.stderr) == (10, True), answer.stderr


def test_an_account_windows_would_not_open_is_not_opened(office: Office) -> None:
    dn = f"CN=parolasiz,OU=Memur,{PERSONEL}"
    office.admin.add(dn, "user", {"sAMAccountName": "parolasiz", "userAccountControl": "514"})
    answer = office.bitools("user", "enable", "parolasiz", "--yes")
    assert (answer.code, "no password" in answer.stderr) == (5, True), answer.stderr
    assert office.bitools("user", "passwd", "parolasiz", "--yes").code == 0
    assert office.bitools("user", "enable", "parolasiz", "--yes").code == 0


def test_a_privileged_group_needs_a_reason_and_the_primary_one_stays(office: Office) -> None:
    office.make_user("grup.kisi")
    refused = office.bitools("user", "grant", "grup.kisi", "--group", "Domain Admins", "--yes")
    assert (refused.code, "privileged" in refused.stderr) == (5, True)
    primary = office.bitools("user", "revoke", "grup.kisi", "--group", "Domain Users", "--yes")
    assert (primary.code, "primary" in primary.stderr) == (5, True)
    unknown = office.bitools("user", "grant", "grup.kisi", "--group", "Olmayan", "--yes")
    assert (unknown.code, "Olmayan" in unknown.stderr) == (10, True)


def test_a_group_that_is_privileged_through_two_others_needs_a_reason(office: Office) -> None:
    office.make_user("dolayli.kisi")
    base, inner = office.controller.base_dn, ""
    for name in ("Ic", "Orta", "Dis"):
        dn = f"CN=Kat{name},OU=Gruplar,{base}"
        more = {"member": inner} if inner else {}
        assert office.admin.add(dn, "group", {"sAMAccountName": f"Kat{name}", **more})
        inner = dn
    office.admin.modify(f"CN=Domain Admins,CN=Users,{base}", {"member": [("MODIFY_ADD", [inner])]})
    refused = office.bitools("user", "grant", "dolayli.kisi", "--group", "KatIc", "--yes")
    assert (refused.code, "privileged" in refused.stderr) == (5, True)


def test_an_expiry_is_said_in_our_zone_and_taken_away(office: Office) -> None:
    office.make_user("sureli.kisi")
    assert office.bitools("user", "expire", "sureli.kisi", "--on", "2027-06-30", "--yes").code == 0
    [item] = office.bitools("user", "show", "sureli.kisi", "--json").document["items"]
    assert item["expires"] == "2027-06-30T23:59:59+03:00"
    assert office.bitools("user", "expire", "sureli.kisi", "--never", "--yes").code == 0
    assert office.one("sureli.kisi")["accountExpires"] == [b"0"]
    assert office.bitools("user", "expire", "sureli.kisi").code == 2


def test_a_new_password_is_on_the_slip_and_must_be_changed(office: Office) -> None:
    lock(office, office.make_user("unutkan.kisi"))
    answer = office.bitools("user", "passwd", "unutkan.kisi", "--yes", "--json")
    assert answer.code == 0, answer.stderr
    [item] = answer.document["items"]
    assert office.logon("unutkan.kisi", password_of(item["slip"])) == "773"
    assert office.logon("unutkan.kisi", "Ilk-Parola.2026") == "52e"
    assert password_of(item["slip"]) not in answer.stdout


@pytest.mark.parametrize("at", sampled(range(1, 7), 3, 4))
def test_a_killed_passwd_leaves_one_valid_slip_after_a_rerun(office: Office, at: int) -> None:
    sam = f"parola{at}.kisi"
    office.make_user(sam)
    assert killed(lambda: passwd.passwd(office.run(), sam), at) == (at < 6)
    [item] = passwd.passwd(office.run(), sam).items
    assert office.logon(sam, password_of(item["slip"])) == "773"
    slips = [str(path) for path in (office.state / "slips").iterdir()]
    assert item["slip"] in slips
    assert len(slips) == 1 or at >= 5  # from the outcome on, the first slip was told
    assert office.run().ledger.verify().open == []
