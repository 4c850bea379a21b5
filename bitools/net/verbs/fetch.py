"""From a device of the inventory to a proven configuration: log in, show, guard, make canonical."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bitools import platforms, state
from bitools.credentials import Reference
from bitools.engine import Limits
from bitools.errors import BitoolsError, IntegrityBroken, InventoryInvalid, Rejected
from bitools.i18n import _
from bitools.inventory.network import Device, Host
from bitools.net.decisions import guard
from bitools.net.decisions.configuration import Configuration, canonical
from bitools.net.wire import transport
from bitools.net.wire.hostkeys import HostKey, Pins
from bitools.net.wire.mask import mask_key
from bitools.net.wire.ssh import Login, log_in, reach
from bitools.net.wire.transport import Way
from bitools.platforms.model import Journal, Platform
from bitools.run import Run

DEADLINE = 120.0  # seconds a device


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a device has: its running configuration and, if asked for, the one it would start with."""

    running: Configuration
    startup: Configuration | None = None
    shrunk: bool = False


class Fetcher:
    """Everything a fetch needs, read once for the whole run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._own = run.inventory.folder / "platforms"
        self.key = mask_key(run)
        self._recoverable = bool(run.inventory.settings.recovery.recipients)
        self._pins = Pins(run.state.at("known_hosts"))
        self._secrets: dict[Reference, str | BitoolsError] = {}

    def platform(self, device: Device) -> Platform:
        """The device's platform. Raise InventoryInvalid or NotFound."""
        return platforms.load(device.platform, self._own)

    def prepare(self, devices: Sequence[Device]) -> None:
        """Read every platform and secret once, before the workers start."""
        for device in devices:
            self.platform(device)
            for reference in (device.password, device.enable_password):
                if reference and reference not in self._secrets:
                    self._secrets[reference] = _resolved(reference)

    def limits(self, deadline: float) -> Limits[Device]:
        """How hard the devices may be pressed; one credential is one user name with one password."""
        sites = self._run.inventory.sites
        return Limits(
            deadline=deadline,
            risky=True,
            credential=lambda device: (device.username, device.password, device.key_file),
            site=lambda device: device.site,
            site_workers=lambda device: sites[device.site].workers if device.site in sites else 10,
        )

    def fetch(
        self, device: Device, before: str = "", *, startup: bool = False, smaller: bool = False
    ) -> Fetched:
        """Fetch now. `before` is what the device had last; `smaller` believes a big drop at once.

        Raise our errors; what came but is not whole is kept, masked, in the quarantine.
        """
        platform = self.platform(device)
        if startup and not platform.commands.startup:
            raise InventoryInvalid(
                _("{platform} keeps no startup configuration").format(platform=platform.title),
                target=device.name,
            )
        fetched = self._once(device, platform, startup, before)
        text, lines = fetched.running.text, before.count("\n")
        if smaller or not before:
            return fetched
        if platform.whole.end is None and guard.cut_off(text, before):
            raise self._quarantined(device, text, guard.cut())
        if not guard.shrunk(fetched.running.lines, lines):
            return fetched
        again = self._once(device, platform, startup, before)
        if again.running.text != text:
            raise self._quarantined(device, text, _vanished(fetched.running.lines, lines))
        return replace(again, shrunk=True)

    def _once(self, device: Device, platform: Platform, startup: bool, before: str) -> Fetched:
        """Ask for everything in one session. What nothing marks the end of must come alike two times."""
        with transport.opened(device, platform, self._login(device), self.through(device)) as way:
            running = self._proven(device, platform, way, platform.commands.running)
            unmarked = platform.whole.end is None and platform.nesting != "braces"
            if unmarked and running.text != before:
                again = self._proven(device, platform, way, platform.commands.running)
                if again.text != running.text:
                    raise self._quarantined(device, running.text, _unsteady())
            other = None
            if startup and platform.commands.startup:
                other = self._proven(device, platform, way, (platform.commands.startup,))
        return Fetched(running, other)

    def ask(self, device: Device, journal: Journal) -> str:
        """What the device prints for its log, as it is: never for the history."""
        platform = self.platform(device)
        if journal.alone and device.transport != "telnet":
            device = device.model_copy(update={"transport": "exec"})
        with transport.opened(device, platform, self._login(device), self.through(device)) as way:
            return way.ask(journal.command)

    def _proven(self, device: Device, platform: Platform, way: Way, commands: Sequence[str]) -> Configuration:
        raw = "".join(
            _under(command, way.ask(command)) if len(commands) > 1 else way.ask(command)
            for command in commands
        )
        configuration = canonical(raw, platform, self.key)
        try:
            guard.examine(raw, platform, way.host, commands[-1])
        except (IntegrityBroken, Rejected) as error:
            raise self._quarantined(device, configuration.text, error) from error
        if self._recoverable:
            return replace(configuration, full=raw.replace("\r", ""))
        return configuration

    def _quarantined(self, device: Device, text: str, error: BitoolsError) -> BitoolsError:
        state.write(self._run.state.path("quarantine", f"{device.name}.txt"), text.encode())
        error.quarantined = True  # type: ignore[attr-defined]
        return error

    def _login(self, device: Device) -> Login:
        keys = (
            (HostKey.parse(device.host_key),)
            if device.host_key
            else tuple(self._pins.of(device.host, device.port))
        )
        return Login(
            device.name,
            device.host,
            device.port,
            device.username,
            self._secret(device.password),
            str(device.key_file) if device.key_file else None,
            self._secret(device.enable_password),
            keys,
            device.legacy_ssh,
        )

    def through(self, device: Device) -> socket.socket | None:
        """A connection by way of the device's jump host; None if it has none. Raise Unreachable."""
        if not device.jump:
            return None
        inventory = self._run.inventory
        jump: Device | Host = inventory.hosts.get(device.jump) or inventory.devices[device.jump]
        return reach(log_in(self._jump_login(device.jump, jump)), device.host, device.port)

    def _jump_login(self, name: str, jump: Device | Host) -> Login:
        keys = (
            (HostKey.parse(jump.host_key),) if jump.host_key else tuple(self._pins.of(jump.host, jump.port))
        )
        password = self._secret(jump.password) if isinstance(jump, Device) else None
        legacy = isinstance(jump, Device) and jump.legacy_ssh
        file = str(jump.key_file) if jump.key_file else None
        return Login(name, jump.host, jump.port, jump.username, password, file, None, keys, legacy)

    def _secret(self, reference: Reference | None) -> str | None:
        if reference is None:
            return None
        if reference not in self._secrets:
            self._secrets[reference] = _resolved(reference)
        value = self._secrets[reference]
        if isinstance(value, BitoolsError):
            raise value
        return value


def _resolved(reference: Reference) -> str | BitoolsError:
    try:
        return reference.resolve().reveal()
    except BitoolsError as error:
        return error


def _under(command: str, printed: str) -> str:
    """What one of several commands printed, under its name."""
    return f"# $ {command}\n{printed.rstrip()}\n"


def _unsteady() -> IntegrityBroken:
    message = _("not a whole configuration: fetched twice, it came differently")
    return IntegrityBroken(message, hint=_("run it again; somebody may be changing it"), reason="unsteady")


def _vanished(lines: int, before: int) -> IntegrityBroken:
    message = _("not a whole configuration: {lines} lines, where there were {before}").format(
        lines=lines, before=before
    )
    hint = _("if that is right: bitools net snapshot DEVICE --accept-smaller")
    return IntegrityBroken(message, hint=hint, reason="shrunk")
