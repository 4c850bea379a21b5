"""Killed after any write, an account is not there, or disabled and marked; the same command completes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bitools.errors import Refused
from bitools.user.decisions.checks import Taken
from bitools.user.decisions.person import Request
from bitools.user.verbs import add, sync
from bitools.user.wire import queries
from bitools.user.wire.directory import Domain
from tests.wire.user.conftest import Office
from tests.wire.user.kills import killed, killed_unanswered, sampled
from tests.wire.user.test_accounts import password_of
from tests.wire.user.test_sync import HEAD

# intent, journal, ADD, journal, password, two groups, slip, commit, ledger's outcome after journal's end
COUNT = 11
FIRST_ON_DIRECTORY, COMMIT = 3, 9
TOLD = COUNT + 1  # and last the journal learns that it was told


def add_and_die(office: Office, request: Request, at: int) -> bool:
    """Run `add` in a child that is killed after this write; False if it came to its end before."""
    return killed(lambda: add.add(office.run(), request), at)


def enabled(entry: dict[str, list[bytes]]) -> bool:
    return not int(entry["userAccountControl"][0]) & 2


def added(office: Office, request: Request, *, namesake: bool = False) -> dict[str, Any]:
    """The rerun, as the command line does it: it tells how it ended."""
    run = office.run()
    [item] = add.add(run, request, namesake=namesake).items
    add.close(run, request)
    return item


def check_whole(office: Office, sam: str, slip_path: str) -> None:
    """Exactly one account of this name, complete, whose one slip lets its owner in."""
    [entry] = office.read(f"(sAMAccountName={sam}*)")
    assert enabled(entry)
    assert entry["pwdLastSet"] == [b"0"]
    assert "info" not in entry
    assert len(entry["memberOf"]) == 2
    assert [str(file) for file in (office.state / "slips").iterdir()] == [slip_path]
    assert office.logon(sam, password_of(slip_path)) == "773"
    assert all('"told": true' in file.read_text() for file in (office.state / "journal").iterdir())
    assert office.run().ledger.verify().open == []


@pytest.mark.parametrize("at", sampled(range(1, COUNT + 1), 3, 5, 8, 9))
def test_a_kill_after_any_write_leaves_nothing_usable_and_one_rerun_completes_it(
    office: Office, at: int
) -> None:
    request = Request("Kesik", f"Kişi{chr(96 + at) * 3}", "memur")
    sam = f"kesik.kisi{chr(96 + at) * 3}"
    assert add_and_die(office, request, at)
    for entry in office.read(f"(sAMAccountName={sam}*)"):
        whole = "info" not in entry and len(entry.get("memberOf", [])) == 2
        assert whole or not enabled(entry)
        assert whole == (at >= COMMIT)
    item = added(office, request)
    assert item["status"] == ("created" if at < FIRST_ON_DIRECTORY else "completed")
    check_whole(office, sam, item["slip"])


def test_the_kills_cover_every_write(office: Office) -> None:
    assert not add_and_die(office, Request("Sayan", "Kişi", "memur"), COUNT + 1)


@pytest.mark.torture
@pytest.mark.parametrize("first", range(3, COUNT + 1))
@pytest.mark.parametrize("second", range(1, COUNT + 1))
def test_two_kills_in_a_row_are_no_worse(office: Office, first: int, second: int) -> None:
    request = Request("Çifte", f"Kişi{chr(96 + first)}{chr(96 + second)}", "memur")
    sam = f"cifte.kisi{chr(96 + first)}{chr(96 + second)}"
    add_and_die(office, request, first)
    add_and_die(office, request, second)
    for entry in office.read(f"(sAMAccountName={sam}*)"):
        assert not enabled(entry) or "info" not in entry
    check_whole(office, sam, added(office, request)["slip"])


def asked(office: Office, request: Request, *, namesake: bool = False) -> str:
    """The whole command, to its last write; gives the account's status, or why it was refused."""
    try:
        return str(added(office, request, namesake=namesake)["status"])
    except Refused as refusal:
        return refusal.reason


