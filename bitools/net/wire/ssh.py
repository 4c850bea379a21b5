"""Logging in over SSH: pinned keys only, every wait bounded, each failure in our words."""

from __future__ import annotations

import base64
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from bitools import regex
from bitools.errors import CredentialsRejected, Unreachable
from bitools.i18n import _
from bitools.net.wire.algorithms import disabled
from bitools.net.wire.failures import UntrustedKey, dropped, foreign, translated
from bitools.net.wire.hostkeys import HostKey, place
from bitools.net.wire.paramiko_tuned import BROKEN, Channel, Client, paramiko

if TYPE_CHECKING:
    from bitools.net.wire.talk import Talk

CONNECT, AUTHENTICATE = 10.0, 15.0  # seconds
_TERMINAL = ("vt100", 511, 1000)  # wide and high: fewer devices break lines or pages


@dataclass(frozen=True, slots=True)
class Login:
    """Where to, as whom, and which keys may be shown. Passwords are plain text here, and only here."""

    name: str
    host: str
    port: int
    username: str
    password: str | None
    key_file: str | None
    enable_password: str | None
    keys: tuple[HostKey, ...]
    legacy_ssh: bool


class OnlyPinned(paramiko.MissingHostKeyPolicy):
    """A key nobody has pinned ends the connection before the password leaves."""

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Raise UntrustedKey."""
        raise UntrustedKey(HostKey.of(key))


def client_for(login: Login) -> Client:
    """An SSH client that knows exactly the pinned keys."""
    client = Client()
    client.set_missing_host_key_policy(OnlyPinned())
    for key in login.keys:
        body = base64.b64decode(key.body)
        client.get_host_keys().add(
            place(login.host, login.port), key.kind, paramiko.PKey.from_type_string(key.kind, body)
        )
    return client


def log_in(
    login: Login,
    suffix: str = "",
    through: socket.socket | None = None,
    talk: Talk | None = None,
    software: str = "",
) -> Client:
    """Log in; `suffix` is added to the user name (how RouterOS is told the kind of terminal).

    `software`: how a server that knows such names calls itself: what another one rejects is no password.
    Raise Unreachable, CredentialsRejected or Rejected.
    """
    client = client_for(login)
    try:
        client.connect(
            login.host,
            login.port,
            login.username + suffix,
            password=login.password,
            key_filename=login.key_file,
            timeout=CONNECT,
            banner_timeout=CONNECT,
            auth_timeout=AUTHENTICATE,
            allow_agent=False,
            look_for_keys=False,
            disabled_algorithms=disabled(login.legacy_ssh),
            sock=through or connect_plain(login.host, login.port),
        )
    except (*BROKEN, Unreachable) as error:
        called = _software(client)
        leave(client)
        failure = translated(error, login.host, login.port, login.legacy_ssh)
        if talk is not None:
            talk.software = called
        if (
            suffix
            and called
            and isinstance(failure, CredentialsRejected)
            and not regex.compile(software).search(called)
        ):
            raise foreign(called, error) from error
        raise failure or error from error
    if talk is not None:
        talk.software = _software(client)
    return client


def _software(client: Client) -> str:
    """What the other side's SSH server calls itself (RFC 4253, 4.2)."""
    transport = client.get_transport()
    version = str(getattr(transport, "remote_version", "") or "")
    return version.split("-", 2)[2] if version.count("-") > 1 else ""


def terminal(client: Client) -> Channel:
    """A terminal on the other side. Raise Unreachable."""
    kind, width, height = _TERMINAL
    try:
        return client.invoke_shell(term=kind, width=width, height=height)
    except BROKEN as error:
        raise dropped(error) from error


def single(client: Client, command: str, idle: float) -> Channel:
    """A channel of its own for one command; `idle` seconds of silence end it. Raise Unreachable."""
    try:
        transport = client.get_transport()
        assert transport is not None
        channel = transport.open_session(timeout=CONNECT)
        channel.settimeout(idle)
        channel.exec_command(command)
    except BROKEN as error:
        raise dropped(error) from error
    return channel


def leave(client: Client) -> None:
    """Close, whatever state the connection is in: what came, or why nothing did, is known by now.

    By way of a jump host even closing sends something, and that line may have broken meanwhile.
    """
    with suppress(*BROKEN):
        client.close()


def reach(jump: Client, host: str, port: int) -> socket.socket:
    """A connection to a device from the jump host. Raise Unreachable if the jump host cannot reach it."""
    transport = jump.get_transport()
    try:
        assert transport is not None
        channel = transport.open_channel("direct-tcpip", (host, port), ("127.0.0.1", 0), timeout=CONNECT)
        channel.jump = jump  # type: ignore[attr-defined]  # lives as long as what goes through it
        return cast(socket.socket, channel)
    except BROKEN as error:
        message = _("the jump host cannot reach {host}:{port}").format(host=host, port=port)
        raise Unreachable(message, reason="jump", cause=error) from error


def await_answer(connection: socket.socket, host: str, port: int) -> None:
    """Wait until the other side has said something, so that nobody waits for one that never does.

    Raise Unreachable.
    """
    if not isinstance(connection, socket.socket):
        return  # by way of a jump host: there the log-in waits
    try:
        connection.settimeout(CONNECT)
        connection.recv(1, socket.MSG_PEEK)
    except OSError as error:
        connection.close()
        failure = translated(error, host, port, legacy=True)
        raise failure or error from error


def connect_plain(host: str, port: int) -> socket.socket:
    """A TCP connection, bounded in time. Raise Unreachable."""
    try:
        connection = socket.create_connection((host, port), CONNECT)
        # SSH sends small packets and waits: with Nagle's algorithm a log-in stands still for 40 ms, twice
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection
    except OSError as error:
        failure = translated(error, host, port, legacy=True)
        raise failure or error from error
