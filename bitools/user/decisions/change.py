"""What is to be done to an account, as data: what people see, what is written, and by which right. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bitools.i18n import _
from bitools.user.decisions.account import Account, Change
from bitools.user.decisions.group import Group

Value = str | bytes | int | datetime  # the wire knows how a controller wants it
Modification = Mapping[str, tuple[str, Sequence[Value]]]


@dataclass(frozen=True, slots=True)
class Write:
    """One operation: attributes of an object, or (`parent`) its move below another."""

    dn: str
    changes: Modification = field(default_factory=dict)
    name: str = ""
    parent: str = ""
    about: str = ""  # what it is called when it fails


@dataclass(frozen=True, slots=True)
class Right:
    """What must be allowed to us: to write an attribute of an object, or to make users below it."""

    dn: str
    attribute: str = ""

    def __str__(self) -> str:
        if self.attribute:
            return _("write {attribute} of {dn}").format(attribute=self.attribute, dn=self.dn)
        return _("put users into {dn}").format(dn=self.dn)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done to one account; nothing, if it is as it should be."""

    changes: tuple[Change, ...] = ()
    writes: tuple[Write, ...] = ()
    rights: tuple[Right, ...] = ()
    lost: tuple[str, ...] = ()  # what cannot be done, and why; the rest is
    groups: tuple[Group, ...] = ()  # that it is about

    def then(self, *others: Plan, lost: tuple[str, ...] = ()) -> Plan:
        """This, then those, in one go."""
        all_of = (self, *others)
        return Plan(
            tuple(change for one in all_of for change in one.changes),
            tuple(write for one in all_of for write in one.writes),
            tuple(right for one in all_of for right in one.rights),
            (*(why for one in all_of for why in one.lost), *lost),
            tuple(group for one in all_of for group in one.groups),
        )


NOTHING = Plan()


def replacing(account: Account, wanted: Mapping[str, str | None]) -> Plan:
    """These attributes as they are wanted (None: cleared), in one write; what is so already is left alone."""
    has = {**account.attributes, "sAMAccountName": account.sam_account_name}
    new = {name: value for name, value in sorted(wanted.items()) if has.get(name) != value}
    if not new:
        return NOTHING
    replaced = {name: ("REPLACE", [value] if value is not None else []) for name, value in new.items()}
    return Plan(
        tuple(Change(name, has.get(name), value) for name, value in new.items()),
        (Write(f"<GUID={account.guid}>", replaced, about=account.sam_account_name),),
        tuple(Right(account.dn, name) for name in new),
    )
