"""A program whose output is backed up as it comes: dumps of databases.

Its password, if it needs one, is a file that exists only in memory and only for it: in no argument list, no
environment, on no disk.
"""

from __future__ import annotations

import os
import re
import select
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from bitools import process
from bitools.backup.wire.cause import cause
from bitools.backup.wire.watch import TimeLimits, Watch
from bitools.errors import BitoolsError, Rejected
from bitools.i18n import _

_CHUNK = 1 << 20
_PIPE = 64 << 10  # bytes
_HEAD, _LAST_WORDS = 1024, 4096  # bytes of the beginning and the end that are looked at
_END = 900.0  # seconds to end after the last byte
SECRET = "{secret}"  # in a command or a variable: where the secret file is


@dataclass(frozen=True, slots=True)
class Producer:
    """A command, the name of the file it becomes, and what its output must be like.

    `secret` is the content of the secret file; `ending` a pattern that the last bytes must fit (a dump that
    was cut off may still end with code 0), `preface` what is stored before it, `tables` how many the server
    says that it has, `rows` how many are in each; `meaning` knows complaints that
    stand for more than a failure.
    """

    command: tuple[str, ...]
    file_name: str
    at_least: int = 1
    variables: tuple[tuple[str, str], ...] = ()
    secret: str = ""
    ending: bytes = b""
    preface: bytes = b""
    tables: int | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    meaning: Callable[[str], BitoolsError | None] | None = None

    def __repr__(self) -> str:
        return f"Producer({self.command!r}, {self.file_name!r})"


def pour(producer: Producer, into: IO[bytes], limits: TimeLimits, head: bytearray) -> BitoolsError | None:
    """Let a program write into a pipe, which stays open; say what was wrong with it, if anything was. `head`
    gets its first bytes.
    """
    name = Path(producer.command[0]).name
    try:
        with secret_file(producer.secret) as (descriptors, place):
            command = [word.replace(SECRET, place) for word in producer.command]
            extra = {variable: value.replace(SECRET, place) for variable, value in producer.variables}
            watch = Watch(name, limits)
            count, tail, code, complaint = _run(
                command, extra, descriptors, into, watch, producer.preface, head, look=bool(producer.ending)
            )
    except BrokenPipeError:
        return Rejected(_("restic stopped reading"), reason="reader_gone")
    except BitoolsError as error:
        return error
    if code != 0 and producer.meaning and (known := producer.meaning(complaint)):
        return known
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
    command: Sequence[str],
    extra: dict[str, str],
    descriptors: Sequence[int],
    into: IO[bytes],
    watch: Watch,
    preface: bytes,
    head: bytearray,
    *,
    look: bool,
) -> tuple[int, bytes, int, str]:
    """Run it; give how much it wrote, the last of it (if looked at), its code and why it failed."""
    count, tail = 0, b""
    with in_memory() as complaints:
        with process.start(
            command, extra=extra, stderr=complaints.fileno(), pass_fds=descriptors, root=True
        ) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.close()
            _write(into.fileno(), preface, watch)
            for size, chunk in _moved(child.stdout.fileno(), into.fileno(), watch, head, look=look):
                count += size
                tail = (tail + chunk)[-_LAST_WORDS:]
            code = process.waited(child, _END)
            if code is None:
                raise watch.ended(_END)
        why = cause(content(complaints).decode(errors="replace"))
    return count, tail, code, why


def _moved(
    source: int, into: int, watch: Watch, head: bytearray, *, look: bool
) -> Iterator[tuple[int, bytes]]:
    """Move bytes from pipe to pipe: how many, and which ones if they are looked at. Raise Unreachable if
    nothing comes, or nothing is taken, for too long.

    Past Python's buffer: what is left in it would be written again when the pipe is closed.
    """
    while True:
        watch.ready(source, select.POLLIN)
        read = look or len(head) < _HEAD
        chunk = os.read(source, _CHUNK) if read else b""
        head += chunk[: _HEAD - len(head)]
        _write(into, chunk, watch)
        size = len(chunk) if read else _spliced(source, into, watch)
        if not size:
            return
        yield size, chunk


def _write(into: int, chunk: bytes | bytearray, watch: Watch) -> None:
    os.set_blocking(into, False)
    rest = memoryview(chunk)
    while rest:
        watch.ready(into, select.POLLOUT)
        rest = rest[os.write(into, rest) :]


@dataclass(slots=True)
class Sink:
    """A pipe into a program that may stop to take anything: writing raises Unreachable then."""

    descriptor: int
    watch: Watch
    _waiting: bytearray = field(default_factory=bytearray)

    def write(self, chunk: bytes) -> None:
        """Write it now or later."""
        self._waiting += chunk
        if len(self._waiting) >= _PIPE:
            self.flush()

    def flush(self) -> None:
        """Write what was kept back."""
        ready, self._waiting = self._waiting, bytearray()
        _write(self.descriptor, ready, self.watch)


def _spliced(source: int, into: int, watch: Watch) -> int:
    """Move what has come without copying it; 0 at its end."""
    while True:
        watch.ready(into, select.POLLOUT)
        try:
            return os.splice(source, into, _CHUNK, flags=os.SPLICE_F_NONBLOCK)
        except BlockingIOError:
            watch.ready(source, select.POLLIN)


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


def in_memory() -> IO[bytes]:
    """A file for what a child says: it needs no room on a disk, which may be what the child complains of."""
    return os.fdopen(os.memfd_create("said"), "w+b")


def content(file: IO[bytes]) -> bytes:
    """Everything in a file that a child wrote."""
    file.seek(0)
    return file.read()
