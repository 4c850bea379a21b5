"""Every LDAP message cut, hung or refused as Windows would: after one rerun, whole or untouched."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.certificates import Authority
from lab.directory import DomainController
from lab.directory_faults import Fault, FaultyController
from tests.conftest import Answer
from tests.wire.user.conftest import Office, describe, limits
from tests.wire.user.kills import sampled
from tests.wire.user.test_accounts import password_of

WRITES = [
    ("add", 1),
    ("modify", 1),
    ("modify", 2),
    ("modify", 3),
    ("modify", 4),
]  # ADD, password, 2 groups, commit
READS = 15  # more searches than an `add` makes
WINDOWS = {
    "policy": (53, "0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0"),
    "rights": (50, "00002098: SecErr: DSID-03150F94, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0"),
    "refused": (53, "0000001F: SvcErr: DSID-031A1254, problem 5003 (WILL_NOT_PERFORM), data 0"),
    "busy": (51, "00002024: LdapErr: DSID-0C060000, comment: busy, data 0"),
    "referral": (10, "0000202B: RefErr: DSID-03100835, data 0, 1 access points"),
}


@pytest.fixture(scope="module")
def proxy(controller: DomainController) -> Iterator[FaultyController]:
    files = Authority(controller._tls).issue("good", "dc1.belediye.test", controller.address)
    with FaultyController(controller.address, files, controller.address) as faulty:
        yield faulty


@pytest.fixture
def faulty(office: Office, proxy: FaultyController) -> FaultyController:
    describe(office.command_line.inventory, office.controller, proxy.name)
    proxy.spoil(None)
    return proxy


def add(office: Office, surname: str) -> Answer:
    return office.bitools(
        "user", "add", "--given", "Arıza", "--surname", surname, "--role", "memur", "--yes", "--json"
    )


def hung(office: Office, faulty: FaultyController, kind: str, number: int, surname: str) -> None:
    """An `add` whose message is never answered comes back within its time limit, and leaves nothing half.

    The limit is short as long as the fault is armed. On a busy machine an earlier answer may be later than
    that: then the fault was not met, and another person is tried with more patience.
    """
    folder = office.command_line.inventory
    for seconds in (1, 5, 25):
        faulty.spoil(Fault(kind, number, "hang"))
        limits(folder, timeout=seconds, answer_timeout=seconds)
        answer = add(office, surname + tag(seconds))
        met = faulty.fault is None
        faulty.spoil(None)
        limits(folder, timeout=60, answer_timeout=120)
        assert answer.code == 13 or not met, answer.stderr
        assert "no answer within the time limit" in answer.stderr or not met
        one_whole_account(office, surname + tag(seconds))
        if met or answer.code == 0:
            return
    pytest.fail(f"the {number}. {kind} was never reached")


def one_whole_account(office: Office, surname: str) -> None:
    """After a fault: nothing usable; after one rerun: exactly one complete account, and its one slip."""
    found = office.read(f"(&(objectClass=user)(sn={surname}))")
    for entry in found:
        assert "info" not in entry or int(entry["userAccountControl"][0]) & 2
    answer = add(office, surname)
    assert answer.code == 0, answer.stderr
    [entry] = office.read(f"(&(objectClass=user)(sn={surname}))")
    assert (entry["userAccountControl"], entry["pwdLastSet"], "info" in entry) == ([b"512"], [b"0"], False)
    assert len(entry["memberOf"]) == 2
    [item] = answer.document["items"]
    assert office.logon(item["sam_account_name"], password_of(item["slip"])) == "773"
    assert [str(path) for path in (office.state / "slips").iterdir()] == [item["slip"]]
    assert office.run().ledger.verify().open == []


def tag(*parts: object) -> str:
    """Letters that no other test has."""
    return "".join(chr(97 + int(c)) if c.isdigit() else c for part in parts for c in str(part))


CUTS = [(*write, act) for write in WRITES for act in ("lost", "cut")]


@pytest.mark.parametrize(
    ("kind", "number", "act"), sampled(CUTS, ("add", 1, "lost"), ("add", 1, "cut"), ("modify", 4, "cut"))
)
def test_a_write_whose_line_is_cut(
    office: Office, faulty: FaultyController, kind: str, number: int, act: Any
) -> None:
    surname = tag("k", kind, number, act)
    faulty.spoil(Fault(kind, number, act))
    answer = add(office, surname)
    assert answer.code == 13
    assert "the connection was lost" in answer.stderr
    assert "run the same command again" in answer.stderr
    one_whole_account(office, surname)


@pytest.mark.parametrize("number", sampled([1, 4], 4))
def test_a_write_that_is_never_answered(office: Office, faulty: FaultyController, number: int) -> None:
    hung(office, faulty, "modify", number, tag("h", number))


REFUSALS = [
    (kind, number, name)
    for kind, number in (("add", 1), ("modify", 1), ("modify", 2), ("modify", 4))
    for name in WINDOWS
]


@pytest.mark.parametrize(
    ("kind", "number", "name"),
    sampled(
        REFUSALS,
        ("modify", 1, "policy"),
        ("modify", 2, "rights"),
        ("modify", 4, "refused"),
        ("add", 1, "busy"),
    ),
)
def test_a_write_that_windows_refuses(
    office: Office, faulty: FaultyController, kind: str, number: int, name: str
) -> None:
    surname, (code, message) = tag("w", kind, number, name), WINDOWS[name]
    faulty.spoil(Fault(kind, number, "refuse", code, message))
    answer = add(office, surname)
    assert answer.code == (13 if name == "busy" else 14), answer.stderr
    if name == "policy":
        assert answer.error["reason"] == "policy"
        assert kind != "modify" or number > 1 or "at least 12 characters" in answer.error["hint"]
    elif name != "busy":
        assert answer.error["reason"] == name
    one_whole_account(office, surname)


@pytest.mark.parametrize(("kind", "number"), [("add", 1), ("modify", 4)])
def test_a_write_that_was_made_and_denied(
    office: Office, faulty: FaultyController, kind: str, number: int
) -> None:
    surname = tag("y", kind, number)
    faulty.spoil(Fault(kind, number, "claim", 68, "00002071: UpdErr: DSID-0305038D, problem 6005, data 0"))
    answer = add(office, surname)
    assert (answer.code, answer.error["reason"]) == (14, "exists")
    one_whole_account(office, surname)


QUESTIONS = [(number, act) for number in (1, 5, 9) for act in ("lost", "hang")]


@pytest.mark.parametrize(("number", "act"), sampled(QUESTIONS, (5, "lost"), (9, "hang")))
def test_a_question_that_is_not_answered(
    office: Office, faulty: FaultyController, number: int, act: Any
) -> None:
    surname = tag("s", number, act)
    if act == "hang":
        hung(office, faulty, "search", number, surname)
    else:
        faulty.spoil(Fault("search", number, act))
        assert add(office, surname).code == 13
        one_whole_account(office, surname)


def test_an_answer_that_was_cut_off_is_never_taken_for_the_whole(
    office: Office, faulty: FaultyController
) -> None:
    for number in range(1, 8):
        faulty.spoil(Fault("search", number, "claim", 4, "size limit"))
        answer = office.bitools("user", "list", "--json")
        if faulty.fault is None:
            assert answer.code != 0, number
        else:
            assert number > 2
            return
    pytest.fail("a list asks more than it should")


def test_a_referral_gets_no_byte_of_the_credentials(office: Office, faulty: FaultyController) -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as other:

        def listen() -> None:
            connection, _peer = other.accept()
            with connection:
                heard.append(connection.recv(4096))

        thread = threading.Thread(target=listen)
        thread.start()
        place = f"ldap://127.0.0.1:{other.getsockname()[1]}/DC=belediye,DC=test"
        faulty.spoil(Fault("add", 1, "refuse", 10, WINDOWS["referral"][1], place))
        answer = add(office, "Yönlenen")
        with socket.create_connection(other.getsockname()) as ours:
            ours.sendall(b"nobody came before us")
        thread.join()
    assert (answer.code, answer.error["reason"]) == (14, "referral")
    assert heard == [b"nobody came before us"]


@pytest.mark.parametrize("place", ["", "ldap://127.0.0.1:1/DC=belediye,DC=test"])
def test_a_referral_in_the_answer_to_the_logon_is_not_followed(
    office: Office, faulty: FaultyController, place: str
) -> None:
    faulty.spoil(Fault("bind", 1, "refuse", 10, WINDOWS["referral"][1], place))
    answer = office.bitools("user", "show", "kimse", "--json")
    assert (answer.code, answer.error["reason"]) == (14, "referral"), answer.stderr


def test_a_read_only_controller_gets_no_password_for_a_change(
    office: Office, faulty: FaultyController
) -> None:
    """Its root says what it is before anybody has logged on."""
    from bitools.user.wire import directory

    real = directory._READ_ONLY
    directory._READ_ONLY = b"1.2.840.113556.1.4.800"  # what every controller says of itself
    try:
        answer = office.bitools("user", "disable", "kimse")
    finally:
        directory._READ_ONLY = real
    assert (answer.code, "read-only" in answer.stderr) == (13, True)
    assert "bind" not in faulty.operations


def test_one_connection_and_five_writes_make_an_account(office: Office, faulty: FaultyController) -> None:
    assert add(office, "Sayılan").code == 0
    assert faulty.connections == 1
    assert [kind for kind in faulty.operations if kind in ("add", "modify", "move")] == ["add"] + [
        "modify"
    ] * 4


def test_a_staff_list_takes_one_connection_and_five_writes_a_person(
    office: Office, faulty: FaultyController
) -> None:
    file, counts = office.command_line.inventory / "personel.csv", []
    for first, last in ((0, 2), (2, 12)):
        rows = [f"L{n};Liste;Kişi{tag(n + 10)};memur" for n in range(first, last)]
        file.write_text("\n".join(["employee_id;given;surname;role", *rows, ""]))
        faulty.spoil(None)
        answer = office.bitools("user", "sync", str(file), "--yes", "--json")
        assert answer.code == 0, answer.stderr
        assert faulty.connections == 1
        writes = [kind for kind in faulty.operations if kind in ("add", "modify", "move")]
        assert writes == ["add", *["modify"] * 4] * (last - first)
        counts.append(faulty.operations.count("search"))
    assert (counts[1] - counts[0]) / 8 == 2, "read back when it is made, and when it is whole"
    faulty.spoil(None)
    assert office.bitools("user", "sync", str(file), "--yes", "--json").document["changed"] is False
    assert not {"add", "modify", "move"} & set(faulty.operations)


@pytest.mark.parametrize(("kind", "code"), [("grant", 68), ("revoke", 53)])
def test_a_membership_that_another_has_changed_meanwhile_is_no_failure(
    office: Office, faulty: FaultyController, kind: str, code: int
) -> None:
    sam = f"arada.{kind}"
    dn = office.make_user(sam)
    if kind == "revoke":
        place = f"CN=VPN,OU=Gruplar,{office.controller.base_dn}"
        office.admin.modify(place, {"member": [("MODIFY_ADD", [dn])]})
    message = "00000562: UpdErr: DSID-031A122A" if kind == "grant" else "00000561: UpdErr: DSID-031A1261"
    faulty.spoil(Fault("modify", 1, "claim", code, f"{message}, problem 6005 (ENTRY_EXISTS), data 0"))
    answer = office.bitools("user", kind, sam, "--group", "VPN", "--yes", "--json")
    assert (answer.code, faulty.fault) == (0, None), answer.stderr
    assert ("memberOf" in office.one(sam)) == (kind == "grant")
    faulty.spoil(Fault("modify", 1, "refuse", code, message))
    back = "revoke" if kind == "grant" else "grant"
    lie = office.bitools("user", back, sam, "--group", "VPN", "--yes", "--json")
    assert lie.code != 0, "what was answered is not what is there"


@pytest.mark.torture
@pytest.mark.parametrize("act", ["lost", "cut", "hang"])
@pytest.mark.parametrize(("kind", "number"), [*WRITES, *(("search", number) for number in range(1, READS))])
def test_any_message_of_an_add(
    office: Office, faulty: FaultyController, kind: str, number: int, act: Any
) -> None:
    surname = tag("t", kind, number, act)
    if act == "hang":
        hung(office, faulty, kind, number, surname)
    else:
        faulty.spoil(Fault(kind, number, act))
        add(office, surname)
        faulty.spoil(None)  # it may have asked less often
        one_whole_account(office, surname)


LEAVING = [(number, act) for number in (1, 2, 3) for act in ("lost", "cut")]


@pytest.mark.parametrize(("number", "act"), sampled(LEAVING, (1, "cut"), (3, "lost")))
def test_an_off_boarding_whose_line_is_cut(
    office: Office, faulty: FaultyController, number: int, act: Any
) -> None:
    sam = tag("off", number, act)
    dn = office.make_user(sam)
    for group in ("VPN", "Yazicilar"):
        place = f"CN={group},OU=Gruplar,{office.controller.base_dn}"
        office.admin.modify(place, {"member": [("MODIFY_ADD", [dn])]})
    faulty.spoil(Fault("modify", number, act))
    assert office.bitools("user", "offboard", sam, "--yes").code == 13
    assert office.bitools("user", "offboard", sam, "--yes").code == 0
    assert office.bitools("user", "restore", sam, "--yes").code == 0
    entry = office.one(sam)
    assert (entry["userAccountControl"], len(entry["memberOf"])) == ([b"512"], 2)
    assert Path(office.state / "leavers").exists()
