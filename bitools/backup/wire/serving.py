"""A repository served over HTTP on the loopback, for as long as another host's restic needs it."""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from bitools import process
from bitools.backup.wire.producer import content, in_memory
from bitools.backup.wire.restic import Repository
from bitools.errors import Rejected
from bitools.i18n import _

_START = 15.0  # seconds for the server


@contextmanager
def served(repository: Repository) -> Iterator[tuple[str, int, str]]:
    """Where the repository answers over HTTP: host, port, and its location with `{place}` for both."""
    location = repository.access.location
    if location.startswith("rest:http://"):
        parts = urlsplit(repository.access.full_location().removeprefix("rest:"))
        user = f"{parts.username}:{parts.password}@" if parts.username else ""
        yield parts.hostname or "", parts.port or 8000, f"{user}{{place}}{parts.path}"
        return
    if not repository.access.folder:
        message = _("paths of another host can be pulled into a local repository or a rest:http:// one")
        raise Rejected(message, hint=_("or pull them by a command: tar"), reason="not_served")
    user, password = "bitools", secrets.token_hex(16)
    port = _free_port()
    serve = ["rclone", "serve", "restic", "--append-only", f"--addr=127.0.0.1:{port}"]
    variables = {"RCLONE_USER": user, "RCLONE_PASS": password, "RCLONE_CONFIG": "/dev/null"}
    with in_memory() as log:
        output = log.fileno()
        argv = [*serve, repository.access.folder]
        with process.start(argv, extra=variables, stdout=output, stderr=output, root=True) as server:
            ends = time.monotonic() + _START
            while not _answers(port):
                if server.poll() is not None or time.monotonic() > ends:
                    why = content(log).decode(errors="replace").strip().splitlines() or [""]
                    message = _("the repository could not be served: {why}").format(why=why[-1])
                    raise Rejected(message, reason="not_served")
                time.sleep(0.02)
            yield "127.0.0.1", port, f"{user}:{password}@{{place}}/"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False
