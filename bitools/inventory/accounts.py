"""The directory (Active Directory) and what a new account gets."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from bitools.frozen import Frozen
from bitools.i18n import _
from bitools.inventory.base import DISTINGUISHED_NAME, InventoryPath, Name, SecretReference
from bitools.inventory.words import plain_host

CONNECTOR_FIELDS = ("event", "sam", "employee_id", "role", "given", "surname", "mail", "old_sam")
DistinguishedName = Annotated[str, Field(min_length=3, pattern=DISTINGUISHED_NAME)]


class Bind(Frozen):
    """The account that bitools works as. It should be a delegated one, not a Domain Admin.

    A name and its password; or `kerberos: true`, and then a password, a keytab, or the ticket of whoever runs
    bitools. With a password Kerberos never sends it.
    """

    username: str = ""
    password: SecretReference | None = None
    kerberos: bool = False
    keytab: InventoryPath | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if not self.kerberos and (not self.username or self.password is None or self.keytab):
            raise ValueError(_("username: and password:, or kerberos: true"))
        if self.password is not None and (self.keytab or not self.username):
            raise ValueError(_("with password: goes username:, and no keytab:"))
        return self


class Role(Frozen):
    """What a person in this role gets: a place in the tree, groups, and attributes.

    `{sam}` in `mail`, `home`, `profile`, `mailbox` is the account's name. `mailbox` is a program with its
    arguments; it runs before the account is opened, and again if that was interrupted.
    """

    ou: DistinguishedName
    groups: tuple[str, ...] = ()
    attributes: dict[str, str] = Field(default_factory=dict)
    expires_days: Annotated[int | None, Field(ge=1)] = None
    mail: str = ""
    home: str = ""
    home_drive: Annotated[str, Field(pattern=r"^([A-Z]:)?$")] = ""
    profile: str = ""
    mailbox: str = ""

    @field_validator("mail", "home", "profile", "mailbox")
    @classmethod
    def _known_fields(cls, value: str) -> str:
        try:
            value.format(sam="a")
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError(_("only {sam} is filled in here, the account's name")) from error
        return value


class Department(Frozen):
    """What everybody of a directorate gets beside the role; `ou` replaces the role's."""

    ou: DistinguishedName | None = None
    groups: tuple[str, ...] = ()
    attributes: dict[str, str] = Field(default_factory=dict)


class Custody(Frozen):
    """Who still has what: a CSV file, or a program that prints one. `max_age` in days, of the file."""

    file: InventoryPath | None = None
    command: str = ""
    max_age: Annotated[int, Field(ge=1)] = 7

    @field_validator("max_age", mode="before")
    @classmethod
    def _days(cls, value: object) -> object:
        """`7` and `7d` are the same."""
        found = re.fullmatch(r"(\d+)\s*d?", value) if isinstance(value, str) else None
        return int(found[1]) if found else value

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.file is None) == (not self.command):
            raise ValueError(_("either file: or command:"))
        return self


class Task(Frozen):
    """One line of the leaver's check-list: a person ticks it, or a program does it.

    The program is given `{sam}` and `{employee_id}`.
    """

    text: str
    command: str = ""


class Connector(Frozen):
    """What another system (EBYS, MIS, GIS, mail) needs when an account is opened, closed, renamed or moved.

    A program with its arguments (`{event} {sam} {employee_id} {role} {given} {surname} {mail} {old_sam}` are
    filled in), or a line that a person ticks. It never holds up or undoes what the directory does.
    """

    text: str
    on: Annotated[tuple[Literal["add", "disable", "rename", "move", "offboard"], ...], Field(min_length=1)]
    command: str = ""
    timeout: Annotated[int, Field(ge=1, le=300)] = 30  # seconds
    retries: Annotated[int, Field(ge=0, le=5)] = 2  # at once; after that the timer's

    @field_validator("command")
    @classmethod
    def _known_fields(cls, value: str) -> str:
        try:
            value.format_map(dict.fromkeys(CONNECTOR_FIELDS, ""))
        except (KeyError, IndexError, ValueError) as error:
            names = ", ".join(f"{{{name}}}" for name in CONNECTOR_FIELDS)
            raise ValueError(_("filled in are: {names}").format(names=names)) from error
        return value


class UsernamePattern(Frozen):
    """How a login is made from a name; `max` characters at most (sAMAccountName: 20)."""

    pattern: str = "{given}.{surname}"
    max: Annotated[int, Field(ge=4, le=20)] = 20

    @field_validator("pattern")
    @classmethod
    def _known_fields(cls, value: str) -> str:
        try:
            value.format(given="a", surname="b", initial="c")
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError(_("the pattern knows {given}, {surname} and {initial}")) from error
        return value


class Guards(Frozen):
    """What is never done without being asked for on purpose."""

    max_changes: Annotated[int, Field(ge=1)] = 25
    protected: tuple[str, ...] = ()


class Directory(Frozen):
    """`directory.yaml`."""

    domain: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")]
    servers: Annotated[tuple[str, ...], Field(min_length=1)]
    ca: InventoryPath
    bind: Bind
    people: DistinguishedName
    leavers: DistinguishedName
    roles: dict[Name, Role] = Field(default_factory=dict)
    username: UsernamePattern = UsernamePattern.absent()
    departments: dict[str, Department] = Field(default_factory=dict)
    guards: Guards = Guards.absent()
    custody: Custody | None = None
    checklist: dict[Name, Task] = Field(default_factory=dict)
    connectors: dict[Name, Connector] = Field(default_factory=dict)
    timeout: Annotated[int, Field(ge=1, le=120)] = 10  # seconds, to find out whether a server can be used
    answer_timeout: Annotated[int, Field(ge=1, le=600)] = 60  # seconds; a busy server is slow, not dead
    replication_timeout: Annotated[int, Field(ge=0, le=3600)] = 30  # seconds to wait for the other server

    @field_validator("servers")
    @classmethod
    def _no_plain_ldap(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for server in value:
            if "://" in server and not server.startswith("ldaps://"):
                raise ValueError(_("only LDAPS is spoken; write the server's name, or ldaps://NAME"))
            plain_host(server.removeprefix("ldaps://"))
        return value
