"""What is told of accounts."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope


class AttributeChange(TypedDict):
    """One attribute of an account; never a secret."""

    attribute: str
    """Its name in the directory."""
    old: str | list[str] | None
    """Before."""
    new: str | list[str] | None
    """After."""


class AccountItem(TypedDict):
    """What every document about accounts says of each."""

    sam_account_name: str | None
    """The log-in name; null of a row of a list that has no account."""
    guid: str | None
    """In the directory; it never changes."""
    dn: str | None
    """Where the account stands now."""
    action: str
    """What was asked for: `add`, `disable`, …"""
    changes: list[AttributeChange]
    """What was changed, or would be."""
    status: str
    """What came of it: `unchanged`, `planned`, `created`, …"""


class AccountsDocument(Envelope):
    """What every command that changes accounts prints, as far as reports read it."""

    schema: Literal[
        "bitools.user.add/1",
        "bitools.user.disable/1",
        "bitools.user.enable/1",
        "bitools.user.expire/1",
        "bitools.user.grant/1",
        "bitools.user.move/1",
        "bitools.user.offboard/1",
        "bitools.user.passwd/1",
        "bitools.user.restore/1",
        "bitools.user.revoke/1",
        "bitools.user.sync/1",
        "bitools.user.unlock/1",
    ]
    items: list[AccountItem]
    """One an account."""
