"""How much a device may say: so much an answer, so long a line, and so much of all devices at a time.

A switch that is broken, or somebody's, may talk without end; the others are to be followed all the same.
"""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from bitools.engine import Attempt
from bitools.errors import IntegrityBroken, Unreachable
from bitools.i18n import _
from bitools.net.wire.large import LARGE, PAGE, Large, Pages, Printed, in_lines

LARGEST = 64  # MiB an answer, if the settings do not say otherwise
LONGEST = 1 << 20  # bytes a line
MOST = 1 << 20  # lines an answer: each costs more memory than what it says
_MIB = 1 << 20
_FREE = _MIB // 2  # bytes of an answer that nobody counts: what healthy devices say
_TOGETHER = 16 << 20  # bytes of larger answers at a time, beside the first of them
_NEAR = _MIB // 8  # bytes at the end of an answer that may still be written anew (a pager is taken out)


class _Room:
    """Memory for large answers, by the thread that has them; who finds none waits.

    The first always goes on, up to the bound of one answer: two that wait for each other would wait for ever.
    """

    def __init__(self, size: int) -> None:
        self._left = size
        self._taken: dict[int, int] = {}  # in the order of their first bytes
        self._changed = threading.Condition()

    def take(self, who: int, size: int, attempt: Attempt) -> None:
        with self._changed:
            self._taken.setdefault(who, 0)
            try:
                while self._left < size and next(iter(self._taken)) != who:
                    self._changed.wait(1.0)
                    _go_on(attempt)
                self._left -= size
                self._taken[who] += size
            finally:
                if not self._taken[who]:
                    del self._taken[who]

    def give(self, who: int, size: int) -> None:
        with self._changed:
            self._left += size
            self._taken[who] = self._taken.get(who, 0) - size
            if self._taken[who] <= 0:
                del self._taken[who]
            self._changed.notify_all()


_ROOM = _Room(_TOGETHER)
_TURN = threading.Lock()
_here = threading.local()  # `kept`: bytes of answers that are read, and still worked on


@contextmanager
def at_work() -> Iterator[None]:
    """Until its end the room of the answers that are taken here stays theirs: work needs it, too."""
    _here.kept = 0
    try:
        yield
    finally:
        kept, _here.kept = _here.kept, None
        if kept:
            _ROOM.give(threading.get_ident(), kept)


@contextmanager
def one_at_a_time(size: int) -> Iterator[None]:
    """Work on a large answer (its letters): it takes several times its room, and no longer for waiting."""
    if size <= _FREE:
        yield
        return
    with _TURN:
        yield


class Bound(NamedTuple):
    """How much one device may say: MiB an answer, and as long as anybody waits for it."""

    largest: int
    attempt: Attempt


def _go_on(attempt: Attempt) -> None:
    """Raise Unreachable if nobody waits for this device any more."""
    if attempt.given_up():
        raise Unreachable(_("nobody waits for it any more"), reason="deadline")


class Answer:
    """What has come since the last command. Raise IntegrityBroken (`too_large`, `long_line`) for too much."""

    def __init__(self, bound: Bound) -> None:
        self._largest, self._attempt = bound.largest * _MIB, bound.attempt
        self._pages = Pages()
        self._end = bytearray()  # what is behind them
        self._line = 0  # bytes since the last line break
        self._lines = 0
        self._taken = 0
        self._who = threading.get_ident()

    def __len__(self) -> int:
        return len(self._pages) + len(self._end)

    def __del__(self) -> None:
        self.clear()

    def add(self, chunk: bytes) -> None:
        """Keep what came."""
        size = len(self) + len(chunk)
        if size > self._largest:
            self.clear()
            raise too_large(self._largest // _MIB)
        end = chunk.rfind(b"\n")
        self._line = self._line + len(chunk) if end < 0 else len(chunk) - end - 1
        self._lines += chunk.count(b"\n")
        if self._line > LONGEST or self._lines > MOST:
            error = _long_line() if self._line > LONGEST else _many_lines()
            self.clear()
            raise error
        while size > _FREE + self._taken:
            _go_on(self._attempt)
            _ROOM.take(self._who, _MIB, self._attempt)
            self._taken += _MIB
        self._end += chunk
        if len(self._end) >= PAGE + _NEAR:
            with memoryview(self._end) as data:
                self._pages.add(data[:PAGE])
            del self._end[:PAGE]

    def clear(self) -> None:
        """Forget it."""
        self._forget()
        if self._taken:
            _ROOM.give(self._who, self._taken)
            self._taken = 0

    def _forget(self) -> None:
        self._pages.clear()
        self._end = bytearray()
        self._line = self._lines = 0

    def first(self, size: int) -> bytes:
        """Its beginning, at most one page."""
        return self._pages.first(size) if self._pages else bytes(self._end[:size])

    def last(self, size: int) -> bytes:
        """Its end, at most as much as may be written anew."""
        return bytes(self._end[-size:])

    def replace_last(self, size: int, data: bytes) -> None:
        """Other bytes in the place of the last ones."""
        self._end[max(0, len(self._end) - size) :] = data

    def printed(self, decoded: Callable[[bytes | bytearray], str]) -> Printed:
        """All of it as text; it is forgotten here."""
        pages, end = self._pages, self._end
        if getattr(_here, "kept", None) is not None:
            _here.kept, self._taken = _here.kept + self._taken, 0
        if len(self) > LARGE:
            self._pages = Pages()
            self.clear()
            return Large(in_lines(self._wanted(pages), bytes(end), decoded))
        whole = b"".join((*pages.taken(), end)) if pages else end
        self.clear()
        return decoded(whole)

    def _wanted(self, pages: Pages) -> Iterator[bytes]:
        """The pages, as long as somebody waits for them. Raise Unreachable."""
        for page in pages.taken():
            _go_on(self._attempt)
            yield page


class Metered:
    """A connection of a library that reads by itself: beyond the bound it breaks off."""

    def __init__(self, connection: socket.socket, largest: int) -> None:
        self._connection = connection
        self._left = (largest + 2) * _MIB  # with what carries it
        self.exceeded = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def recv(self, size: int) -> bytes:
        """What has come. Raise OSError if it is too much."""
        data = self._connection.recv(size)
        self._left -= len(data)
        if self._left < 0:
            self.exceeded = True
            raise OSError(errno.EMSGSIZE, "too much has come")
        return data


def too_large(largest: int) -> IntegrityBroken:
    """Its answer goes on and on."""
    return IntegrityBroken(
        _("not a whole configuration: more than {size} MiB have come").format(size=largest),
        hint=_("broken? if it is that large: largest_answer in settings.yaml"),
        reason="too_large",
    )


def _long_line() -> IntegrityBroken:
    return IntegrityBroken(
        _("not a whole configuration: a line of more than {size} MiB").format(size=LONGEST // _MIB),
        hint=_("look at the device; no configuration has such lines"),
        reason="long_line",
    )


def _many_lines() -> IntegrityBroken:
    return IntegrityBroken(
        _("not a whole configuration: more than {count} lines have come").format(count=f"{MOST:,}"),
        hint=_("look at the device; no configuration has so many"),
        reason="too_large",
    )
