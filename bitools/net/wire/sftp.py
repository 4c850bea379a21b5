"""`transport: sftp`: the configuration is a file, or several, of a host that gives them over SFTP."""

from __future__ import annotations

import shlex

from bitools.errors import InventoryInvalid, Rejected
from bitools.i18n import _
from bitools.net.wire.answer import Answer, Bound, too_large
from bitools.net.wire.failures import dropped
from bitools.net.wire.paramiko_tuned import BROKEN, Client

IDLE = 30.0  # seconds
_PIECE = 1 << 16  # bytes


def read(client: Client, command: str, bound: Bound) -> Answer:
    """What `cat FILE…` would print, without a shell.

    Together they may be as large as one answer. Raise InventoryInvalid if the command is no such one,
    Rejected if a file cannot be read, IntegrityBroken if it is too large, Unreachable.
    """
    paths = files_of(command)
    try:
        sftp = client.open_sftp()
        channel = sftp.get_channel()
        if channel:
            channel.settimeout(IDLE)
        answer = Answer(bound)
        for path in paths:
            _file(sftp, path, answer, bound.largest)
        return answer
    except BROKEN as error:
        raise dropped(error) from error


def files_of(command: str) -> list[str]:
    """The files that a command prints. Raise InventoryInvalid if it does something else."""
    program, *paths = shlex.split(command)
    if program != "cat" or not paths or any(path.startswith("-") for path in paths):
        message = _("transport sftp reads files, and this platform runs: {command}").format(command=command)
        hint = _("a platform of your own whose running commands are all: cat FILE")
        raise InventoryInvalid(message, hint=hint)
    return paths


def _file(sftp: object, path: str, answer: Answer, largest: int) -> None:
    try:
        with sftp.open(path, "rb") as file:  # type: ignore[attr-defined]
            size = file.stat().st_size or 0
            if size > largest << 20:
                raise too_large(largest)
            file.prefetch(size)
            while chunk := file.read(_PIECE):  # it may be longer than it said
                answer.add(chunk)
    except PermissionError as error:
        message = _("{path}: permission denied").format(path=path)
        hint = _("may this account see the configuration?")
        raise Rejected(message, hint=hint, reason="not_authorised", cause=error) from error
    except FileNotFoundError as error:
        message = _("{path}: there is no such file").format(path=path)
        raise Rejected(message, reason="error_text", cause=error) from error