@pytest.mark.parametrize("namesake", [False, True], ids=["first", "namesake"])
@pytest.mark.parametrize("at", sampled(range(1, TOLD + 1), TOLD))
def test_the_whole_command_killed_after_any_write_and_repeated_makes_one_account(
    office: Office, at: int, *, namesake: bool
) -> None:
    surname = f"Son{chr(96 + at)}{namesake}"
    request = Request("Bütün", surname, "memur")
    if namesake:
        office.make_user(f"butun.{surname}".lower(), givenName="Bütün", sn=surname)
    assert killed(lambda: asked(office, request, namesake=namesake), at)
    if at < TOLD:
        ended = asked(office, request, namesake=namesake)
        assert ended == ("created" if at < FIRST_ON_DIRECTORY else "completed")
    for _again in "ab":  # whoever asked knows it, and asks again: it is another's name, or a mistake
        assert asked(office, request) == "namesake"
    made = [one for one in office.read(f"(&(givenName=Bütün)(sn={surname}))") if "userPrincipalName" in one]
    assert [("info" in one, len(one["memberOf"]), enabled(one)) for one in made] == [(False, 2, True)]
    assert office.run().ledger.verify().open == []


@pytest.mark.parametrize("at", sampled(range(1, 6), 1, 5))
def test_a_write_that_a_dead_run_had_sent_may_be_carried_out_later(office: Office, at: int) -> None:
    request = Request("Geç", f"Gelen{chr(96 + at)}", "memur")
    assert killed_unanswered(lambda: asked(office, request), at)
    ended = asked(office, request)
    while ended not in ("created", "completed"):  # it came between our look and our write
        ended = asked(office, request)
    [entry] = office.read(f"(sn={request.surname})")
    assert ("info" in entry, len(entry["memberOf"]), enabled(entry)) == (False, 2, True)


def test_whoever_arrives_while_a_staff_list_is_planned_is_not_made_twice(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write of a run that died a moment ago, carried out between our two looks at the directory."""
    real = queries.taken

    def late(domain: Domain) -> Taken:
        if not office.read("(employeeID=GC1)"):
            office.make_user("gec.kalan", givenName="Geç", sn="Kalan", employeeID="GC1")
        return real(domain)

    monkeypatch.setattr(queries, "taken", late)
    file = tmp_path / "personel.csv"
    file.write_text(HEAD + "GC1;Geç;Kalan;memur;;;;;;\n")
    document = sync.sync(office.run(), file)
    assert [one["error"].partition(" ")[0] for one in document.failed] != [], document
    assert len(office.read("(employeeID=GC1)")) == 1
    document = sync.sync(office.run(), file)
    assert document.failed == []
    assert [item["sam_account_name"] for item in document.items] == ["gec.kalan"]


@pytest.mark.parametrize("mark", ["", "bitools:pending:20261122T165600Z-4f1c9a"])
def test_a_stranger_s_account_is_never_taken_for_ours(office: Office, mark: str) -> None:
    surname = "Marker" if mark else "Nameless"
    request = Request("Yabancı", surname, "memur")
    sam = f"yabanci.{surname.lower()}"
    assert add_and_die(office, request, 2), "journalled, and not yet in the directory"
    office.make_user(sam, givenName="Yabancı", sn=surname, **({"info": mark} if mark else {}))
    before = office.one(sam)
    with pytest.raises(Refused, match=sam):
        added(office, request)
    item = added(office, request, namesake=True)
    assert (item["sam_account_name"], item["status"]) == (f"{sam}2", "created")
    assert office.one(sam) == before


def test_a_rerun_without_the_journal_completes_a_marked_account_too(office: Office) -> None:
    request = Request("Yarım", "Kalan", "memur")
    assert add_and_die(office, request, 5)
    for file in (office.state / "journal").iterdir():
        file.unlink()
    item = added(office, request)
    assert (item["sam_account_name"], item["status"]) == ("yarim.kalan", "completed")
    assert office.logon("yarim.kalan", password_of(item["slip"])) == "773"


def test_an_unfinished_account_shows_as_pending(office: Office) -> None:
    assert add_and_die(office, Request("Asılı", "Kalan", "memur"), 4)
    [item] = office.bitools("user", "show", "asili.kalan", "--json").document["items"]
    assert item["status"] == "pending"
    assert Path(office.state / "journal").exists()
