"""Who we are, how mail leaves, who reads the reports."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from bitools.frozen import Frozen
from bitools.i18n import _
from bitools.inventory.ages import Ages, Documents, Keep
from bitools.inventory.base import ADDRESS, InventoryPath, Name, SecretReference, inventory_folder
from bitools.inventory.words import HostName
from bitools.owned import AUDITORS

Address = Annotated[str, Field(pattern=ADDRESS)]


class Mail(Frozen):
    """The relay that takes our mail (submission, RFC 6409)."""

    host: HostName
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    starttls: bool = True
    ca: InventoryPath | None = None
    sender: Annotated[Address, Field(alias="from")]
    username: str | None = None
    password: SecretReference | None = None

    @model_validator(mode="after")
    def _never_in_the_clear(self) -> Self:
        if self.password and not self.starttls:
            raise ValueError(_("a password is only sent after STARTTLS: set starttls: true"))
        return self


Policy = Literal["always", "on-change", "on-problem"]


class Subscription(Frozen):
    """Who gets a report, of which sites (all if none is named), and when.

    `always`: also when there is nothing to say. `on-change`: when something happened. `on-problem`: when
    something needs a person at once: a WAN or security change, a failure, a broken ledger.
    """

    to: Annotated[tuple[Address, ...], Field(min_length=1)]
    sites: tuple[Name, ...] = ()
    when: Policy = "on-change"


@dataclass(frozen=True)
class _OrAddress:
    """An address alone is the common case: `ag@belediye.test` is `{to: [ag@belediye.test]}`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(
            lambda value: {"to": [value]} if isinstance(value, str) else value, handler(source)
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "pattern": ADDRESS}, handler(schema)]}


Subscriptions = tuple[Annotated[Subscription, _OrAddress()], ...]


class Reports(Frozen):
    """Who gets which report: addresses, or subscriptions with sites and a policy of their own.

    `passwords`: so many days before it, everybody is told by mail that their password ends.
    """

    changes: Subscriptions = ()
    daily: Subscriptions = ()
    month: Subscriptions = ()
    year: Subscriptions = ()
    passwords: Annotated[int, Field(ge=1, le=60)] | None = None

    @property
    def subscriptions(self) -> dict[str, Subscriptions]:
        """Who reads which report."""
        return {"changes": self.changes, "daily": self.daily, "month": self.month, "year": self.year}


GPG = "gpg:"
_RECIPIENT = r"^(age1[0-9a-z]+|ssh-(ed25519|rsa) [A-Za-z0-9+/=]+( .*)?|gpg:.+)$"


def program(recipients: Sequence[str]) -> Literal["age", "gpg"]:
    """Which program encrypts to these: `gpg` to key files, `age` to keys."""
    return "gpg" if any(recipient.startswith(GPG) for recipient in recipients) else "age"


def _recipient(value: Any, info: ValidationInfo) -> str:
    """A public key of age or SSH, or `gpg:FILE`, an exported public key; FILE relative to the inventory."""
    if isinstance(value, str) and "SECRET-KEY" in value:
        raise ValueError(_("this is a secret key; what belongs here is the public one (age1…)"))
    if not isinstance(value, str) or not re.match(_RECIPIENT, value):
        raise ValueError(_("a recipient is age1…, ssh-ed25519 …, ssh-rsa … or gpg:FILE (a public key)"))
    return f"{GPG}{inventory_folder(info) / value.removeprefix(GPG)}" if value.startswith(GPG) else value


Recipient = Annotated[
    str, BeforeValidator(_recipient), WithJsonSchema({"type": "string", "pattern": _RECIPIENT})
]


class Recovery(Frozen):
    """Who can read the full configurations, secrets and all, when a switch must be rebuilt."""

    recipients: tuple[Recipient, ...] = ()

    @field_validator("recipients")
    @classmethod
    def _one_program(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len({recipient.startswith(GPG) for recipient in value}) > 1:
            raise ValueError(_("recipients are all of age (age1…, ssh-…) or all of gpg (gpg:FILE)"))
        return value


class Timestamp(Frozen):
    """The time authority (RFC 3161) that stamps sealed days and the ledger's head.

    `ca` holds the certificates it is trusted by. `auth: kamusm`: `username` is the customer number.
    `timeout`: seconds for the whole conversation.
    """

    url: Annotated[str, Field(pattern=r"^https?://[^\s/@]+(/\S*)?$")]
    ca: InventoryPath
    auth: Literal["none", "basic", "kamusm"] = "none"
    username: str = ""
    password: SecretReference | None = None
    timeout: Annotated[int, Field(ge=1, le=120)] = 15

    @field_validator("url")
    @classmethod
    def _port(cls, value: str) -> str:
        try:
            urlsplit(value).port  # noqa: B018 - asking for it is the proof
        except ValueError as error:
            raise ValueError(_("a port is a number from 1 to 65535")) from error
        return value

    @model_validator(mode="after")
    def _known_to_it(self) -> Self:
        if (self.auth == "none") == bool(self.username or self.password):
            raise ValueError(
                _("username: and password: go with auth: basic or auth: kamusm, and with them only")
            )
        if self.auth != "none" and not (self.username and self.password):
            raise ValueError(_("auth: {auth} needs username: and password:").format(auth=self.auth))
        if self.auth == "basic" and not self.url.startswith("https:"):
            raise ValueError(_("a password is only sent over https://"))
        if self.auth == "kamusm" and not (self.username.isascii() and self.username.isdigit()):
            raise ValueError(_("with auth: kamusm the username is the customer number"))
        return self


class LivingSource(Frozen):
    """Where the devices of `devices.d/imported.yaml` come from: a server or a file, and how it is read.

    `columns`: where Oxidized's lines say what. `site`, `platform`: for devices of which the source says none.
    """

    source: Annotated[str, Field(min_length=1)]
    format: Literal["csv", "oxidized", "rancid", "ansible", "nornir", "netbox"]
    columns: str = ""
    site: str = ""
    platform: str = ""
    token: SecretReference | None = None
    ca: InventoryPath | None = None
    max_changes: Annotated[int, Field(ge=1)] = 25


class Settings(Frozen):
    """`settings.yaml`."""

    organisation: str = ""
    language: Literal["tr", "en"] = "tr"
    timezone: str = "Europe/Istanbul"
    mail: Mail | None = None
    reports: Reports = Reports.absent()
    mask_key: SecretReference | None = None
    largest_answer: Annotated[int, Field(ge=1, le=1024)] = 64  # MiB that a device may answer
    recovery: Recovery = Recovery.absent()
    ages: Ages = Ages.absent()
    documents: Documents = Documents.absent()
    keep: Keep = Keep.absent()
    timestamp: Timestamp | None = None
    devices_from: LivingSource | None = None
    # whose members `setup` lets show and prove what was recorded, and do nothing else
    auditors: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.@ -]{0,63}$")] = AUDITORS

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)  # asking for this one alone: a list of all costs a tenth of a second
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            message = _('"{zone}" is no time zone; for example Europe/Istanbul').format(zone=value)
            raise ValueError(message) from error
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The one zone in which days, weeks and quarters are counted."""
        return ZoneInfo(self.timezone)
