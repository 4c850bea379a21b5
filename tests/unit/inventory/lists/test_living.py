"""A living source on a server: its pages, its refusals, and where a token never goes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bitools.errors import BitoolsError, CredentialsRejected, Refused, Rejected, Unreachable
from bitools.inventory.import_ import importer
from bitools.inventory.lists.living import read


class Server(ThreadingHTTPServer):
    """NetBox, as far as a list of devices goes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, Any] = {}
        self.asked: list[str] = []
        self.address = f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.headers.get("Authorization") or "")
        page = self.server.pages.get(self.path, 404)
        status = page if isinstance(page, int) else 200
        self.send_response(status)
        if status in (301, 302):
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.end_headers()
        self.wfile.write(json.dumps(page).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def page(*names: str, following: str | None = None) -> dict[str, Any]:
    return {"next": following, "results": [{"id": 1, "name": name} for name in names]}


def test_every_page_is_read(server: Server) -> None:
    server.pages = {
        "/api/?limit=1": page("sw-1", following=f"{server.address}/api/?limit=1&offset=1"),
        "/api/?limit=1&offset=1": page("sw-2"),
    }
    found = importer("netbox")(read(f"{server.address}/api/?limit=1"))
    assert list(found.devices) == ["sw-1", "sw-2"]
    assert not any("more pages" in note for note in found.notes)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (401, CredentialsRejected),
        (403, CredentialsRejected),
        (404, Rejected),
        (302, Rejected),
        (503, Unreachable),
    ],
)
def test_what_a_server_refuses_is_told(server: Server, answer: int, kind: type[BitoolsError]) -> None:
    server.pages = {"/": answer}
    with pytest.raises(kind, match=str(answer)):
        read(f"{server.address}/")


def test_pages_that_lead_elsewhere_or_in_a_circle_are_not_followed(server: Server) -> None:
    server.pages = {"/": page("sw-1", following="http://192.0.2.1/api")}
    with pytest.raises(Rejected, match="elsewhere"):
        read(f"{server.address}/")
    server.pages = {"/": page("sw-1", following=f"{server.address}/")}
    with pytest.raises(Rejected, match="elsewhere"):
        read(f"{server.address}/")


def test_a_token_is_only_sent_over_tls(server: Server) -> None:
    with pytest.raises(Refused, match="https"):
        read(f"{server.address}/", token="gizli")
    with pytest.raises(Refused, match="https"):
        read("http://netbox.belediye.test/api/")
    assert server.asked == []


def test_nobody_there_is_told() -> None:
    with pytest.raises(Unreachable):
        read("http://127.0.0.1:1/")
