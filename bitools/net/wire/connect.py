"""Logging in to the devices of an inventory: whose secret, which pinned keys, by way of which jump host.

Whatever is done on a device, reading or changing, begins here; secrets and pins are read once for a run.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from contextlib import AbstractContextManager

from bitools.credentials import Reference
from bitools.engine import Attempt, Limits
from bitools.errors import BitoolsError
from bitools.inventory.network import Device, Host
from bitools.net.wire import transport
from bitools.net.wire.hostkeys import HostKey, Pins
from bitools.net.wire.ssh import Login, connect_plain, log_in, reach
from bitools.net.wire.talk import Talks
from bitools.net.wire.transport import Connection
from bitools.platforms.model import Platform
from bitools.run import Run

DEADLINE = 120.0  # seconds a device


class Logins:
    """Everything a log-in needs, for all devices of a run."""

    def __init__(self, run: Run) -> None:
        self._inventory = run.inventory
        self.talks = Talks()
        self._pins = Pins(run.state.at("known_hosts"))
        self._secrets: dict[Reference, str | BitoolsError] = {}

    def prepare(self, devices: Sequence[Device]) -> None:
        """Read every secret once, before the workers start; one that cannot be read fails its devices."""
        for device in devices:
            for reference in (device.password, device.enable_password):
                if reference and reference not in self._secrets:
                    self._secrets[reference] = _resolved(reference)

    def limits(self, deadline: float) -> Limits[Device]:
        """How hard the devices may be pressed; one credential is one user name with one password."""
        sites = self._inventory.sites
        return Limits(
            deadline=deadline,
            risky=True,
            credential=lambda device: (device.username, device.password, device.key_file),
            site=lambda device: device.site,
            site_workers=lambda device: sites[device.site].workers if device.site in sites else 10,
        )

    def open(
        self, device: Device, platform: Platform, attempt: Attempt
    ) -> AbstractContextManager[Connection]:
        """Log in; the connection is closed at the end.

        Raise Unreachable, CredentialsRejected or Rejected; InventoryInvalid if a secret cannot be read or the
        device's `transport` does not fit its platform.
        """
        largest = self._inventory.settings.largest_answer
        talk = self.talks.of(device.name)
        login, through = self._login(device), self._through(device)
        return transport.opened(device, platform, login, through, attempt, largest, talk)

    def reach(self, device: Device) -> socket.socket:
        """A connection to the device's SSH port, nobody logged in. Raise Unreachable."""
        return self._through(device) or connect_plain(device.host, device.port)

    def _through(self, device: Device) -> socket.socket | None:
        """A connection by way of the device's jump host; None if it has none. Raise Unreachable."""
        if not device.jump:
            return None
        jump: Device | Host = self._inventory.hosts.get(device.jump) or self._inventory.devices[device.jump]
        return reach(log_in(self._jump_login(device.jump, jump)), device.host, device.port)

    def _login(self, device: Device) -> Login:
        return Login(
            device.name,
            device.host,
            device.port,
            device.username,
            self._secret(device.password),
            str(device.key_file) if device.key_file else None,
            self._secret(device.enable_password),
            self._keys(device),
            device.legacy_ssh,
        )

    def _jump_login(self, name: str, jump: Device | Host) -> Login:
        password = self._secret(jump.password) if isinstance(jump, Device) else None
        legacy = isinstance(jump, Device) and jump.legacy_ssh
        file = str(jump.key_file) if jump.key_file else None
        return Login(
            name, jump.host, jump.port, jump.username, password, file, None, self._keys(jump), legacy
        )

    def _keys(self, host: Device | Host) -> tuple[HostKey, ...]:
        if host.host_key:
            return (HostKey.parse(host.host_key),)
        return tuple(self._pins.of(host.host, host.port))

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
