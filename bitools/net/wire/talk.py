"""What devices said, session by session: to find out why one went wrong, and for whoever wants to read it.

What is typed is seen in the device's echo; passwords have none and are not kept. A transcript is masked with
every platform's patterns before it is written, for nobody knows yet what answered.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from bitools.errors import Refused
from bitools.i18n import _, system_words
from bitools.net.wire.mask import Masks
from bitools.owned import DESCRIPTORS
from bitools.run import Run
from bitools.sanitize import inert

_BEGINNING, _END = 1 << 16, 1 << 14  # bytes that are kept of each to find out why
_MOST = 4 << 20  # bytes of one device's transcript


class Talk:
    """One device's sessions of a run: the beginning and the end of what it said."""

    def __init__(self, most: int = _BEGINNING) -> None:
        self.software = ""  # what its SSH server calls itself
        self.asked = False  # has a configuration been asked for?
        self._most = most
        self._first, self._last = bytearray(), bytearray()

    def heard(self, data: bytes) -> None:
        """It said this."""
        room = max(self._most - len(self._first), 0)
        self._first += data[:room]
        if len(data) > room:
            self._last = (self._last + data[room:])[-_END:]

    @property
    def text(self) -> str:
        """All that is left of it."""
        between = b"\n[...]\n" if self._last else b""
        data = bytes(self._first) + between + bytes(self._last)
        return data.decode(errors="replace").replace("\r", "")


class Talks:
    """Those of every device of a run. `whole`: somebody wants to read them."""

    def __init__(self) -> None:
        self.whole = False
        self._of: dict[str, Talk] = {}
        self._lock = threading.Lock()

    def of(self, device: str) -> Talk:
        """One device's."""
        with self._lock:
            if device not in self._of:
                self._of[device] = Talk(_MOST if self.whole else _BEGINNING)
            return self._of[device]

    def write(self, run: Run, file: Path) -> None:
        """Write them all, masked, for the one who asked alone. Raise Refused if that cannot be."""
        masks = Masks(run)
        parts = []
        for name, talk in sorted(self._of.items()):
            software = f" (SSH: {inert(talk.software)})" if talk.software else ""
            said = "\n".join(inert(line) for line in masks.of_anyone(talk.text).split("\n"))
            parts.append(f"==== {name}{software}\n{said}\n")
        try:
            if file.parent == DESCRIPTORS:
                file.write_text("".join(parts), encoding="utf-8")
                return
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
            with open(os.open(file, flags, 0o600), "w", encoding="utf-8", errors="replace") as out:
                os.fchmod(out.fileno(), 0o600)
                out.write("".join(parts))
        except OSError as error:
            message = _("the transcript cannot be written to {file}: {why}")
            raise Refused(message.format(file=file, why=system_words(error)), cause=error) from error
