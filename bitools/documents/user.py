"""What is told of accounts."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope
from bitools.documents.words import Moment

Action = Literal[
    "add",
    "adopt",
    "audit",
    "change",
    "complete",
    "disable",
    "enable",
    "expire",
    "grant",
    "list",
    "move",
    "none",
    "offboard",
    "passwd",
    "rename",
    "restore",
    "revoke",
    "set",
    "show",
    "unlock",
]
Standing = Literal["enabled", "disabled", "expired", "locked", "pending"]
Outcome = Literal[
    "planned",
    "unchanged",
    "adopted",
    "changed",
    "checklist",
    "completed",
    "created",
    "disabled",
    "enabled",
    "expires",
    "granted",
    "held",
    "moved",
    "never_expires",
    "offboarded",
    "password_set",
    "renamed",
    "restored",
    "revoked",
    "set",
    "unlocked",
]


AttributeValue = str | int | list[str] | None
Status = Outcome | Standing | Literal["violation"]


class AttributeChange(TypedDict):
    """One attribute of an account; never a secret."""

    attribute: str
    """Its name in the directory."""
    old: AttributeValue
    """Before; times are ISO 8601."""
    new: AttributeValue
    """After; times are ISO 8601."""


class AccountItem(TypedDict):
    """What every document about accounts says of each."""

    sam_account_name: str | None
    """The log-in name; null of a row of a list that has no account."""
    guid: str | None
    """In the directory; it never changes."""
    dn: str | None
    """Where the account stands now."""
    action: Action
    """What was asked for: `add`, `disable`, …"""
    changes: list[AttributeChange]
    """What was changed, or would be."""
    status: Status
    """What came of it (`unchanged`, `planned`, `created`, …); of what was only looked at, how it stands."""


class ChangeDetail(TypedDict, total=False):
    """What is said of some changes beside what all say."""

    rights: list[str]
    """Of a plan: what the account that bitools works as must be allowed."""
    until: str
    """The last day of what was granted."""
    standing: list[str]
    """Groups that stand by name from now on, whatever the post gives: DNs."""
    by_post: list[str]
    """Groups that were granted until a day that is past, and stay because the post gives them: DNs."""
    lost: list[str]
    """What cannot be done any more, and why."""
    slip: str
    """The file with the first password."""
    stays: list[str]
    """What an undone off-boarding leaves closed, and why; of a rehire, the groups that do not come back."""


class UserChangeItem(AccountItem, ChangeDetail):
    """An account that was changed, or would be."""


class ChecklistLine(TypedDict):
    """One line of the leaver's check-list."""

    name: str
    """As directory.yaml names it."""
    text: str
    """What is to be done."""
    done: bool
    """Is it?"""
    by: str | None
    """Who ticked it, or which program did it."""
    time: Moment | None
    """When."""


class LeaverDetail(TypedDict, total=False):
    """What is said of leavers beside."""

    custody: list[str]
    """Of a leaver: what is registered to them, or may be; a line that is not understood has its number."""
    left: list[str]
    """Of a leaver: groups that we may not take away, as DNs."""
    checklist: list[ChecklistLine]
    """Of a leaver: what else is to be done, in other systems."""


class UserOffboardItem(UserChangeItem, LeaverDetail):
    """A leaver's account."""


class RowDetail(ChangeDetail, total=False):
    """What is said of a row of the staff list beside."""

    employee_id: str
    """Of the row."""
    line: int
    """Of the file, from 1."""
    role: str
    """What the post gives comes from this role of directory.yaml."""
    old_role: str | None
    """The role before it, as far as ledger or directory know."""
    kept: list[str]
    """Groups that stay although no post gives them: DNs."""


class UserSyncItem(AccountItem, RowDetail, LeaverDetail):
    """A row of the staff list, or its account."""


class UserAdd(Envelope):
    """What `user add` prints; with `--from` of every row."""

    schema: Literal["bitools.user.add/1"]
    items: list[UserSyncItem]
    """One an account."""


class UserSync(Envelope):
    """What `user sync` prints."""

    schema: Literal["bitools.user.sync/1"]
    items: list[UserSyncItem]
    """One a row that was not refused."""


class UserOffboard(Envelope):
    """What `user offboard` prints."""

    schema: Literal["bitools.user.offboard/1"]
    items: list[UserOffboardItem]
    """One an account."""
    related: NotRequired[list[dict[str, Any]]]
    """Other jobs' documents about the same people: their accounts on devices."""


class UserDisable(Envelope):
    """What `user disable` prints."""

    schema: Literal["bitools.user.disable/1"]
    items: list[UserChangeItem]
    """One an account."""
    related: NotRequired[list[dict[str, Any]]]
    """Other jobs' documents about the same people: their accounts on devices."""


class UserEnable(Envelope):
    """What `user enable` prints."""

    schema: Literal["bitools.user.enable/1"]
    items: list[UserChangeItem]
    """One an account."""


class UserUnlock(Envelope):
    """What `user unlock` prints."""

    schema: Literal["bitools.user.unlock/1"]
    items: list[UserChangeItem]
    """One an account."""


class UserExpire(Envelope):
    """What `user expire` prints."""

    schema: Literal["bitools.user.expire/1"]
    items: list[UserChangeItem]
    """One an account."""


class UserPasswd(Envelope):
    """What `user passwd` prints."""

    schema: Literal["bitools.user.passwd/1"]
    items: list[UserChangeItem]
    """One an account."""


class UserMove(Envelope):
    """What `user move` prints."""

    schema: Literal["bitools.user.move/1"]
    items: list[UserChangeItem]
    """One an account."""


class UserGrant(Envelope):
    """What `user grant` prints."""

    schema: Literal["bitools.user.grant/1"]
    items: list[UserChangeItem]
    """One an account."""


class UserRevoke(Envelope):
    """What `user revoke` prints."""

    schema: Literal["bitools.user.revoke/1"]
    items: list[UserChangeItem]
    """One an account."""


class UserSet(Envelope):
    """What `user set` prints."""

    schema: Literal["bitools.user.set/1"]
    items: list[UserChangeItem]
    """One an account."""


class UserRename(Envelope):
    """What `user rename` prints."""

    schema: Literal["bitools.user.rename/1"]
    items: list[UserChangeItem]
    """One."""


class UserRestore(Envelope):
    """What `user restore` prints."""

    schema: Literal["bitools.user.restore/1"]
    items: list[UserChangeItem]
    """One an account."""


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
        "bitools.user.rename/1",
        "bitools.user.restore/1",
        "bitools.user.revoke/1",
        "bitools.user.set/1",
        "bitools.user.sync/1",
        "bitools.user.unlock/1",
    ]
    items: list[AccountItem]
    """One an account."""
