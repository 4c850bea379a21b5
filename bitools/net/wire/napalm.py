"""`transport: napalm`: NAPALM's own driver fetches, where a platform needs it. An extra: bitools[napalm].

NAPALM leaves host keys to netmiko, which believes any: our driver class gives it a client that knows only
the pinned ones. What it fetched is guarded like everything else; its unanchored prompts may cut.
"""

from __future__ import annotations

import socket
from functools import cache
from importlib import util
from typing import Any

from bitools.errors import BitoolsError, InventoryInvalid, Rejected
from bitools.i18n import _
from bitools.net.decisions.secrets.masking_anyone import without_secrets
from bitools.net.wire.algorithms import disabled
from bitools.net.wire.driver import pinned
from bitools.net.wire.failures import dropped, translated
from bitools.net.wire.paramiko_tuned import BROKEN
from bitools.net.wire.ssh import AUTHENTICATE, CONNECT, Login, leave
from bitools.sanitize import clipped, inert

DRIVERS = {
    "cisco_ios": "ios",
    "arista_eos": "eos",
    "cisco_nxos": "nxos_ssh",
}


_READ = 120  # seconds an answer may take; netmiko's ten are too few for a slow line, and for a slow machine


class NapalmSession:
    """An open session through NAPALM; a context manager. Raise our errors."""

    def __init__(self, login: Login, platform: str, through: socket.socket | None) -> None:
        """Raise InventoryInvalid if NAPALM is not installed or has no such driver."""
        if not util.find_spec("napalm"):
            message = _("transport napalm needs NAPALM, which is not installed")
            raise InventoryInvalid(message, hint="pip install 'bitools[napalm]'")
        if platform not in DRIVERS:
            message = _("NAPALM has no SSH driver for {platform}").format(platform=platform)
            raise InventoryInvalid(message, hint=_("it has: {names}").format(names=", ".join(DRIVERS)))
        self._login = login
        options = {
            "transport": "ssh",
            "port": login.port,
            "secret": login.enable_password or login.password or "",
            "conn_timeout": CONNECT,
            "banner_timeout": CONNECT,
            "auth_timeout": AUTHENTICATE,
            "disabled_algorithms": disabled(login.legacy_ssh),
            "sock": through,
            "use_keys": bool(login.key_file),
            "key_file": login.key_file,
        }
        self._driver = _driver(DRIVERS[platform])(
            login.host, login.username, login.password or "", timeout=60, optional_args=options
        )
        self._driver.login = login

    def __enter__(self) -> NapalmSession:
        try:
            self._driver.open()
        except Exception as error:
            self.__exit__()
            raise self._failure(error) from error
        return self

    def __exit__(self, *reason: object) -> None:
        connection = getattr(self._driver, "_netmiko_device", None)
        if connection and connection.remote_conn_pre:
            leave(connection.remote_conn_pre)

    def ask(self, command: str) -> str:
        """What the device prints for a command; for a configuration, as NAPALM's get_config gives it."""
        kind = {"show running-config": "running", "show startup-config": "startup"}.get(command)
        try:
            if kind:
                return str(self._driver.get_config(retrieve=kind)[kind]) + "\n"
            return str(self._driver.cli([command])[command])
        except Exception as error:
            if isinstance(error, BROKEN) or isinstance(error.__context__, BROKEN):  # its own word for it
                raise dropped(error) from error
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> BitoolsError:
        """Our error for whatever NAPALM raised: its drivers raise what they please."""
        failure = translated(error, self._login.host, self._login.port, self._login.legacy_ssh)
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        why = clipped(inert(without_secrets(said)))
        return failure or Rejected(_("NAPALM failed: {why}").format(why=why), reason="napalm", cause=error)


@cache
def _driver(name: str) -> type[Any]:
    """NAPALM's driver, with our host keys laid under netmiko's."""
    from napalm import get_network_driver

    class Pinned(get_network_driver(name)):  # type: ignore[misc]
        login: Login

        def _netmiko_open(self, device_type: str, netmiko_optional_args: dict[str, Any] | None = None) -> Any:
            driver = pinned(device_type, self.login)
            self._netmiko_device = driver(
                device_type=device_type,
                host=self.hostname,
                username=self.username,
                password=self.password,
                timeout=self.timeout,
                read_timeout_override=_READ,
                **(netmiko_optional_args or {}),
            )
            self._netmiko_device.enable()
            return self._netmiko_device

    return Pinned
