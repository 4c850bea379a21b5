"""A living source on a server: its pages, its refusals, and where a token never goes."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bitools.errors import BitoolsError, CredentialsRejected, Refused, Rejected, Unreachable
from bitools.inventory.import_ import importer
from bitools.inventory.lists import living
from bitools.inventory.lists.living import read
from lab.certificates import Authority


class Server(ThreadingHTTPServer):
    """NetBox, as far as a list of devices goes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, Any] = {}
        self.asked: list[str] = []
        self.leads_to = f"http://127.0.0.1:{self.server_port}/elsewhere"
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.sent = 0  # bytes of what has no end
        self.ending = threading.Event()

    def speak_tls(self, certificate: Path, key: Path) -> str:
        """Over TLS from now on; give the address."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        return f"https://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Who hangs up in the middle is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.headers.get("Authorization") or "")
        if self.path in ("/endless", "/drips"):
            self._without_end(slowly=self.path == "/drips")
            return
        page = self.server.pages.get(self.path, 404)
        status = page if isinstance(page, int) else 200
        self.send_response(status)
        if status in (301, 302):
            self.send_header("Location", self.server.leads_to)
        self.end_headers()
        self.wfile.write(json.dumps(page).encode())

    def _without_end(self, *, slowly: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(5 << 30))
        self.end_headers()
        piece = b" " if slowly else b" " * (1 << 20)
        with suppress(OSError):
            while not self.server.ending.wait(0.05 if slowly else 0):
                self.wfile.write(piece)
                self.server.sent += len(piece)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.ending.set()
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


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


def secured(server: Server, authority: Authority, kind: str = "good") -> str:
    return server.speak_tls(*authority.issue(kind, "netbox.belediye.test", "127.0.0.1"))


def test_a_server_that_the_named_authority_vouches_for_is_asked_with_the_token(
    server: Server, authority: Authority
) -> None:
    address = secured(server, authority)
    server.pages = {"/api/": page("sw-1")}
    found = importer("netbox")(read(f"{address}/api/", "gizli", authority.certificate_file))
    assert list(found.devices) == ["sw-1"]
    assert server.asked == ["Token gizli"]


@pytest.mark.parametrize(
    ("kind", "why"), [("expired", "expired"), ("wronghost", "127.0.0.1"), ("selfsigned", "signed by itself")]
)
def test_a_certificate_that_proves_nothing_ends_it_before_the_token_is_said(
    server: Server, authority: Authority, kind: str, why: str
) -> None:
    address = secured(server, authority, kind)
    with pytest.raises(Unreachable, match=why) as caught:
        read(f"{address}/api/", "gizli", authority.certificate_file)
    assert caught.value.reason == "tls"
    assert "ca:" in caught.value.hint
    assert server.asked == []


def test_an_authority_that_nobody_named_vouches_for_nobody(
    server: Server, authority: Authority, tmp_path: Path
) -> None:
    address = secured(server, authority)
    for named in (None, Authority(tmp_path / "other").certificate_file):
        with pytest.raises(Unreachable, match="certificate is not trusted") as caught:
            read(f"{address}/api/", "gizli", named)
        assert caught.value.reason == "tls"
    assert server.asked == []


def test_another_host_is_not_followed_and_gets_no_token(server: Server, authority: Authority) -> None:
    address = secured(server, authority)
    with Server() as other:
        thread = threading.Thread(target=other.serve_forever)
        thread.start()
        server.leads_to = f"{other.address}/api/"
        server.pages = {"/api/": 302, "/paged": page("sw-1", following=f"{other.address}/api/")}
        for path, reason in (("/api/", "http"), ("/paged", "elsewhere")):
            with pytest.raises(Rejected) as caught:
                read(f"{address}{path}", "gizli", authority.certificate_file)
            assert caught.value.reason == reason
        other.shutdown()
        thread.join()
        assert other.asked == []


def test_five_gigabytes_are_not_waited_for(server: Server, authority: Authority) -> None:
    address = secured(server, authority)
    with pytest.raises(BitoolsError, match="20 MB"):
        read(f"{address}/endless", "", authority.certificate_file)
    assert server.sent < 100_000_000


def test_a_server_that_drips_is_left_in_time(
    server: Server, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each letter comes well before anybody's patience ends; all of them together would take eight years."""
    monkeypatch.setattr(living, "_LONGEST", 1.0)
    address = secured(server, authority)
    with pytest.raises(Unreachable, match="in time") as caught:
        read(f"{address}/drips", "", authority.certificate_file)
    assert caught.value.reason == "timeout"
