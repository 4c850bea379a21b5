"""A restore where owners cannot be given (a container, a user namespace) still gives the bytes."""

from __future__ import annotations

from bitools.backup.wire.restic_answers import Answer, interpret
from bitools.errors import Rejected

OWNER = b"ignoring error for /home: lchown /tmp/out/home: invalid argument\n"
OTHER = b"ignoring error for /srv/a: open /tmp/out/srv/a: permission denied\n"
FATAL = b"Fatal: There were 1 errors\n"


def _reason(stderr: bytes) -> str:
    try:
        interpret(Answer(1, b"", stderr), "/srv/repository")
    except Rejected as error:
        return error.reason
    return ""


def test_only_complaints_about_owners_are_told_apart() -> None:
    assert _reason(OWNER + FATAL) == "ownership"
    assert _reason(OWNER + OTHER + FATAL) == "forbidden"
    assert _reason(FATAL) == "restic"
