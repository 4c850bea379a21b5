"""What is told of accounts that are only looked at."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope
from bitools.documents.user import AccountItem
from bitools.documents.words import Moment

Event = Literal["add", "disable", "rename", "move", "offboard"]


class UserShowItem(AccountItem):
    """Everything bitools knows of an account."""

    attributes: dict[str, str]
    """Texts of the directory, by their LDAP names."""
    groups: list[str]
    """The DNs of its groups, without the primary one."""
    must_change: bool
    """Must the password be changed at the next logon?"""
    locked: bool
    """Locked out after wrong passwords."""
    services: list[str]
    """Service principal names: services run as it."""
    created: Moment | None
    """When the account was made."""
    expires: Moment | None
    """The last moment it works, in the municipality's zone."""
    last_day: str | None
    """The last day it works, `2027-06-30`."""
    password_set: Moment | None
    """When its password was set last."""
    last_logon: Moment | None
    """Up to 14 days old, by design of Windows (lastLogonTimestamp)."""
    connectors: NotRequired[list[UserNeed]]
    """What other systems were told of this account, or still have to be."""
    grants: NotRequired[list[UserMembership]]
    """Groups that it is in until a day."""
    password_expires: NotRequired[Moment | None]
    """When its password ends, if that was asked for."""


class UserNeed(TypedDict):
    """What one other system needs because of one event."""

    sam_account_name: str
    """The account's name at that time."""
    connector: str
    """As directory.yaml names it."""
    event: Event
    """What was done to the account."""
    status: Literal["pending", "open", "failed", "done"]
    """`pending`: the directory was about to be changed; `open`: a person has to act."""
    time: Moment
    """Since when it is so."""
    by: str | None
    """Who did it, or which program."""
    error: str | None
    """What the program said."""


class UserConnectorsItem(UserNeed):
    """The same, of any account."""

    guid: str
    """The account's, in the directory."""


class UserConnectors(Envelope):
    """What `user connectors` prints."""

    schema: Literal["bitools.user.connectors/1"]
    items: list[UserConnectorsItem]
    """One a connector, event and account."""


class UserMembership(TypedDict):
    """A membership that ends on a day."""

    group: str
    """The group's DN."""
    until: str
    """The last day, `2027-06-30`."""
    reason: str
    """Why it was granted; empty if nobody said."""
    ends_by: NotRequired[Literal["directory", "timer"]]
    """Who ends it: the forest by itself, or `user revoke --due`."""


class UserListItem(UserShowItem):
    """An account to which all conditions apply."""

    privileges: NotRequired[list[str]]
    """Why it is privileged, if privileged accounts were asked for."""


class UserAuditItem(AccountItem):
    """One thing that is wrong with one account."""

    rule: str
    """Its name, for programs."""
    why: str
    """In words."""
    duties: list[str]
    """Articles of the regulation that it offends."""


class UserNameItem(TypedDict):
    """A user name that is made, not looked up."""

    sam_account_name: str
    """The log-in name a person of this name gets, if nobody has it yet."""
    given: str
    """Their given names, as typed."""
    surname: str
    """Their surname, as typed."""


class UserAccessItem(TypedDict):
    """Who is in what, against what the role gives."""

    sam_account_name: str
    """The log-in name."""
    guid: str
    """In the directory; it never changes."""
    dn: str
    """Where the account stands."""
    name: str
    """As it is shown."""
    employee_id: str
    """Empty if it has none."""
    department: str
    """As the directory has it."""
    title: str
    """As the directory has it."""
    enabled: bool
    """May it log on?"""
    role: str | None
    """By ledger, or by place and groups; null if it fits none."""
    given: list[str]
    """Groups that the role gives, and it has."""
    granted: list[str]
    """Groups that were granted by name and never revoked."""
    extra: list[str]
    """Groups that nobody accounts for."""
    missing: list[str]
    """Groups that the role gives, and it has not."""


class UserName(Envelope):
    """What `user name` prints."""

    schema: Literal["bitools.user.name/1"]
    items: list[UserNameItem]
    """One."""


class UserShow(Envelope):
    """What `user show` prints."""

    schema: Literal["bitools.user.show/1"]
    items: list[UserShowItem]
    """One an account."""


class UserList(Envelope):
    """What `user list` prints."""

    schema: Literal["bitools.user.list/1"]
    items: list[UserListItem]
    """One an account."""
    stale_slack_days: NotRequired[int]
    """Windows records logons up to so many days late; only certain ones are listed."""
    mails: NotRequired[int]
    """How many people were now told by mail that their password ends."""


class UserAudit(Envelope):
    """What `user audit` prints."""

    schema: Literal["bitools.user.audit/1"]
    items: list[UserAuditItem]
    """One a finding."""
    accounts: int
    """How many accounts were looked at."""


class UserAccess(Envelope):
    """What `user access` prints."""

    schema: Literal["bitools.user.access/1"]
    items: list[UserAccessItem]
    """One an account."""
