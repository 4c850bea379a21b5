"""What is to be done to an account, as data: what people see, what is written, and by which right. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bitools.i18n import _
from bitools.user.decisions.account import Change

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
    groups: tuple[Any, ...] = ()  # that it is about

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
