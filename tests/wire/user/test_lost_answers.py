"""An answer that was lost on its way: the ledger says that nobody knows, and the next run of any kind looks it
up. Whatever the ledger says at last is what the directory says.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bitools.figures.performed import performed
from lab.certificates import Authority
from lab.directory import DomainController
from lab.directory_faults import Fault, FaultyController
from tests.wire.user.conftest import Office, describe
from tests.wire.user.test_any_message import CHANGES, Change

VERBS = ("disable", "enable", "unlock", "grant", "revoke", "move", "expire", "set", "rename", "passwd")


@pytest.fixture(scope="module")
def proxy(controller: DomainController) -> Iterator[FaultyController]:
    files = Authority(controller._tls).issue("good", "dc1.belediye.test", controller.address)
    with FaultyController(controller.address, files, controller.address) as faulty:
        yield faulty


@pytest.mark.parametrize("how", ["lost", "cut"])
@pytest.mark.parametrize("verb", VERBS)
def test_the_ledger_ends_saying_what_the_directory_says(
    office: Office, proxy: FaultyController, verb: str, how: str
) -> None:
    """`cut`: it was carried out, and the answer did not come; `lost`: the question never arrived."""
    change, sam = CHANGES[verb], f"{verb[:6]}.kayip{how[0]}"
    change.prepare(office, office.make_user(sam))
    describe(office.command_line.inventory, office.controller, proxy.name)
    words = change.words(office, sam)
    kind = "move" if verb == "move" else "modify"
    proxy.spoil(Fault(kind, 1, how))
    assert office.bitools("user", *words, "--yes").code == 13
    proxy.spoil(None)
    act = acts(office, sam)[-1]
    assert (act.action, act.outcome) == (f"user.{verb}", "unknown")
    assert office.bitools("user", "audit").code in (0, 4), "a run about something else"
    act = acts(office, sam)[-1]
    made = is_made(change, office.one(sam, "lockoutTime"))
    # of several writes the first is made: of two groups one; of a rename the move, which is before this one
    half = verb in ({"cut": ("grant", "revoke"), "lost": ("rename",)}[how])
    assert made == (how == "cut" and not half)
    assert act.outcome == ("unknown" if half else "done" if made else "failed"), act
    assert office.run().ledger.verify().open == []
    assert office.bitools("user", *words, "--yes").code == 0
    assert change.made(office.one(sam, "lockoutTime"))
    assert acts(office, sam)[-1].outcome == "done"


def is_made(change: Change, entry: dict[str, list[bytes]]) -> bool:
    """Has it what the change gives? One that never had any of it has not."""
    try:
        return change.made(entry)
    except KeyError:
        return False


def acts(office: Office, sam: str) -> list[object]:
    return [act for act in performed(office.run().ledger.entries()) if act.target == sam]  # type: ignore[misc]


@pytest.mark.parametrize("how", ["lost", "cut"])
def test_an_account_whose_opening_was_not_answered(office: Office, proxy: FaultyController, how: str) -> None:
    describe(office.command_line.inventory, office.controller, proxy.name)
    words = ["add", "--given", "Kayıp", "--surname", f"Yanıt{'bc'[how == 'cut']}", "--role", "memur", "--yes"]
    proxy.spoil(Fault("modify", 4, how))  # the one that opens it
    assert office.bitools("user", *words).code == 13
    proxy.spoil(None)
    sam = f"kayip.yanit{'bc'[how == 'cut']}"
    assert acts(office, sam)[-1].outcome == "unknown"
    office.bitools("user", "audit")
    open_ = "info" in office.one(sam)
    assert acts(office, sam)[-1].outcome == ("unknown" if open_ else "done")
    assert office.bitools("user", *words).code == 0
    assert {act.outcome for act in acts(office, sam)} == {"done"}
