"""A conversation over HTTP that ends when its time is over, whatever the other side drips.

The TLS handshake and every letter of the answer count; a socket's own limit counts from letter to letter.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from urllib.parse import SplitResult


@contextmanager
def connected(
    url: SplitResult, seconds: float, *, ca: Path | None = None, patience: float | None = None
) -> Iterator[http.client.HTTPConnection]:
    """A connection to the server of an address, for the block; over TLS, checked, if it is https.

    `patience`: seconds without a word (all there are, if it is not said). Raise TimeoutError when `seconds`
    are over, also where the block read an end then: what has come is not all. Raise OSError, HTTPException.
    """
    until = monotonic() + seconds
    host, secure = url.hostname or "", url.scheme == "https"
    port = http.client.HTTPS_PORT if secure else http.client.HTTP_PORT
    connection = http.client.HTTPConnection(host, url.port or port)
    connection.default_port = port
    quiet = max(min(seconds, patience or seconds), 0.1)
    sock = socket.create_connection((connection.host, connection.port), quiet)
    late = threading.Event()
    with sock.dup() as same:  # TLS takes the other one over

        def end() -> None:
            late.set()
            with suppress(OSError):
                same.shutdown(socket.SHUT_RDWR)

        watch = threading.Timer(until - monotonic(), end)
        watch.daemon = True
        watch.start()
        try:
            trust = ssl.create_default_context(cafile=ca)
            connection.sock = trust.wrap_socket(sock, server_hostname=host) if secure else sock
            yield connection
        except (OSError, http.client.HTTPException) as error:
            raise TimeoutError if late.is_set() else error from error
        finally:
            watch.cancel()
            connection.close()
            sock.close()
    if late.is_set():
        raise TimeoutError
