"""Sites, devices and the hosts one reaches them through."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from bitools.frozen import Frozen
from bitools.i18n import _
from bitools.inventory.base import InventoryPath, Name, SecretReference
from bitools.inventory.words import HostKeyLine, HostName, Word

Transport = Literal["auto", "exec", "netmiko", "napalm", "sftp", "telnet"]
Role = Literal["wan", "lan"]
Port = Annotated[int, Field(ge=1, le=65535)]


class Site(Frozen):
    """A place; its line carries `workers` sessions at a time. `defaults`: keys for every device there."""

    name: str = ""
    mail: tuple[str, ...] = ()
    workers: Annotated[int, Field(ge=1, le=200)] = 10
    defaults: dict[str, Any] = Field(default_factory=dict)


class Ignored(Frozen):
    """Lines that are no change on this device, and why."""

    pattern: str
    reason: Annotated[str, Field(min_length=1)]


class Device(Frozen):
    """A switch or router, after inheritance: defaults < site < groups, in order < device."""

    name: Name
    host: Annotated[HostName, Field(min_length=1, max_length=255)]
    platform: str
    site: str
    role: Role = "lan"
    port: Port = 22
    groups: tuple[str, ...] = ()
    username: Annotated[Word, Field(min_length=1)]
    password: SecretReference | None = None
    key_file: InventoryPath | None = None
    enable_password: SecretReference | None = None
    jump: str | None = None
    host_key: HostKeyLine | None = None
    transport: Transport = "auto"
    legacy_ssh: bool = False
    insecure: bool = False
    ignore: tuple[Ignored, ...] = ()
    tags: tuple[str, ...] = ()
    owner: str = ""
    enabled: bool = True
    silent_until: date | None = None

    @model_validator(mode="before")
    @classmethod
    def _telnets_own_port(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("transport") == "telnet":
            return {"port": 23, **data}
        return data

    @model_validator(mode="after")
    def _never_in_the_clear_unsaid(self) -> Self:
        if self.transport == "telnet" and not self.insecure:
            raise ValueError(_("telnet sends passwords in clear text; if it must be, add insecure: true"))
        return self


class Host(Frozen):
    """A machine reached over SSH with a key: a jump host, or a server whose data is pulled."""

    host: HostName
    port: Port = 22
    username: Annotated[Word, Field(min_length=1)]
    key_file: InventoryPath
    host_key: HostKeyLine | None = None


class DeviceFile(Frozen):
    """`devices.yaml` as written; groups and defaults hold any of a device's keys."""

    defaults: dict[str, Any] = Field(default_factory=dict)
    groups: dict[str, dict[str, Any]] = Field(default_factory=dict)
    devices: dict[Name, dict[str, Any]] = Field(default_factory=dict)
