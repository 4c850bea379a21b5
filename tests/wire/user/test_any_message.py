"""Every message of every change to accounts that exist: cut, unanswered, refused; one rerun makes it whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from lab.certificates import Authority
from lab.directory import DomainController
from lab.directory_faults import Fault, FaultyController
from tests.conftest import Answer
from tests.wire.user.conftest import Office, describe, limits
from tests.wire.user.test_changes import CASES, Case, join
from tests.wire.user.test_faults import WINDOWS

LAST = 60  # no change asks so often


@dataclass(frozen=True)
class Change:
    """A command line for one account, how the account is brought to need it, what shows that it is made."""

    words: Callable[[Office, str], list[str]]
    prepare: Callable[[Office, str], object]
    made: Callable[[dict[str, list[bytes]]], bool]


def of(case: Case) -> Change:
    return Change(lambda _office, sam: [case.name, sam, *case.words], case.prepare, case.made)


def staff(status: str) -> Callable[[Office, str], list[str]]:
    def words(office: Office, sam: str) -> list[str]:
        file = office.command_line.inventory / f"{sam}.csv"
        file.write_text(f"employee_id;given;surname;role;title;status\n{sam};Her;İleti;memur;Şef;{status}\n")
        return ["sync", str(file)]

    return words


def numbered(office: Office, dn: str) -> None:
    office.admin.modify(dn, {"employeeID": [("MODIFY_REPLACE", [dn[3:].partition(",")[0]])]})


def many(office: Office, sam: str) -> list[str]:
    file = office.command_line.inventory / f"{sam}.csv"
    file.write_text(f"account\n{sam}\n{sam}b\n")
    return ["passwd", str(file)]


def closed(office: Office, dn: str) -> None:
    join(office, dn)
    assert office.bitools("user", "offboard", dn[3:].partition(",")[0], "--yes").code == 0


def left(entry: dict[str, list[bytes]]) -> bool:
    disabled = bool(int(entry["userAccountControl"][0]) & 2)
    return disabled and "memberOf" not in entry and b"OU=Ayrilanlar" in entry["distinguishedName"][0]


def back(entry: dict[str, list[bytes]]) -> bool:
    return not int(entry["userAccountControl"][0]) & 2 and len(entry["memberOf"]) == 2


_LETTERS = str.maketrans("0123456789.", "abcdefghijk")
CHANGES = {name: of(case) for name, case in CASES.items()} | {
    "passwd": Change(lambda _o, sam: ["passwd", sam], lambda _o, _dn: None,
                     lambda entry: entry["pwdLastSet"] == [b"0"]),
    "passwd-file": Change(many, lambda office, dn: office.make_user(f"{dn[3:].partition(',')[0]}b"),
                          lambda entry: entry["pwdLastSet"] == [b"0"]),
    "set": Change(lambda _o, sam: ["set", sam, "--phone", "1", "--title", "Şef"], lambda _o, _dn: None,
                  lambda entry: entry["telephoneNumber"] == [b"1"]),
    "rename": Change(lambda _o, sam: ["rename", sam, "--given", "Yeni", "--surname", sam[-3:].translate(_LETTERS), "--keep-login"],
                     lambda _o, _dn: None, lambda entry: entry["givenName"] == [b"Yeni"]),
    "until": Change(lambda _o, sam: ["grant", sam, "--group", "VPN", "--until", "2099-01-01"], lambda _o, _dn: None,
                    lambda entry: len(entry["memberOf"]) == 1),
    "offboard": Change(lambda _o, sam: ["offboard", sam], join, left),
    "restore": Change(lambda _o, sam: ["restore", sam], closed, back),
    "sync": Change(staff("active"), numbered,
                   lambda entry: entry["title"] == ["Şef".encode()] and len(entry["memberOf"]) == 2),
    "sync-leaving": Change(staff("leaving"), numbered,
                           lambda entry: bool(int(entry["userAccountControl"][0]) & 2)),
}  # fmt: skip
FAULTS = {
    "lost": lambda kind, number: Fault(kind, number, "lost"),
    "cut": lambda kind, number: Fault(kind, number, "cut"),
    "hang": lambda kind, number: Fault(kind, number, "hang"),
    "truncated": lambda kind, number: Fault(kind, number, "claim", 4, "size limit"),
    "rights": lambda kind, number: Fault(kind, number, "refuse", *WINDOWS["rights"]),
    "policy": lambda kind, number: Fault(kind, number, "refuse", *WINDOWS["policy"]),
    "busy": lambda kind, number: Fault(kind, number, "refuse", *WINDOWS["busy"]),
}
WRITES = ("lost", "cut", "hang", "rights", "policy", "busy")
QUESTIONS = ("lost", "truncated")


@pytest.fixture(scope="module")
def proxy(controller: DomainController) -> Iterator[FaultyController]:
    files = Authority(controller._tls).issue("good", "dc1.belediye.test", controller.address)
    with FaultyController(controller.address, files, controller.address) as faulty:
        yield faulty


def met(office: Office, proxy: FaultyController, name: str, words: list[str], fault: Fault) -> Answer | None:
    """The answer of a command under this fault; None if it came to its end without meeting it."""
    if fault.act == "hang":
        limits(office.command_line.inventory, answer_timeout=1)
    proxy.spoil(fault)
    answer = office.bitools("user", *words, *([] if words == ["access"] else ["--yes"]))
    untouched = proxy.fault is not None
    proxy.spoil(None)
    limits(office.command_line.inventory, answer_timeout=120)
    return None if untouched and answer.code == 0 else answer


def storm(office: Office, proxy: FaultyController, name: str, kind: str, how: str) -> int:
    """Spoil the first message of this kind, then the second, …; give how many there were."""
    change = CHANGES[name]
    for number in range(1, LAST):
        sam = f"{name[:4]}{name[-1]}.{kind[0]}{kind[-1]}{how[0]}{how[-1]}{number}"
        describe(office.command_line.inventory, office.controller, office.controller.address)
        change.prepare(office, office.make_user(sam))
        describe(office.command_line.inventory, office.controller, proxy.name)
        words = change.words(office, sam)
        answer = met(office, proxy, name, words, FAULTS[how](kind, number))
        if answer is None:
            assert change.made(office.one(sam, "lockoutTime"))
            return number - 1
        assert answer.code in (3, 13, 14), (name, kind, number, how, answer.stderr)
        again = office.bitools("user", *words, "--yes")
        assert again.code == 0, (name, kind, number, how, again.stderr)
        assert change.made(office.one(sam, "lockoutTime")), (name, kind, number, how)
        assert office.run().ledger.verify().open == [], (name, kind, number, how)
    raise AssertionError("it never came to an end")


@pytest.mark.parametrize("name", ["set", "rename", "until", "passwd-file"])
def test_a_refusal_of_windows_is_told_and_one_rerun_makes_it_whole(
    office: Office, proxy: FaultyController, name: str
) -> None:
    change, sam = CHANGES[name], f"{name[:4]}.windows"
    change.prepare(office, office.make_user(sam))
    describe(office.command_line.inventory, office.controller, proxy.name)
    words = change.words(office, sam)
    answer = met(office, proxy, name, words, FAULTS["rights"]("modify", 1))
    assert answer is not None
    assert answer.code in (3, 14), answer.stderr
    assert office.bitools("user", *words, "--yes").code == 0
    assert change.made(office.one(sam, "lockoutTime"))


@pytest.mark.torture
@pytest.mark.parametrize("how", QUESTIONS)
def test_a_review_that_is_not_whole_is_none(office: Office, proxy: FaultyController, how: str) -> None:
    describe(office.command_line.inventory, office.controller, proxy.name)
    for number in range(1, LAST):
        answer = met(office, proxy, "access", ["access"], FAULTS[how]("search", number))
        if answer is None:
            assert number > 4
            return
        assert answer.code != 0
    raise AssertionError("it never came to an end")


@pytest.mark.torture
@pytest.mark.parametrize("how", WRITES)
@pytest.mark.parametrize("name", CHANGES)
def test_any_write_of_any_change(office: Office, proxy: FaultyController, name: str, how: str) -> None:
    moves = storm(office, proxy, name, "move", how)
    assert storm(office, proxy, name, "modify", how) + moves > 0


@pytest.mark.torture
@pytest.mark.parametrize("how", QUESTIONS)
@pytest.mark.parametrize("name", CHANGES)
def test_any_question_of_any_change(office: Office, proxy: FaultyController, name: str, how: str) -> None:
    assert storm(office, proxy, name, "search", how) > 3
