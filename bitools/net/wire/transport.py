"""What carries the questions to a device, behind one small interface: it is no one else's business.

`auto` is our own terminal over SSH; `exec` a channel a command; `netmiko` and `napalm` their drivers; `sftp`
reads files; `telnet` is readable by everyone on the way.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from bitools.engine import Attempt
from bitools.errors import CredentialsRejected, InventoryInvalid, Rejected, Unreachable
from bitools.i18n import _
from bitools.inventory.network import Device
from bitools.net.wire.answer import LARGEST, Answer, Bound, Metered, too_large
from bitools.net.wire.failures import dropped
from bitools.net.wire.large import Large, Printed, whole
from bitools.net.wire.paramiko_tuned import BROKEN, Client
from bitools.net.wire.session import IDLE, Session, decoded
from bitools.net.wire.ssh import Login, await_answer, connect_plain, leave, log_in, single, terminal
from bitools.net.wire.talk import Talk
from bitools.platforms.model import Platform


@dataclass(frozen=True, slots=True)
class Connection:
    """An open connection: `fetch` a configuration, get all of it; `host`: the name in its prompt.

    `look` at what any other command prints; None where only configurations can be had.
    """

    fetch: Callable[[str], Printed]
    host: str = ""
    look: Callable[[str], str] | None = None

    def ask(self, command: str) -> str:
        """The same in one piece, for what is not that large."""
        return whole(self.fetch(command))


@contextmanager
def opened(
    device: Device,
    platform: Platform,
    login: Login,
    through: socket.socket | None,
    attempt: Attempt,
    largest: int = LARGEST,
    talk: Talk | None = None,
) -> Iterator[Connection]:
    """Open the connection that the device's `transport` names; close it at the end.

    An answer may have `largest` MiB; asking raises IntegrityBroken for more. Raise InventoryInvalid if the
    platform cannot be asked so; Unreachable, CredentialsRejected or Rejected.
    """
    sock = through or connect_plain(login.host, login.port)
    await_answer(sock, login.host, login.port)
    try:
        attempt.risk()
    except CredentialsRejected:
        sock.close()
        raise
    with _CARRIERS[device.transport](
        platform, login, sock, Bound(largest, attempt), talk or Talk()
    ) as connection:
        attempt.accepted()
        yield connection


@contextmanager
def _shell(
    platform: Platform, login: Login, sock: socket.socket, bound: Bound, talk: Talk
) -> Iterator[Connection]:
    with (
        _client(login, platform, sock, talk) as client,
        _prepared(Session(terminal(client), login, platform, bound, talk=talk)) as connection,
    ):
        yield connection


@contextmanager
def _netmiko(
    platform: Platform, login: Login, sock: socket.socket, bound: Bound, talk: Talk
) -> Iterator[Connection]:
    from bitools.net.wire import driver

    metered = Metered(sock, 2 * bound.largest)
    try:
        client, channel = driver.log_in_by_driver(login, platform.netmiko, cast(socket.socket, metered))
    except Unreachable as error:
        raise too_large(bound.largest) if metered.exceeded else error from error
    try:
        with _prepared(Session(channel, login, platform, bound, talk=talk)) as connection:
            yield connection
    finally:
        leave(client)


@contextmanager
def _telnet(
    platform: Platform, login: Login, sock: socket.socket, bound: Bound, talk: Talk
) -> Iterator[Connection]:
    from bitools.net.wire.telnet import Conversation, TelnetChannel

    channel = TelnetChannel(sock)
    greet = Conversation(login.username, login.password or "").answer
    try:
        with _prepared(Session(channel, login, platform, bound, greet, talk)) as connection:
            yield connection
    finally:
        channel.close()


@contextmanager
def _exec(
    platform: Platform, login: Login, sock: socket.socket, bound: Bound, talk: Talk
) -> Iterator[Connection]:
    if not platform.exec:
        message = _("{platform} runs no single commands: transport exec does not work")
        raise InventoryInvalid(message.format(platform=platform.title), target=login.name)
    with _client(login, platform, sock, talk) as client:
        fetch = _kept(lambda command: _executed(client, command, bound), talk)
        yield Connection(fetch, look=lambda command: whole(fetch(command)))


@contextmanager
def _sftp(
    platform: Platform, login: Login, sock: socket.socket, bound: Bound, talk: Talk
) -> Iterator[Connection]:
    from bitools.net.wire import sftp

    for command in platform.commands.running:
        sftp.files_of(command)
    with _client(login, platform, sock, talk) as client:
        yield Connection(_kept(lambda command: sftp.read(client, command, bound).printed(decoded), talk))


@contextmanager
def _napalm(
    platform: Platform, login: Login, sock: socket.socket, bound: Bound, talk: Talk
) -> Iterator[Connection]:
    from bitools.net.wire.napalm import NapalmSession

    metered = Metered(sock, bound.largest)
    try:
        with NapalmSession(login, platform.netmiko, cast(socket.socket, metered)) as session:
            fetch = _kept(session.ask, talk)
            yield Connection(fetch, look=lambda command: whole(fetch(command)))
    except (Unreachable, Rejected) as error:
        raise too_large(bound.largest) if metered.exceeded else error from error


_CARRIERS = {
    "auto": _shell,
    "exec": _exec,
    "netmiko": _netmiko,
    "napalm": _napalm,
    "sftp": _sftp,
    "telnet": _telnet,
}


def _kept(ask: Callable[[str], Printed], talk: Talk) -> Callable[[str], Printed]:
    """Where there is no terminal: the command and what came, as a terminal would show them."""

    def asked(command: str) -> Printed:
        talk.heard(f"$ {command}\n".encode())
        answer = ask(command)
        if isinstance(answer, Large):
            return answer.heard(talk.heard)
        talk.heard(answer.encode())
        return answer

    return asked


@contextmanager
def _client(login: Login, platform: Platform, sock: socket.socket, talk: Talk) -> Iterator[Client]:
    client = log_in(login, platform.prompt.username_suffix, sock, talk, platform.ssh or "")
    try:
        yield client
    finally:
        leave(client)


@contextmanager
def _prepared(session: Session) -> Iterator[Connection]:
    session.prepare()
    yield Connection(session.fetch, session.host, session.look)
    session.close()


def _executed(client: Client, command: str, bound: Bound) -> Printed:
    """What a command prints on a channel of its own, without a terminal: no prompt, no echo, no paging."""
    channel = single(client, command, IDLE)
    answer = Answer(bound)
    try:
        while chunk := channel.recv(65536):
            answer.add(chunk)
    except BROKEN as error:
        raise dropped(error) from error
    return answer.printed(decoded)
