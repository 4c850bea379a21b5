"""Every way a command can fail, with the exit code that scripts rely on.

An error says what and where (`message`, `target`), then what to do next (`hint`). It is raised once, at the
wire, translated there from the library's own exception; nothing above the wire knows those exceptions.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Self


class Code(IntEnum):
    """What a script sees. One table for every command."""

    DONE = 0
    BUG = 1
    USAGE = 2
    PARTIAL = 3
    DIFFERENT = 4
    REFUSED = 5
    INVALID = 10
    LOCKED = 11
    CREDENTIALS = 12
    UNREACHABLE = 13
    REJECTED = 14
    INTEGRITY = 15
    INTERRUPTED = 130


class BitoolsError(Exception):
    """Something the user can act on.

    `reason` is a word for machines (`timeout`, `host_key`, `truncated`, …), finer than the code.
    """

    code: Code = Code.BUG

    def __init__(
        self,
        message: str,
        *,
        target: str = "",
        hint: str = "",
        reason: str = "",
        cause: BaseException | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.target = target
        self.hint = hint
        self.reason = reason
        self.__cause__ = cause

    def __str__(self) -> str:
        return f"{self.target}: {self.message}" if self.target else self.message

    def but(
        self,
        *,
        message: str | None = None,
        target: str | None = None,
        hint: str | None = None,
        code: Code | None = None,
    ) -> Self:
        """The same error, told otherwise in what is given. Nobody writes in one that somebody else raised."""
        other = type(self).__new__(type(self), *self.args)
        given = {"message": message, "target": target, "hint": hint, "code": code}
        other.__dict__ |= self.__dict__ | {name: value for name, value in given.items() if value is not None}
        other.__cause__ = self.__cause__
        return other

    def parts(self) -> list[tuple[str, str]]:
        """What is told to people: a message and what to do about it, more than one for several complaints."""
        return [(str(self), self.hint)]

    def as_document(self) -> dict[str, str | int]:
        """One entry of a document's `failed` list; also the JSON error object on stderr."""
        entry: dict[str, str | int] = {
            "target": self.target,
            "code": int(self.code),
            "error": self.message,
            "hint": self.hint,
        }
        if self.reason:
            entry["reason"] = self.reason
        return entry


class Usage(BitoolsError):
    """The command line itself is wrong."""

    code = Code.USAGE


class Refused(BitoolsError):
    """A guard, a "no" at the prompt, or no `--yes` where nobody can be asked."""

    code = Code.REFUSED


class InventoryInvalid(BitoolsError):
    """The inventory says something it may not; the message begins `file:line:`."""

    code = Code.INVALID


class NotFound(BitoolsError):
    """The inventory does not know a target that was named."""

    code = Code.INVALID


class Locked(BitoolsError):
    """Another run holds what this one needs."""

    code = Code.LOCKED


class CredentialsRejected(BitoolsError):
    """The other side does not accept the user name or the secret."""

    code = Code.CREDENTIALS


class Unreachable(BitoolsError):
    """No usable connection: network, TLS, host key, time-out."""

    code = Code.UNREACHABLE


class Rejected(BitoolsError):
    """The other side understood, and said no."""

    code = Code.REJECTED


class IntegrityBroken(BitoolsError):
    """What was read back is not what was written."""

    code = Code.INTEGRITY


class Interrupted(BitoolsError):
    """Ctrl-C, or the SIGTERM of cron or systemd."""

    code = Code.INTERRUPTED
