"""What is told of the inventory."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope

Several = Literal["sites", "devices", "datasets", "repositories", "sources"]


class PartItem(TypedDict):
    """How much of one kind the inventory names."""

    part: Several | Literal["directory"]
    """Of what."""
    count: int
    """How many; of `directory` 1 if there is one."""


class CheckDocument(Envelope):
    """What `bitools inventory check` prints."""

    schema: Literal["bitools.inventory.check/1"]
    items: list[PartItem]
    """One a part."""


class IgnoredLine(TypedDict):
    """Lines of this device that are no change."""

    pattern: str
    """A regular expression."""
    reason: str
    """Why."""


class DeviceItem(TypedDict):
    """A device after inheritance, with the keys of `devices.yaml`; secrets are references and stay so."""

    device: str
    """Its name."""
    host: str
    """Name or address."""
    platform: str
    """One of `net platforms`."""
    site: str
    """Where it is."""
    role: Literal["wan", "lan"]
    """The wide or the local network."""
    port: int
    """Of the management session."""
    groups: list[str]
    """Whose keys it inherits."""
    username: str
    """Who logs in."""
    password: str | None
    """Where the password is: `env:`, `file:`, …"""
    key_file: str | None
    """The private key, if it is used."""
    enable_password: str | None
    """Where that is, if one is needed."""
    jump: str | None
    """The host that it is reached through."""
    host_key: str | None
    """The only key it may show, if that is fixed here."""
    transport: Literal["auto", "exec", "netmiko", "napalm", "sftp", "telnet"]
    """How it is talked to."""
    legacy_ssh: bool
    """May it use SHA-1?"""
    insecure: bool
    """May it be talked to without encryption?"""
    ignore: list[IgnoredLine]
    """What is no change on it."""
    tags: list[str]
    """For selection."""
    owner: str
    """Who answers for it."""
    enabled: bool
    """Is it read at all?"""
    silent_until: str | None
    """Until this day nobody is told that it does not answer."""


class InventoryListDocument(Envelope):
    """What `bitools inventory list` prints."""

    schema: Literal["bitools.inventory.list/1"]
    items: list[DeviceItem]
    """Those that were selected."""


class FileItem(TypedDict):
    """A file that was written, or would be."""

    name: str
    """Without folder."""
    path: str
    """Where."""
    status: Literal["written", "unchanged", "planned"]
    """`planned`: in a dry run."""


class SchemaDocument(Envelope):
    """What `bitools inventory schema` prints."""

    schema: Literal["bitools.inventory.schema/1"]
    items: list[FileItem]
    """One a file of the inventory."""


class InitDocument(Envelope):
    """What `bitools inventory init` prints."""

    schema: Literal["bitools.inventory.init/1"]
    items: list[FileItem]
    """One a file."""


class AddDocument(Envelope):
    """What `bitools inventory add` prints."""

    schema: Literal["bitools.inventory.add/1"]
    items: list[FileItem]
    """One a file."""


class ImportedItem(TypedDict):
    """A device found in another tool's list: what that list says of it, in our words."""

    device: str
    """Its name, in letters that we use."""
    host: NotRequired[str]
    """Name or address."""
    platform: NotRequired[str]
    """`?` if the list does not say."""
    site: NotRequired[str]
    """Where it is."""
    role: NotRequired[str]
    """The wide or the local network."""
    port: NotRequired[int]
    """Of the management session."""
    username: NotRequired[str]
    """Who logs in."""
    groups: NotRequired[list[str]]
    """Whose keys it inherits."""
    tags: NotRequired[list[str]]
    """For selection."""
    jump: NotRequired[str]
    """The host that it is reached through."""
    owner: NotRequired[str]
    """Who answers for it."""
    enabled: NotRequired[bool]
    """Is it read at all?"""
    action: NotRequired[Literal["added", "changed", "removed"]]
    """With `--sync`: what happens to it in devices.d/imported.yaml."""
    before: NotRequired[dict[str, Any]]
    """With `--sync`: its keys before."""


class ImportDocument(Envelope):
    """What `bitools inventory import` prints."""

    schema: Literal["bitools.inventory.import/1"]
    items: list[ImportedItem]
    """One a device."""
    text: str
    """devices.yaml, ready to be kept; with `--sync` devices.d/imported.yaml."""
