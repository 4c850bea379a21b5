"""Who is privileged, and what `protected:` names, by what a controller says of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bitools.errors import Refused
from bitools.user.decisions import checks
from bitools.user.decisions.account import Account, Flag
from bitools.user.decisions.group import Group

USERS = "S-1-5-21-1-2-3-513"
AYSE = Account(
    "CN=Ayşe Kaya,OU=Memur,DC=belediye,DC=test", "g", "S-1-5-21-1-2-3-1104", "ayse.kaya", Flag.NORMAL,
    frozenset({"user"}), {}, all_groups=frozenset({USERS}),
)  # fmt: skip
FACTS = checks.GuardFacts("ali.veli", "S-1-5-21-1-2-3-1105")


@pytest.mark.parametrize(
    "more",
    [
        {"all_groups": frozenset({USERS, "S-1-5-21-1-2-3-512"})},
        {"all_groups": frozenset({USERS, "S-1-5-32-548"})},
        {"primary_group": 512},
        {"former_sids": frozenset({"S-1-5-21-9-9-9-519"})},
        {"admin_count": 1},
        {"service_names": ("HTTP/mis",)},
        {"all_groups": frozenset()},
    ],
)
def test_who_is_more_than_others_or_cannot_be_seen_through_is_refused(more: dict[str, object]) -> None:
    one = replace(AYSE, **more)  # type: ignore[arg-type]
    with pytest.raises(Refused):
        checks.account(one, FACTS, override=False)
    checks.account(one, FACTS, override=True)
    checks.account(AYSE, FACTS, override=False)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ayse.kaya", True),
        (" AYŞE.KAYA ", True),
        ("BELEDIYE\\ayse.kaya", True),
        ("ayse.kaya@belediye.test", True),
        ("cn=ayşe kaya, ou=memur, dc=belediye, dc=test", True),
        ("OU=Memur,DC=belediye,DC=test", True),
        ("DC=belediye,DC=test", True),
        ("Ayşe Kaya", False),
        ("ayse", False),
        ("OU=emur,DC=belediye,DC=test", False),
        ("mur,DC=belediye,DC=test", False),
        ("CN=Ayşe Kaya", False),
    ],
)
def test_protected_names_an_account_or_the_ou_above_it(written: str, *, meant: bool) -> None:
    assert bool(checks.never(AYSE, replace(FACTS, protected=(written,)))) == meant


def test_protected_names_a_group_by_its_name_or_place() -> None:
    dn = "CN=Encümen\\, Meclis,OU=Gruplar,DC=belediye,DC=test"
    group = Group("encumen", dn, "g")
    for written in ("ENCÜMEN", "Encümen, Meclis", dn, "OU=Gruplar,DC=belediye,DC=test"):
        assert checks.protects(group, [written]), written
    assert not checks.protects(group, ["Encümen2", "OU=Grup,DC=belediye,DC=test", "ayse.kaya"])
