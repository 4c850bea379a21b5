"""A stored file as restic writes it into a pipe; where nothing comes any more, nobody waits for ever."""

from __future__ import annotations

import os
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from typing import IO, TYPE_CHECKING

from bitools import process
from bitools.backup.wire.watch import Watch

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


def reading(child: process.Child, watch: Watch) -> IO[bytes]:
    """What it writes. Reading raises Unreachable if it hangs; its reader may take its time."""
    assert child.stdout is not None
    return BufferedReader(_Pipe(child, child.stdout.fileno(), watch))


@dataclass(slots=True, eq=False)
class _Pipe(RawIOBase):
    child: process.Child
    descriptor: int
    watch: Watch

    def readable(self) -> bool:
        return True

    def readinto(self, into: WriteableBuffer) -> int:
        self.watch.output_of(self.child, self.descriptor)
        return os.readv(self.descriptor, [into])
