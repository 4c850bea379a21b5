"""What stands in front of a PostgreSQL dump: how its database was made, its settings, owner and rights.

`pg_restore` gives that only for the name the database had (`--create`), so it is read here, for another one.
A dump of the custom format begins with its table of contents, as the stream comes.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Sequence
from typing import IO, Any

from bitools import process
from bitools.backup.wire.producer import content, in_memory

_CHUNK = 1 << 16
_PATIENCE = 60.0  # seconds to end after its last byte
_MOST = 256 << 20  # bytes of a table of contents
_MADE = re.compile(r'^CREATE DATABASE ("(?:[^"]|"")+"|\S+) ', re.MULTILINE)
_ABOUT = (
    r"^(CREATE DATABASE|ALTER DATABASE|COMMENT ON DATABASE|ALTER ROLE .+ IN DATABASE"
    r"|GRANT .+ ON DATABASE|REVOKE .+ ON DATABASE) {} "
)
_OWN = re.compile(r"\d+; \d+ \d+ (DATABASE( PROPERTIES)? - |(COMMENT|ACL|SECURITY LABEL) - DATABASE )")
_SETTING = "ALTER DATABASE {} SET "


class _Again(io.RawIOBase):
    """A stream of which the beginning was read already."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        super().__init__()
        self._head, self._rest = memoryview(head), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        chunk = self._head[: len(buffer)] if self._head else self._rest.read(len(buffer))
        self._head = self._head[len(buffer) :]
        buffer[: len(chunk)] = chunk
        return len(chunk)


def read(dump: IO[bytes]) -> tuple[list[str], IO[bytes]]:
    """The statements about the database itself, under its old name, and the dump, whole again.

    Only what the table of contents calls the database's own: a line in a procedure may look like one. No
    statement where `pg_restore` cannot read the dump: whoever loads it will say why.
    """
    contents, head = _fed(["pg_restore", "--create", "--list"], b"", dump)
    chosen = [line for line in contents.decode(errors="replace").splitlines() if _OWN.match(line)]
    script = b""
    if chosen:
        with os.fdopen(os.memfd_create("list"), "w", encoding="utf-8") as file:
            file.write("\n".join(chosen) + "\n")
            file.flush()
            listed = f"--use-list=/proc/self/fd/{file.fileno()}"
            asked = ["pg_restore", "--create", "--schema-only", listed, "--file=-"]
            script, head = _fed(asked, head, dump, (file.fileno(),))
    return list(_statements(script.decode(errors="replace"))), io.BufferedReader(_Again(head, dump), _CHUNK)


def _fed(
    argv: Sequence[str], head: bytes, dump: IO[bytes], descriptors: tuple[int, ...] = ()
) -> tuple[bytes, bytes]:
    """What a program says of the beginning of a dump, and how much of it has been read by now."""
    with in_memory() as said, in_memory() as complaints:
        with process.start(
            argv, stdout=said.fileno(), stderr=complaints.fileno(), pass_fds=descriptors, root=True
        ) as child:
            assert child.stdin is not None
            try:
                child.stdin.write(head)
                child.stdin.flush()
                while len(head) < _MOST and (chunk := dump.read(_CHUNK)):
                    head += chunk
                    child.stdin.write(chunk)
                    child.stdin.flush()
                child.stdin.close()
            except BrokenPipeError:
                pass  # it has read enough, or it cannot read it
            process.waited(child, _PATIENCE)
        return content(said), head


def renamed(statements: list[str], database: str) -> list[str]:
    """The same about another database, whose name needs no quotes."""
    made = _MADE.search("\n".join(statements))
    if made is None:
        return []
    about = re.compile(_ABOUT.format(re.escape(made[1])))
    return [about.sub(rf"\1 {database} ", one, count=1) for one in statements if about.match(one)]


def is_setting(statement: str, database: str) -> bool:
    """Does it set a parameter, and neither owner nor rights?"""
    return statement.startswith(_SETTING.format(database))


def _statements(script: str) -> Iterator[str]:
    """The statements of a script as `pg_restore` writes it; a text in one may have line breaks."""
    waiting = ""
    for line in script.splitlines():
        if not waiting and (not line or line.startswith(("--", "SET ", "SELECT ", "\\"))):
            continue
        waiting += ("\n" if waiting else "") + line
        if line.endswith(";") and waiting.count("'") % 2 == 0:
            yield waiting
            waiting = ""
