"""Recovery copies read back, by whoever brings the key: this machine alone cannot (`recovery`).

The key comes in as bytes and goes to the program by its standard input; GnuPG's into a folder that is gone
afterwards. What comes out is never written.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bitools import process
from bitools.errors import Rejected
from bitools.i18n import _
from bitools.state import State

_NAME = re.compile(r"(\d{8}T\d{6}Z)-[0-9a-f]{12}\.cfg\.(age|gpg)")
_GPG = ("--batch", "--quiet", "--no-options", "--trust-model", "always", "--pinentry-mode", "loopback")


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: whose, of which run, and what is in it, secrets and all."""

    device: str
    time: datetime
    name: str
    text: str = field(repr=False)


def read(state: State, key: bytes, complaints: list[str]) -> Iterator[Copy]:
    """Every copy that this key opens, device by device, the oldest first; of the others a complaint."""
    with tempfile.TemporaryDirectory(prefix="bitools-") as home:
        if b"PGP PRIVATE KEY" in key:
            done = process.run(["gpg", "--homedir", home, *_GPG, "--import"], stdin=key, timeout=60)
            if done.code != 0:
                complaints.append(_("the key cannot be used: {why}").format(why=done.complaint))
        for device in state.sweep("recovery"):
            for name in state.sweep("recovery", device):
                if not (found := _NAME.fullmatch(name)):
                    continue
                time = datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
                try:
                    text = _opened(state.at("recovery", device, name), found[2], key, home)
                except Rejected as error:
                    complaints.append(f"{device}/{name}: {error.message}")
                    continue
                yield Copy(device, time, name, text)


def _opened(path: Path, kind: str, key: bytes, home: str) -> str:
    if kind == "age":
        done = process.run(["age", "--decrypt", "--identity", "-", str(path)], stdin=key, timeout=60)
    else:
        done = process.run(["gpg", "--homedir", home, *_GPG, "--decrypt", str(path)], timeout=60)
    if done.code != 0:
        raise Rejected(_("the key does not open it: {why}").format(why=done.complaint), reason="key")
    return done.stdout.decode(errors="replace")
