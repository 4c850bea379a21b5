"""One simulated switch: its configurations, its accounts, its faults, and what it has counted."""

from __future__ import annotations

import re
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from .dialects import configuration
from .faults import Faults
from .platform import platform

CONFIGURATIONS = Path(__file__).parent / "configurations"
TURKEY = timezone(timedelta(hours=3), "TRT")


@dataclass(frozen=True, slots=True)
class Account:
    """Who may log in. A privileged account starts at the # prompt; others need the enable password."""

    name: str
    password: str
    privileged: bool = False
    public_key: str | None = None


ACCOUNTS = (Account("netops", "lab-netops-2026"), Account("mehmet", "lab-mehmet-2026", privileged=True))
ENABLE_PASSWORD = "lab-enable-2026"


@dataclass(frozen=True, slots=True)
class Switch:
    """What a switch is to be: the caller's description of it.

    `configuration` is the text itself; without it the device gets the one written for its name, else
    the one for its platform. `now` (ISO 8601) stops its clock. `paging` False leaves --More-- out.
    `key_exchange` is the only one it knows, by its SSH name.
    """

    name: str
    platform: str = "cisco_ios"
    configuration: str | None = None
    fault: str | None = None
    accounts: tuple[Account, ...] = ACCOUNTS
    enable_password: str = ENABLE_PASSWORD
    host: str | None = None
    port: int | None = None
    legacy_ssh: bool = False
    telnet: bool = False
    key_exchange: str | None = None
    paging: bool = True
    now: str | None = None

    def as_json(self) -> dict[str, Any]:
        """For the process that simulates it."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Switch:
        """The other way."""
        return cls(**{**data, "accounts": tuple(Account(**account) for account in data["accounts"])})


def written_for(switch: Switch) -> str:
    """The configuration a switch starts with, under its own name."""
    if switch.configuration is not None:
        return switch.configuration
    own = CONFIGURATIONS / f"{switch.name}.cfg"
    if own.is_file():
        return own.read_text("utf-8")
    text = (CONFIGURATIONS / f"{switch.platform}.cfg").read_text("utf-8")
    found = re.search(platform(switch.platform).hostname, text, re.MULTILINE)
    return text.replace(found[1], switch.name) if found else text


@dataclass
class Stamp:
    """When something was done to a configuration, and by whom."""

    time: datetime
    user: str


@dataclass
class Device:
    """A switch while it runs."""

    switch: Switch
    faults: Faults = field(default_factory=Faults)
    logins: int = 0
    rejected_logins: int = 0
    commands: int = 0
    typed: list[str] = field(default_factory=list)
    changed: Stamp | None = None
    saved: Stamp | None = None
    history: list[Stamp] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.platform = platform(self.switch.platform)
        self.faults = Faults.parse(self.switch.fault)
        text = written_for(self.switch)
        self.running = configuration(text, self.platform)
        self.startup = self.running.text()

    @property
    def name(self) -> str:
        """The name it has in the farm, whatever its configuration says."""
        return self.switch.name

    @property
    def hostname(self) -> str:
        """The name in its prompt: what its configuration says now."""
        found = re.search(self.platform.hostname, self.running.text(), re.MULTILINE)
        return found[1] if found else self.name

    def now(self) -> datetime:
        """The device's clock."""
        return datetime.fromisoformat(self.switch.now) if self.switch.now else datetime.now(TURKEY)

    def account(self, name: str) -> Account | None:
        """Find an account; RouterOS clients append terminal options to the name."""
        name = name.partition("+")[0] if self.platform.dialect == "routeros" else name
        return next((account for account in self.switch.accounts if account.name == name), None)

    def touch(self, user: str) -> None:
        """Note that the running configuration was changed, now."""
        self.changed = Stamp(self.now(), user)
        self.history.append(self.changed)

    def save(self, user: str) -> None:
        """Make running the startup configuration."""
        self.startup = self.running.text()
        self.saved = Stamp(self.now(), user)

    def replace(self, text: str, user: str) -> None:
        """Give it another running configuration altogether."""
        self.running = configuration(text, self.platform)
        self.touch(user)

    def show_running(self, command: str = "") -> str:
        """What it prints for its running configuration."""
        return self._shown(self.platform.running_header, self.running.text(command), self.changed)

    def show_startup(self) -> str:
        """What it prints for its startup configuration."""
        return self._shown(self.platform.startup_header, self.startup, self.saved)

    def _shown(self, header: str, text: str, stamp: Stamp | None) -> str:
        platform = self.platform
        change = platform.unchanged
        if stamp:
            change = platform.changed.format(time=stamp.time.strftime(platform.time), user=stamp.user)
        header = header.replace("{change}\n", f"{change}\n" if change else "")
        for name, value in {
            "bytes": str(len(text.encode())),
            "host": self.hostname,
            "now": self.now().strftime(platform.time),
        }.items():
            header = header.replace(f"{{{name}}}", value)
        if platform.salted:
            text = re.sub(platform.salted, lambda found: secrets.token_urlsafe(len(found[0])), text)
        return header + text + platform.footer
