"""Places for restic repositories that are not folders: a rest-server, an S3 store. On the loopback only."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lab import restic_releases
from lab.patience import HANGS


@contextmanager
def rest_server(folder: Path, *options: str) -> Iterator[str]:
    """Debian 13's rest-server over a folder; gives `host:port`."""
    port = _free_port()
    program = restic_releases.newer() / "rest-server"
    command = [str(program), "--path", str(folder), "--listen", f"127.0.0.1:{port}", *options]
    with _serving(command, port):
        yield f"127.0.0.1:{port}"


@contextmanager
def s3() -> Iterator[str]:
    """moto's S3 with one bucket, `yedek`; gives `host:port`. It asks for keys and takes any."""
    port = _free_port()
    program = Path(sys.executable).with_name("moto_server")
    with _serving([str(program), "-H", "127.0.0.1", "-p", str(port)], port):
        bucket = urllib.request.Request(f"http://127.0.0.1:{port}/yedek", method="PUT")
        urllib.request.urlopen(bucket).close()
        yield f"127.0.0.1:{port}"


@contextmanager
def _serving(command: Sequence[str], port: int) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            ends = time.monotonic() + HANGS
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    if server.poll() is not None or time.monotonic() > ends:
                        raise
                time.sleep(0.03)
            yield
        finally:
            server.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
