"""Answers that were proven whole, so that the very same one is not taken apart again the next night.

Beside the history, by device: a keyed digest of what it printed, of the text that became of it, and of
everything that made this text of it (platform, code, masks). Where all of it is as it was, so is the text.
The key is the inventory's `mask_key`: whoever can write in the state cannot make a digest. Without one
nothing is remembered, and each answer is read anew.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import bitools
from bitools import platforms, state
from bitools.net import decisions
from bitools.platforms.model import Platform
from bitools.run import Run

_FILE = "answers.json"


class Answers:
    """Those of all devices."""

    def __init__(self, run: Run, key: bytes) -> None:
        """`key` is the one of the masks; it is not used if it lies in the state."""
        self._run = run
        self._key = key if run.inventory.settings.mask_key else b""
        self._known = _read(run) if self._key else {}
        self._makers: dict[str, bytes] = {}
        self._seen: dict[str, str] = {}

    def digest(self, platform: Platform, host: str, commands: Sequence[str], raw: str, text: str) -> str:
        """What stands for an answer of `host` (the name in its prompt) to these commands, and its text."""
        if not self._key:
            return ""
        made = hmac.new(self._key, b"answer", hashlib.sha256)
        for part in (
            self._maker(platform),
            host.encode(),
            *(one.encode() for one in commands),
            text.encode(),
        ):
            made.update(b"%d:" % len(part) + part)
        made.update(raw.encode(errors="surrogatepass"))
        return made.hexdigest()

    def known(self, device: str, digest: str) -> bool:
        """Is this what the device answered the last time?"""
        return bool(digest) and hmac.compare_digest(self._known.get(device, ""), digest)

    def seen(self, device: str, digest: str) -> None:
        """The device has answered this, which is whole."""
        self._seen[device] = digest

    def keep(self, devices: Iterable[str]) -> None:
        """Remember the answers of these for the next run."""
        found = {name: self._seen[name] for name in devices if self._seen.get(name)}
        devices_now = self._run.inventory.devices
        known = {name: one for name, one in (self._known | found).items() if name in devices_now}
        if known != self._known:
            state.write(self._run.state.path(_FILE), json.dumps(known).encode())

    def _maker(self, platform: Platform) -> bytes:
        """What stands for all that makes a text of an answer of this platform."""
        if platform.name not in self._makers:
            own = platforms.own_folder(self._run.inventory.folder)
            made = hashlib.sha256(_code())
            for name in platform.lineage:
                made.update(platforms.file_of(name, own).read_bytes())
            self._makers[platform.name] = made.digest()
        return self._makers[platform.name]


def _read(run: Run) -> dict[str, str]:
    """What was remembered; nothing of a file that is none of ours: then all is read anew."""
    try:
        found = json.loads(run.state.read(_FILE))
    except (FileNotFoundError, ValueError):
        return {}
    entries = found.items() if isinstance(found, dict) else ()
    return {name: digest for name, digest in entries if isinstance(digest, str) and digest.isascii()}


@cache
def _code() -> bytes:
    """What stands for this version, and for its code as it lies there: a developer's has the same number."""
    folder = Path(bitools.__file__).parent
    made = hashlib.sha256(bitools.__version__.encode())
    for place in (Path(decisions.__file__).parent, folder / "regex", folder / "platforms"):
        for name, size, changed in sorted(_files(place)):
            made.update(f"{name} {size} {changed}\n".encode())
    return made.digest()


def _files(folder: Path) -> Iterator[tuple[str, int, int]]:
    for entry in os.scandir(folder):
        if entry.is_dir():
            yield from _files(Path(entry.path))
        elif entry.name.endswith(".py"):
            found = entry.stat()
            yield entry.name, found.st_size, found.st_mtime_ns
