"""What paramiko and netmiko raise, said once in our words, with the right cause.

netmiko wraps every cause in one of two exceptions; the cause itself is in their context.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator

from bitools.errors import BitoolsError, CredentialsRejected, Rejected, Unreachable
from bitools.i18n import _
from bitools.net.decisions import asked, diagnosis
from bitools.net.wire import paramiko_tuned
from bitools.net.wire.hostkeys import HostKey, incompatible
from bitools.net.wire.paramiko_tuned import BROKEN, paramiko
from bitools.sanitize import clipped, inert

_SILENCE = ("banner", "No existing session")  # how paramiko says that nothing came in time


class UntrustedKey(paramiko.SSHException):
    """The other side showed a key that nobody has pinned."""

    def __init__(self, key: HostKey) -> None:
        super().__init__("untrusted host key")
        self.key = key


def translated(error: BaseException, host: str, port: int, legacy: bool) -> BitoolsError | None:
    """Our error for a failed log-in; None if it is none of the library's, but a bug of ours."""
    address = f"{host}:{port}"
    for cause in _causes(error):
        if isinstance(cause, BitoolsError):
            return cause
        if failure := _of_log_in(cause, address, legacy) or _network(cause, address):
            return failure
    for cause in _causes(error):
        if isinstance(cause, BROKEN):
            return _no_ssh(cause, address)
    return None


def foreign(software: str, cause: BaseException) -> Rejected:
    """A user name in one platform's form was rejected by another's server, which calls itself so."""
    message = _("its SSH server calls itself {software}, and took the user name for a stranger's")
    shown = clipped(inert(software), 60)
    hint = _("see platform in devices.yaml")
    return Rejected(message.format(software=shown), hint=hint, reason="platform", cause=cause)


def _of_log_in(cause: BaseException, address: str, legacy: bool) -> BitoolsError | None:
    if isinstance(cause, UntrustedKey):
        return _unknown(cause, address)
    if isinstance(cause, paramiko.BadHostKeyException):
        return _changed(cause, address)
    if isinstance(cause, paramiko.ssh_exception.IncompatiblePeer):
        return incompatible(cause, legacy)
    if isinstance(cause, paramiko_tuned.NoPasswordAsked):
        return _asked(cause)
    if isinstance(cause, paramiko.AuthenticationException):
        return _rejected(cause, address)
    return None


class Stalled(Unreachable):
    """The device says nothing more, and waits for something; `said` is the end of what it said."""

    def __init__(self, said: str, host: str, seconds: float, cause: BaseException | None = None) -> None:
        message = _("no more data for {seconds:.0f} s").format(seconds=seconds)
        super().__init__(message, hint=_("is it overloaded? try it alone"), reason="timeout", cause=cause)
        self.said, self.host, self.seconds = said, host, seconds


def dropped(error: BaseException | None) -> Unreachable:
    """The connection ended in the middle of something."""
    message = _("the connection broke off before everything had come")
    return Unreachable(
        message, hint=_("run it again; the last whole configuration stays"), reason="dropped", cause=error
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The innermost cause first."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or current.__context__
    return reversed(chain)


def _network(cause: BaseException, address: str) -> Unreachable | None:
    if isinstance(cause, socket.gaierror):
        message, reason = _("{address}: the name is not known"), "dns"
    elif isinstance(cause, paramiko.ssh_exception.NoValidConnectionsError):
        inner = next(iter(cause.errors.values()))
        return _network(inner, address) or Unreachable(str(inner), reason="network")
    elif isinstance(cause, ConnectionRefusedError):
        message, reason = _("{address}: connection refused"), "refused"
    elif isinstance(cause, TimeoutError) or any(sign in str(cause) for sign in _SILENCE):
        message, reason = _("no SSH answer from {address} in time"), "timeout"
    elif isinstance(cause, OSError) and cause.errno in (101, 113):
        message, reason = _("{address}: no route"), "no_route"
    else:
        return None
    hint = _("is it on, and is the address right? see: bitools inventory list")
    return Unreachable(message.format(address=address), hint=hint, reason=reason, cause=cause)


def _no_ssh(cause: BaseException, address: str) -> Unreachable:
    message = _("{address}: the SSH connection failed: {why}")
    why = clipped(inert(cause)) or _("closed by the other side")
    return Unreachable(message.format(address=address, why=why), reason="ssh", cause=cause)


def _rejected(cause: paramiko.AuthenticationException, address: str) -> BitoolsError:
    if "timeout" in str(cause).lower():
        return Unreachable(
            _("no SSH answer from {address} in time").format(address=address), reason="timeout", cause=cause
        )
    return CredentialsRejected(
        _("user name or password rejected"),
        hint=_("username and password in devices.yaml; try one device first"),
        reason="password",
        cause=cause,
    )


def _asked(cause: paramiko_tuned.NoPasswordAsked) -> BitoolsError:
    """The server wants more than a password, in its own words."""
    found = asked.at_log_in(cause.meaning)
    hint = _("log in by hand and look what it asks; or key_file in devices.yaml")
    why = found or asked.Cause("question", _("it waits for an answer"), hint)
    words = diagnosis.last_words(cause.words)
    message = _("{why}; it said last: {words}").format(why=why.message, words=words) if words else why.message
    return Unreachable(message, hint=why.hint, reason=why.reason, cause=cause)


def _unknown(cause: UntrustedKey, address: str) -> Unreachable:
    message = _("{address} shows a host key nobody has trusted yet: {fingerprint}")
    return Unreachable(
        message.format(address=address, fingerprint=cause.key.fingerprint),
        hint=_("compare it with the device, then: bitools net trust"),
        reason="host_key",
        cause=cause,
    )


def _changed(cause: paramiko.BadHostKeyException, address: str) -> Unreachable:
    message = _("{address} shows another host key than the pinned one: {fingerprint}")
    return Unreachable(
        message.format(address=address, fingerprint=HostKey.of(cause.key).fingerprint),
        hint=_("a swapped device? then: bitools net trust --replace DEVICE; if not, somebody is in between"),
        reason="host_key",
        cause=cause,
    )
