"""What `bitools status` says of today."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope
from bitools.documents.words import Moment
from bitools.i18n import _

Part = Literal["net", "backups", "copies", "accounts", "iplog", "mail", "ledger", "schedule"]
Stand = Literal["well", "attention", "unset"]


def titles() -> dict[Part, str]:
    """What people call them."""
    return {
        "net": _("network"),
        "backups": _("backups"),
        "copies": _("copies and proofs"),
        "accounts": _("accounts"),
        "iplog": _("IP-distribution log"),
        "mail": _("mails"),
        "ledger": _("ledger and history"),
        "schedule": _("timers"),
    }


class StandingItem(TypedDict):
    """One part of the work."""

    part: Part
    """Which: `copies` are second repositories and the proofs that backups can be read."""
    stand: Stand
    """`attention`: it needs a person, the exit code is 4; `unset`: the inventory says nothing of it."""
    since: Moment | None
    """From then on it stands so; null where nobody knows."""
    text: str
    """How it stands; of several problems the first."""
    more: int
    """How many other problems it has."""
    next: str
    """The command that looks at it or mends it; empty if it is well."""


class TodayDocument(Envelope):
    """What `bitools status` prints."""

    schema: Literal["bitools.status/1"]
    items: list[StandingItem]
    """One a part."""
    next: str
    """What to type next; empty if all is well."""
