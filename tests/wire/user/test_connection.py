"""Whom bitools speaks to: only a server it can verify, never in the clear, never for ever."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.certificates import Authority
from lab.directory import DomainController
from tests.wire.user.conftest import Office, describe, limits


class Listener:
    """A TLS server that takes whatever comes, and remembers every byte it was told after the handshake."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.name = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.heard = b""
        self.raw = b""
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                plain, _peer = self.socket.accept()
                with (
                    contextlib.suppress(OSError),
                    self.context.wrap_socket(plain, server_side=True) as connection,
                ):
                    self.heard += connection.recv(4096)

    def close(self) -> None:
        self.socket.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def impostor(
    request: pytest.FixtureRequest, office: Office, authority: Authority
) -> Iterator[tuple[str, Listener]]:
    kind = request.param
    issuing = office.controller._tls if kind != "strange" else authority.folder
    files = Authority(issuing).issue("good" if kind == "strange" else kind, "dc1.belediye.test", "127.0.0.1")
    if kind == "good":
        raise ValueError(kind)
    listener = Listener(*files)
    yield kind, listener
    listener.close()


TOLD = {
    "expired": "has expired",
    "wronghost": "for another",
    "selfsigned": "signed by itself",
    "strange": "a CA that directory.yaml does not name",
}


@pytest.mark.parametrize("impostor", TOLD, indirect=True)
def test_a_bad_certificate_is_named_and_nothing_is_sent(
    office: Office, impostor: tuple[str, Listener]
) -> None:
    kind, listener = impostor
    describe(office.command_line.inventory, office.controller, listener.name)
    for words in (["show", "x"], ["disable", "x"]):
        answer = office.bitools("user", *words)
        assert (answer.code, answer.stdout) == (13, "")
        assert TOLD[kind] in answer.stderr
    listener.close()
    assert listener.heard == b""


def test_without_a_ca_nothing_is_tried(office: Office) -> None:
    file = office.command_line.inventory / "directory.yaml"
    file.write_text(file.read_text().replace(f"ca: {office.controller.ca}", "ca: yok.pem"))
    answer = office.bitools("user", "show", "x")
    assert answer.code == 10
    assert "yok.pem" in answer.stderr


@pytest.mark.parametrize("server", ["ldap://127.0.0.1", "127.0.0.1:389", "ldaps://127.0.0.1:3268"])
def test_plain_ldap_is_refused_before_any_byte(office: Office, server: str) -> None:
    describe(office.command_line.inventory, office.controller, f'"{server}"')
    assert office.bitools("user", "show", "x").code == 10


def test_a_server_that_speaks_no_tls_hears_no_password(office: Office) -> None:
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        describe(office.command_line.inventory, office.controller, f"127.0.0.1:{server.getsockname()[1]}")

        def serve() -> None:
            connection, _peer = server.accept()
            with connection:
                heard.append(connection.recv(4096))

        thread = threading.Thread(target=serve)
        thread.start()
        answer = office.bitools("user", "show", "x")
        thread.join()
    assert answer.code == 13
    assert office.controller.bind_password_file.read_bytes() not in heard[0]
    assert heard[0][:1] == b"\x16"  # a TLS handshake and nothing else


def test_the_next_server_is_taken_and_the_failure_told(office: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        dead = f"127.0.0.1:{closed.getsockname()[1]}"
    describe(
        office.command_line.inventory, office.controller, f"{dead}, 'ldaps://{office.controller.address}'"
    )
    answer = office.bitools("user", "show", "bitools")
    assert answer.code == 0
    assert dead in answer.stderr


def test_a_wrong_password_is_tried_once_whatever_servers_there_are(office: Office, tmp_path: Path) -> None:
    (tmp_path / "yanlis").write_text("yanlis-parola")
    (tmp_path / "yanlis").chmod(0o600)
    address = office.controller.address
    describe(office.command_line.inventory, office.controller, f"{address}, {address}")
    file = office.command_line.inventory / "directory.yaml"
    file.write_text(
        file.read_text().replace(str(office.controller.bind_password_file), str(tmp_path / "yanlis"))
    )
    before = int(office.one("bitools")["badPwdCount"][0])
    answer = office.bitools("user", "show", "x")
    assert answer.code == 12
    assert "wrong user name or password" in answer.stderr
    assert int(office.one("bitools")["badPwdCount"][0]) - before == 1


def test_a_frozen_controller_does_not_hold_us(office: Office) -> None:
    limits(office.command_line.inventory, timeout=1)
    office.controller.freeze()
    try:
        answer = office.bitools("user", "disable", "x", "--json")
    finally:
        office.controller.thaw()
    assert (answer.code, answer.error["reason"]) == (13, "timeout"), "it has come back before the thaw"


def test_the_address_is_read_as_people_write_it() -> None:
    from bitools.user.wire.endpoint import address

    assert address("dc1.belediye.test") == ("dc1.belediye.test", 636)
    assert address("ldaps://dc1:1636/") == ("dc1", 1636)
    assert address("[::1]:636") == ("::1", 636)


def test_the_controller_of_the_lab_is_the_real_thing(controller: DomainController) -> None:
    assert controller.answers()
