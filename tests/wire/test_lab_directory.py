"""The lab's domain controller is one that bitools can be tried on: verified TLS, delegated rights, faults."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import ldap3
import pytest
from ldap3.core.exceptions import LDAPSocketOpenError

from lab import packages
from lab.directory import DomainController
from lab.loopback import free_address
from lab.patience import HANGS

pytestmark = pytest.mark.root


@pytest.fixture(scope="module")
def controller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DomainController]:
    packages.require_for_test(*packages.DIRECTORY)
    with DomainController(tmp_path_factory.mktemp("lab") / "dc", free_address(636)) as running:
        yield running


def connect(controller: DomainController, host: str = "") -> ldap3.Connection:
    """Bind as the operator, the certificate verified."""
    tls = ldap3.Tls(
        validate=ssl.CERT_REQUIRED, ca_certs_file=str(controller.ca), valid_names=[host] if host else None
    )
    server = ldap3.Server(
        controller.address, 636, use_ssl=True, tls=tls, get_info=ldap3.NONE, connect_timeout=HANGS
    )
    password = controller.bind_password_file.read_text()
    return ldap3.Connection(server, controller.bind_user, password, auto_bind=True, receive_timeout=HANGS)


def add(connection: ldap3.Connection, dn: str) -> bool:
    """Try to add a disabled account."""
    return bool(
        connection.add(dn, ["user"], {"sAMAccountName": dn[3:].partition(",")[0], "userAccountControl": 546})
    )


def test_the_operator_may_write_where_rights_were_delegated_and_nowhere_else(
    controller: DomainController,
) -> None:
    connection = connect(controller)
    base = controller.base_dn
    person = f"CN=ayse,OU=Memur,OU=Personel,{base}"
    member = {"member": [(ldap3.MODIFY_ADD, [person])]}
    password = '"Deneme-Parola.2026"'.encode("utf-16-le")
    assert add(connection, person)
    assert connection.modify(person, {"unicodePwd": [(ldap3.MODIFY_REPLACE, [password])]})
    assert connection.modify(person, {"userAccountControl": [(ldap3.MODIFY_REPLACE, [512])]})
    assert connection.modify(f"CN=VPN,OU=Gruplar,{base}", member)
    assert connection.modify_dn(person, "CN=ayse", new_superior=f"OU=Ayrilanlar,{base}")
    assert not add(connection, f"CN=baska,CN=Users,{base}")
    assert connection.result["description"] == "insufficientAccessRights"
    assert not connection.modify(f"CN=Domain Admins,CN=Users,{base}", member)


def test_a_short_password_is_refused(controller: DomainController) -> None:
    connection = connect(controller)
    person = f"CN=kisa,OU=Personel,{controller.base_dn}"
    assert add(connection, person)
    short = '"Kisa-1"'.encode("utf-16-le")
    assert not connection.modify(person, {"unicodePwd": [(ldap3.MODIFY_REPLACE, [short])]})
    assert "0000052D" in connection.result["message"]


def test_reset_brings_the_fresh_directory_back_and_makes_none_anew(controller: DomainController) -> None:
    person = f"CN=gecici,OU=Personel,{controller.base_dn}"
    assert add(connect(controller), person)
    made = controller.folder / "domain.tar"
    before = (made.stat().st_ino, made.stat().st_mtime_ns)
    controller.reset()
    assert (made.stat().st_ino, made.stat().st_mtime_ns) == before, "it is unpacked: a second or two"
    assert not connect(controller).search(person, "(objectClass=*)", ldap3.BASE)


@pytest.mark.parametrize("kind", ["expired", "wronghost", "selfsigned"])
def test_a_bad_certificate_is_refused_by_a_client_that_looks(controller: DomainController, kind: str) -> None:
    controller.restart(kind)
    context = ssl.create_default_context(cafile=controller.ca)
    with (
        socket.create_connection((controller.address, 636), HANGS) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname=controller.address)
    controller.restart("good")
    assert connect(controller).bound


def test_frozen_it_hangs_and_thawed_it_goes_on(controller: DomainController) -> None:
    controller.freeze()
    assert not controller.answers(0.5)
    controller.thaw()
    assert controller.answers()


def test_after_a_crash_it_comes_up_again(controller: DomainController) -> None:
    controller.crash()
    with pytest.raises(LDAPSocketOpenError):
        connect(controller)
    assert connect(controller.up()).bound


def test_a_clone_serves_the_same_domain_and_never_hears_of_changes(
    controller: DomainController, tmp_path: Path
) -> None:
    person = f"CN=yalniz,OU=Personel,{controller.base_dn}"
    with controller.clone(tmp_path / "dc2", free_address(636)) as other:
        assert add(connect(controller), person)
        assert not connect(other).search(person, "(objectClass=*)", ldap3.BASE)
        assert other.ca.read_bytes() == controller.ca.read_bytes()


def test_it_runs_in_a_folder_with_a_long_name(tmp_path: Path) -> None:
    packages.require_for_test(*packages.DIRECTORY)
    with DomainController(tmp_path / ("uzun-" * 15) / "dc", free_address(636)) as running:
        assert connect(running).bound


def test_passwords_are_nobody_elses_to_read(controller: DomainController) -> None:
    for file in (controller.bind_password_file, controller.admin_password_file):
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_witness_tells_why_a_login_fails(controller: DomainController) -> None:
    password = controller.bind_password_file.read_text()
    assert controller.login(controller.bind_user, password) == "ok"
    assert controller.login(controller.bind_user, "yanlis") == "wrong"
    connection = connect(controller)
    person = f"CN=kapali,OU=Personel,{controller.base_dn}"
    assert add(connection, person)
    given = '"Deneme-Parola.2026"'.encode("utf-16-le")
    assert connection.modify(person, {"unicodePwd": [(ldap3.MODIFY_REPLACE, [given])]})
    assert controller.login("kapali@belediye.test", "Deneme-Parola.2026") == "disabled"
