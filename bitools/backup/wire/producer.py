"""A program whose output is backed up as it comes: dumps of databases.

Its password, if it needs one, is a file that exists only in memory and only for it: in no argument list, no
environment, on no disk.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bitools import process
from bitools.errors import BitoolsError, Rejected
from bitools.i18n import _

_CHUNK = 1 << 20
_LAST_WORDS = 4096  # bytes of the end that are looked at
_END = 900.0  # seconds to end after the last byte
SECRET = "{secret}"  # in a command or a variable: where the secret file is


@dataclass(frozen=True, slots=True)
class Producer:
    """A command, the name of the file it becomes, and what its output must be like.

    `secret` is the content of the secret file; `ending` a pattern that the last bytes must fit (a dump that
    was cut off may still end with code 0).
    """

    command: tuple[str, ...]
    file_name: str
    at_least: int = 1
    variables: tuple[tuple[str, str], ...] = ()
    secret: str = ""
    ending: bytes = b""

    def __repr__(self) -> str:
        return f"Producer({self.command!r}, {self.file_name!r})"


def pour(producer: Producer, into: IO[bytes]) -> BitoolsError | None:
    """Let a program write into a pipe, which stays open; say what was wrong with it, if anything was."""
    name = Path(producer.command[0]).name
    try:
        with secret_file(producer.secret) as (descriptors, place):
            command = [word.replace(SECRET, place) for word in producer.command]
            extra = {variable: value.replace(SECRET, place) for variable, value in producer.variables}
            count, tail, code, complaint = _run(command, extra, descriptors, into, look=bool(producer.ending))
    except BrokenPipeError:
        return Rejected(_("restic stopped reading"), reason="reader_gone")
    except BitoolsError as error:
        return error
    if code != 0:
        message = _("{program} ended with code {code}: {complaint}; no snapshot was made")
        return Rejected(
            message.format(program=name, code=code, complaint=complaint), reason="producer_failed"
        )
    if count < producer.at_least:
        message = _("{program} wrote {count} bytes, at least {least} are expected; no snapshot was made")
        return Rejected(
            message.format(program=name, count=count, least=producer.at_least), reason="too_small"
        )
    if producer.ending and not re.search(producer.ending, tail):
        message = _("what {program} wrote does not end as a whole dump does; no snapshot was made")
        return Rejected(message.format(program=name), reason="cut_off")
    return None


def _run(
    command: Sequence[str], extra: dict[str, str], descriptors: Sequence[int], into: IO[bytes], *, look: bool
) -> tuple[int, bytes, int, str]:
    """Run it; give how much it wrote, the last of it (if looked at), its code and its last complaint."""
    count, tail = 0, b""
    with os.fdopen(os.memfd_create("complaints"), "w+b") as complaints:
        with process.start(
            command, extra=extra, stderr=complaints.fileno(), pass_fds=descriptors, root=True
        ) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.close()
            source = child.stdout.fileno()
            if look:
                while chunk := os.read(source, _CHUNK):
                    _write(into.fileno(), chunk)
                    count += len(chunk)
                    tail = (tail + chunk)[-_LAST_WORDS:]
            else:
                while moved := os.splice(source, into.fileno(), _CHUNK):
                    count += moved
            code = child.wait(_END)
        lines = content(complaints).decode(errors="replace").splitlines()
        last = next((line.strip() for line in reversed(lines) if any(map(str.isalpha, line))), "")
    return count, tail, code, last


def _write(descriptor: int, chunk: bytes) -> None:
    """Write past Python's buffer: what is left in it would be written again when the pipe is closed."""
    rest = memoryview(chunk)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


@contextmanager
def secret_file(secret: str) -> Iterator[tuple[tuple[int, ...], str]]:
    """A file in memory with this content, readable by its owner alone; its descriptor and its name."""
    if not secret:
        yield (), ""
        return
    with os.fdopen(os.memfd_create("secret"), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(secret)
        file.flush()
        yield (file.fileno(),), f"/proc/self/fd/{file.fileno()}"


def content(file: IO[bytes]) -> bytes:
    """Everything in a file that a child wrote."""
    file.seek(0)
    return file.read()
