"""Guards against what a name or a list of members does not show, and against what changes behind a plan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bitools.documents.user import UserSyncItem
from bitools.errors import BitoolsError
from bitools.state import Document
from bitools.user.decisions.person import Request
from bitools.user.verbs.add import add
from bitools.user.verbs.changing import Consent
from bitools.user.verbs.grant import grant
from bitools.user.verbs.sync import sync
from tests.wire.user.conftest import Office
from tests.wire.user.test_guards import ADMINS, BASE, VERBS
from tests.wire.user.test_sync import HEAD, highest_usn

MEMUR = f"OU=Memur,OU=Personel,{BASE}"
GROUPS = f"OU=Gruplar,{BASE}"


def make_group(office: Office, name: str, *members: str) -> str:
    dn = f"CN={name},{GROUPS}"
    assert office.admin.add(dn, "group", {"sAMAccountName": name}), office.admin.result
    for member in members:
        put(office, dn, member)
    return dn


def put(office: Office, group: str, member: str) -> None:
    assert office.admin.modify(group, {"member": [("MODIFY_ADD", [member])]}), office.admin.result


def replace(office: Office, dn: str, attribute: str, value: str) -> None:
    assert office.admin.modify(dn, {attribute: [("MODIFY_REPLACE", [value])]}), office.admin.result


def protect(office: Office, *names: str) -> None:
    file = office.command_line.inventory / "directory.yaml"
    listed = ", ".join(f"'{name}'" for name in names)
    file.write_text(file.read_text().replace("[santral]", f"[{listed}]"))


def refused(office: Office, sam: str, *verbs: str) -> set[str]:
    """The reasons for which every one of these verbs writes nothing to this account."""
    reasons = set()
    for verb in verbs or ("disable", "passwd", "grant", "move", "set", "offboard"):
        words = VERBS[verb](office, sam)
        usn = highest_usn(office)
        answer = office.bitools("user", *words, "--yes", "--json")
        assert (answer.code, highest_usn(office)) == (5, usn), (sam, verb, answer.stdout, answer.stderr)
        failed = answer.document["failed"] if answer.stdout else [answer.error]
        reasons |= {one["reason"] for one in failed}
    return reasons


def test_an_administrator_by_four_groups_by_primary_group_or_once(office: Office) -> None:
    deep = office.make_user("derin.yonetici")
    for level in range(4, 0, -1):
        deep = make_group(office, f"Kat-{level}", deep)
    put(office, ADMINS, deep)
    primary = office.make_user("birincil.yonetici")
    put(office, ADMINS, primary)
    replace(office, primary, "primaryGroupID", "512")
    assert ADMINS.encode() not in office.one("birincil.yonetici").get("memberOf", [])
    replace(office, office.make_user("eski.yonetici"), "adminCount", "1")
    for sam in ("derin.yonetici", "birincil.yonetici", "eski.yonetici"):
        assert refused(office, sam) == {"privileged"}


def test_what_is_no_person_is_left_alone_and_who_only_looks_so_is_not_found(office: Office) -> None:
    managed = {
        "sAMAccountName": "gmsa-web$",
        "msDS-ManagedPasswordInterval": "30",
        "dNSHostName": "web.belediye.test",
    }
    kinds = {
        "gmsa-web$": ("msDS-GroupManagedServiceAccount", managed),
        "PC-0042$": ("computer", {"sAMAccountName": "PC-0042$", "userAccountControl": "4096"}),
    }
    for sam, (kind, attributes) in kinds.items():
        assert office.admin.add(f"CN={sam[:-1]},{MEMUR}", kind, attributes), office.admin.result
        assert refused(office, sam, "disable", "passwd", "grant", "move", "offboard") == {"protected"}
    assert office.admin.add(f"CN=dis.kisi,{MEMUR}", "contact", {}), office.admin.result
    office.make_user("isil.sirin")
    usn = highest_usn(office)
    for name in (
        "dis.kisi",
        "PC-0042",
        "ışıl.şirin",
        "isil.sirin ",
        "іsil.sirin",
        "isil.sirin\u200b",
        "isil*",
        "*",
    ):
        answer = office.bitools("user", "disable", name, "--yes", "--json")
        assert (answer.code, highest_usn(office)) == (10, usn), (name, answer.stdout)


@pytest.mark.parametrize(
    "written",
    [
        "BELEDIYE\\korunan.{n}",
        "Korunan.{n}@belediye.test",
        " KORUNAN.{n} ",
        "cn=korunan.{n}, " + MEMUR,
        "OU=Korunanlar,{base}",
    ],
)
def test_protected_is_whoever_is_meant_however_it_is_written(office: Office, written: str) -> None:
    number = sum(map(ord, written))
    sam = f"korunan.{number}"
    dn = office.make_user(sam)
    if written.startswith("OU="):
        if not office.read("(ou=Korunanlar)"):
            for ou in (f"OU=Korunanlar,{BASE}", f"OU=Alt,OU=Korunanlar,{BASE}"):
                assert office.admin.add(ou, "organizationalUnit", {}), office.admin.result
        assert office.admin.modify_dn(dn, f"CN={sam}", new_superior=f"OU=Alt,OU=Korunanlar,{BASE}")
    protect(office, written.format(n=number, base=BASE))
    assert refused(office, sam, "disable", "grant", "offboard") == {"protected"}


def test_the_members_of_a_protected_group_stay_as_they_are(office: Office, tmp_path: Path) -> None:
    dn = make_group(
        office, "Encumen", office.make_user("encumen.uyesi", employeeID="E1", givenName="E", sn="Üye")
    )
    office.make_user("encumen.adayi", employeeID="E2", givenName="E", sn="Aday")
    protect(office, "encumen")
    file = office.command_line.inventory / "directory.yaml"
    file.write_text(file.read_text() + f'  encumen: {{ou: "{MEMUR}", groups: [Encumen]}}\n')
    listed = tmp_path / "personel.csv"
    listed.write_text(HEAD + "E2;E;Aday;encumen;;;;;;\n")
    new = ["add", "--given", "Yeni", "--surname", "Üyelik", "--role", "encumen"]
    for words in (
        ["grant", "encumen.adayi", "--group", "Encumen"],
        ["revoke", "encumen.uyesi", "--group", dn],
        ["sync", str(listed)],
        new,
    ):
        usn = highest_usn(office)
        override = [] if words == new else ["--privileged", "--reason", "deneme"]
        answer = office.bitools("user", *words, *override, "--yes", "--json")
        assert (answer.code, highest_usn(office)) == (5, usn), (words, answer.stdout, answer.stderr)
    answer = office.bitools("user", "offboard", "encumen.uyesi", "--yes", "--json")
    entry = office.one("encumen.uyesi")
    assert (entry["userAccountControl"], entry["memberOf"]) == ([b"514"], [dn.encode()]), answer.stdout
    assert answer.code != 0
    assert "Encumen" in str(answer.document["failed"])


@pytest.mark.parametrize("verb", ["grant", "sync", "add"])
@pytest.mark.parametrize("how", ["nested", "swapped"])
def test_what_becomes_privileged_while_a_person_thinks_is_not_given(
    office: Office, tmp_path: Path, verb: str, how: str
) -> None:
    """The answer is yes, and meanwhile the group came into Domain Admins; or another one bears its name."""
    tag = f"{verb}{how}"
    dn = make_group(office, f"Masum-{tag}")
    other = make_group(office, f"Sinsi-{tag}")
    put(office, ADMINS, other)
    office.make_user(f"d.{tag}", givenName="Düşünen", sn=tag, employeeID=f"D{tag}")
    file = office.command_line.inventory / "directory.yaml"
    file.write_text(file.read_text() + f'  masum: {{ou: "{MEMUR}", groups: [Masum-{tag}]}}\n')

    def meanwhile(_plan: Document[UserSyncItem]) -> None:
        if office.read(f"(cn=Gecmis-{tag})") or office.one(f"Masum-{tag}").get("memberOf"):
            return
        if how == "nested":
            put(office, ADMINS, dn)
            return
        for old, new in ((dn, f"Gecmis-{tag}"), (other, f"Masum-{tag}")):
            replace(office, old, "sAMAccountName", new)
            assert office.admin.modify_dn(old, f"CN={new}"), office.admin.result

    consent = Consent(ask=meanwhile, asks=True)
    listed = tmp_path / "personel.csv"
    listed.write_text(HEAD + f"D{tag};Düşünen;{tag};masum;;;;;;\n")
    acts: dict[str, Callable[[], Document[UserSyncItem]]] = {
        "grant": lambda: grant(office.run(), [f"d.{tag}"], [f"Masum-{tag}"], consent),
        "sync": lambda: sync(office.run(), listed, consent=consent),
        "add": lambda: add(office.run(), Request("Yeni", f"Kişi{tag}", "masum"), consent=consent),
    }
    try:
        failed = [error.get("reason", error["error"]) for error in acts[verb]().failed]
    except BitoolsError as error:
        failed = [error.reason]
    administrators = office.read(f"(&(objectClass=user)(memberOf:1.2.840.113556.1.4.1941:={ADMINS}))")
    assert not any(tag.encode() in one["sAMAccountName"][0] for one in administrators)
    if how == "nested" or verb != "sync":  # a list's groups are those that were planned, by GUID
        assert failed == ["privileged"]
