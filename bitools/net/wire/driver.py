"""`transport: netmiko`: netmiko's own driver logs in and prepares the terminal, for a platform that needs it.

Only the log-in is netmiko's, with our pinned keys; what the device prints is read by `session`, because
netmiko believes in prompts anywhere in the output.
"""

from __future__ import annotations

import socket
from functools import cache
from typing import Any

from bitools.errors import InventoryInvalid
from bitools.i18n import _
from bitools.net.wire.algorithms import disabled
from bitools.net.wire.failures import translated
from bitools.net.wire.paramiko_tuned import Channel, Client
from bitools.net.wire.ssh import AUTHENTICATE, CONNECT, Login, client_for, leave


class _Pinned:
    """Laid over a netmiko driver: which host keys are good is for us to say."""

    _login: Login
    remote_conn_pre: Client

    def _build_ssh_client(self) -> Client:
        return client_for(self._login)

    def read_channel(self) -> str:
        """What has come. Raise EOFError if nothing can come any more: netmiko would wait to the end."""
        said = str(super().read_channel())  # type: ignore[misc]
        transport = self.remote_conn_pre.get_transport()
        if not said and not (transport and transport.is_active()):
            raise EOFError
        return said


@cache
def _driver(device_type: str) -> type[Any]:
    from netmiko.ssh_dispatcher import CLASS_MAPPER

    if device_type not in CLASS_MAPPER:
        raise InventoryInvalid(_('netmiko knows no "{name}"').format(name=device_type))
    return type("Driver", (_Pinned, CLASS_MAPPER[device_type]), {})


def pinned(device_type: str, login: Login) -> type[Any]:
    """netmiko's driver, believing only this log-in's host keys. Raise InventoryInvalid if there is none."""
    return type("Pinned", (_driver(device_type),), {"_login": login})


def log_in_by_driver(login: Login, device_type: str, through: socket.socket | None) -> tuple[Client, Channel]:
    """Log in with netmiko's driver, which also answers what the platform asks.

    Raise InventoryInvalid if netmiko has no such driver, Unreachable or CredentialsRejected.
    """
    keys = {"use_keys": True, "key_file": login.key_file} if login.key_file else {}
    driver = pinned(device_type, login)(
        host=login.host,
        port=login.port,
        username=login.username,
        password=login.password or "",
        secret=login.enable_password or "",
        device_type=device_type,
        conn_timeout=CONNECT,
        banner_timeout=CONNECT,
        auth_timeout=AUTHENTICATE,
        disabled_algorithms=disabled(login.legacy_ssh),
        sock=through,
        auto_connect=False,
        **keys,
    )
    try:
        driver._open()  # noqa: SLF001 - the log-in without what netmiko does behind it
    except Exception as error:
        if driver.remote_conn_pre:
            leave(driver.remote_conn_pre)
        failure = translated(error, login.host, login.port, login.legacy_ssh)
        if failure is None:
            raise
        raise failure from error
    driver.write_channel(driver.RETURN)  # its preparation has eaten the first prompt: ask for another
    return driver.remote_conn_pre, driver.remote_conn
