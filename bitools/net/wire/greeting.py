"""A device that nobody has described yet: the key it shows, and what it says when somebody logs in.

Nothing is typed but what lets a log-in go on, and one question that every maker answers, if only with an
error of its own kind.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bitools import regex
from bitools.errors import Unreachable
from bitools.i18n import _
from bitools.net.decisions.recognition import likely
from bitools.net.wire import hostkeys
from bitools.net.wire.failures import dropped
from bitools.net.wire.hostkeys import HostKey
from bitools.net.wire.paramiko_tuned import BROKEN, Channel
from bitools.net.wire.session import decoded
from bitools.net.wire.ssh import Login, await_answer, connect_plain, leave, log_in, terminal
from bitools.net.wire.talk import Talk
from bitools.platforms.model import Platform

_LONGEST = 10.0  # seconds for all that it says at once
_QUIET = 0.5  # seconds of silence behind a prompt
_SILENCES = 3  # such silences where no prompt is seen
_ASKED = "show version"
_SIZE = 65536  # bytes


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a device seems to be: its platforms, the likeliest first, and the name in its prompt.

    `plain`: it asks for another password before it shows its configuration.
    """

    platforms: tuple[str, ...]
    name: str
    plain: bool


def key(host: str, port: int, *, legacy: bool = False) -> HostKey:
    """The key that it shows; nobody logs in. Raise Unreachable."""
    sock = connect_plain(host, port)
    await_answer(sock, host, port)
    return hostkeys.fetch(sock, legacy)


def greet(login: Login, known: Sequence[Platform]) -> Greeting:
    """Log in and look. Raise Unreachable, CredentialsRejected or Rejected."""
    talk = Talk()
    client = log_in(login, talk=talk)
    try:
        channel = terminal(client)
        said = _heard(channel, known, login.name)
        found, sure = likely(said, talk.software, known)
        if not sure:
            channel.sendall(f"{_ASKED}\r".encode())
            more = _heard(channel, known, login.name)
            found, _sure = likely(f"{said}\n{more}", talk.software, known)
    except BROKEN as error:
        raise dropped(error) from error
    finally:
        leave(client)
    platform = next((one for one in known if one.name in found[:1]), None)
    prompt = platform.prompt_at_end(said) if platform else None
    plain = platform.prompt.unprivileged if platform and platform.prompt.enable else None
    asks = bool(prompt and plain and regex.compile(plain).search(said))
    return Greeting(tuple(found), prompt["host"] if prompt else "", asks)


def _heard(channel: Channel, known: Sequence[Platform], name: str) -> str:
    """What it says until it is quiet behind a prompt; questions before one are answered."""
    data, answered, until = b"", set[str](), time.monotonic() + _LONGEST
    channel.settimeout(_QUIET)
    silent = 0
    while time.monotonic() < until:
        try:
            chunk = channel.recv(_SIZE)
        except TimeoutError:
            said, silent = decoded(data), silent + 1
            if any(one.prompt_at_end(said) for one in known) or (said.strip() and silent > _SILENCES):
                return said
            for one in known:
                for question in one.prompt.login:
                    if question.question not in answered and regex.compile(question.question).search(said):
                        answered.add(question.question)
                        channel.sendall(question.answer.encode())
            continue
        if not chunk:
            raise dropped(None)
        data, silent = data + chunk, 0
    said = decoded(data)
    if not said.strip():
        message = _("{name} lets us in and says nothing").format(name=name)
        raise Unreachable(message, reason="timeout")
    return said
