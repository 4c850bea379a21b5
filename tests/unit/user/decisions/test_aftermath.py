"""What became of a change whose answer was lost: the directory holds the new value, the old one, or neither."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bitools.user.decisions.account import Account, Flag, expiry
from bitools.user.decisions.account_control import disabling, expiring, flags, unlocking
from bitools.user.decisions.aftermath import became
from bitools.user.decisions.change import Plan
from bitools.user.decisions.group import Group
from bitools.user.decisions.membership import joining, leaving

ZONE = ZoneInfo("Europe/Istanbul")
VPN = Group("VPN", "CN=VPN,OU=Gruplar,DC=belediye,DC=test", "g1")
BEFORE = Account(
    "CN=Işıl Şen,OU=Memur,DC=belediye,DC=test", "guid", "S-1-5-21-1-1-1-1104", "isil.sen",
    Flag.NORMAL, frozenset({"user"}), {"title": "Memur"},
)  # fmt: skip
DISABLED = replace(BEFORE, flags=Flag.NORMAL | Flag.DISABLED)
LOCKED = replace(BEFORE, locked=True)
MEMBER = replace(BEFORE, groups=(VPN.dn.upper(),))
ENDING = replace(BEFORE, expires=expiry(date(2027, 1, 31), ZONE))
CASES = {
    "disable": (BEFORE, disabling(BEFORE), DISABLED),
    "enable": (DISABLED, flags(DISABLED, Flag.NORMAL), BEFORE),
    "unlock": (LOCKED, unlocking(LOCKED), BEFORE),
    "grant": (BEFORE, joining(BEFORE, [VPN]), MEMBER),
    "revoke": (MEMBER, leaving(MEMBER, [VPN]), BEFORE),
    "expire": (BEFORE, expiring(BEFORE, date(2027, 1, 31), ZONE), ENDING),
    "never": (ENDING, expiring(ENDING, None, ZONE), BEFORE),
}


def announced(account: Account, plan: Plan) -> dict[str, object]:
    return account.item("x", "enabled", plan.changes)


@pytest.mark.parametrize("name", CASES)
def test_the_new_value_means_done_and_the_old_one_failed(name: str) -> None:
    before, plan, after = CASES[name]
    assert plan.changes
    assert became(f"user.{name}", announced(before, plan), after) == "done"
    assert became(f"user.{name}", announced(before, plan), before) == "failed"


def test_half_of_it_or_another_value_is_nobody_s_to_say() -> None:
    two = disabling(BEFORE).then(joining(BEFORE, [VPN]))
    assert became("user.change", announced(BEFORE, two), DISABLED) is None
    assert became("user.change", announced(BEFORE, two), replace(DISABLED, groups=(VPN.dn,))) == "done"
    text = {"changes": [{"attribute": "title", "old": "Memur", "new": "Şef"}]}
    assert became("user.set", text, replace(BEFORE, attributes={"title": "Şef"})) == "done"
    assert became("user.set", text, replace(BEFORE, attributes={"title": "Müdür"})) is None
    assert became("user.set", text, None) is None
    assert became("user.set", {"changes": [{"attribute": "x", "old": "1", "new": "2"}]}, BEFORE) is None
    assert became("user.set", None, BEFORE) is None
    assert became("user.set", {"changes": "x"}, BEFORE) is None


def test_other_bits_that_others_changed_meanwhile_do_not_matter() -> None:
    after = replace(DISABLED, flags=DISABLED.flags | Flag.SMARTCARD_REQUIRED)
    assert became("user.disable", announced(BEFORE, disabling(BEFORE)), after) == "done"


def test_an_account_that_is_not_whole_is_neither_made_nor_not_made() -> None:
    pending = replace(DISABLED, attributes={"info": "bitools:pending:r"})
    assert became("user.add", {"dn": BEFORE.dn}, None) == "failed"
    assert became("user.add", {"dn": BEFORE.dn}, pending) is None
    assert became("user.add", {"dn": BEFORE.dn}, BEFORE) == "done"


def test_a_leaver_has_gone_when_nothing_is_left() -> None:
    leavers = "OU=Ayrilanlar,DC=belediye,DC=test"
    gone = replace(DISABLED, dn=f"CN=Işıl Şen,{leavers}")
    assert became("user.offboard", {}, gone, leavers) == "done"
    assert became("user.offboard", {}, DISABLED, leavers) is None
    assert became("user.offboard", {}, BEFORE, leavers) == "failed"


def test_a_password_that_had_to_be_changed_before_tells_nothing() -> None:
    asked = {"changes": [{"attribute": "pwdLastSet", "old": None, "new": "0"}]}
    assert became("user.passwd", asked, replace(BEFORE, must_change=True)) == "done"
    assert became("user.passwd", asked, replace(BEFORE, password_set=datetime.now(UTC))) == "failed"
    again = {"changes": [{"attribute": "pwdLastSet", "old": "0", "new": "0"}]}
    assert became("user.passwd", again, replace(BEFORE, must_change=True)) is None
