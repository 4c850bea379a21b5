"""Who is in which groups. The primary one is not among them: Windows keeps it elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bitools.user.decisions.account import Account, Change
from bitools.user.decisions.change import Plan, Right, Write
from bitools.user.decisions.group import Group


def joining(account: Account, groups: Sequence[Group], seconds: int = 0) -> Plan:
    """Be in all of these groups; for so many `seconds`, if the forest can end a membership by itself."""
    member = {dn.casefold() for dn in account.groups}
    return _members(account, "ADD", [group for group in groups if group.dn.casefold() not in member], seconds)


def leaving(account: Account, groups: Sequence[Group]) -> Plan:
    """Be in none of these groups."""
    member = {dn.casefold() for dn in account.groups}
    return _members(account, "DELETE", [group for group in groups if group.dn.casefold() in member])


def _members(account: Account, kind: str, groups: Sequence[Group], seconds: int = 0) -> Plan:
    """One operation a group: a member already there makes Windows refuse a whole list.

    Who joins is named by GUID (MS-ADTS 3.1.1.3.1.2.4): the same run may have moved the account. Who joins for
    a time is named by DN, behind how long that is (MS-ADTS 3.1.1.9.2, the Privileged Access Management
    feature).
    """
    member = f"<GUID={account.guid}>" if kind == "ADD" else account.dn
    member = f"<TTL={seconds},{account.dn}>" if seconds else member
    return Plan(
        tuple(
            Change("memberOf", *((None, group.dn) if kind == "ADD" else (group.dn, None))) for group in groups
        ),
        tuple(
            Write(f"<GUID={group.guid}>", {"member": (kind, [member])}, about=group.dn) for group in groups
        ),
        tuple(Right(group.dn, "member") for group in groups),
    )
