"""Logging on with a ticket instead of a password, through the real KDC of the domain."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lab import gssapi, packages
from tests.conftest import Answer
from tests.wire.user.conftest import Office
from tests.wire.user.test_accounts import password_of

KINIT = """\
import sys, gssapi
name = gssapi.Name(sys.argv[1], gssapi.NameType.kerberos_principal)
held = gssapi.raw.acquire_cred_with_password(name, sys.stdin.read().encode(), usage="initiate").creds
gssapi.raw.store_cred_into({"ccache": sys.argv[2]}, held, usage="initiate", overwrite=True)
"""
Kerberos = Callable[..., Answer]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> str:
    packages.require_for_test(*packages.KERBEROS)
    return gssapi.importable(tmp_path_factory.mktemp("gssapi") / "gssapi")


@pytest.fixture
def kerberos(office: Office, library: str, tmp_path: Path) -> Kerberos:
    """A command line that logs on as `bind` says; it has no ticket but that of `ccache`."""

    def call(bind: str, *words: str, **environ: str) -> Answer:
        file = office.command_line.inventory / "directory.yaml"
        lines = file.read_text().splitlines()
        file.write_text(
            "\n".join([line for line in lines if not line.startswith("bind:")] + [f"bind: {bind}\n"])
        )
        known = {
            "PYTHONPATH": library,
            "KRB5_CONFIG": str(office.controller.krb5_conf),
            "KRB5CCNAME": f"FILE:{tmp_path / 'ccache'}",
        }
        return office.command_line(*words, environ=known | environ)

    return call


def kinit(office: Office, library: str, login: str, password: str, ccache: Path) -> None:
    realm = office.controller.realm.upper()
    environ = {"PYTHONPATH": library, "KRB5_CONFIG": str(office.controller.krb5_conf)}
    words = [sys.executable, "-c", KINIT, f"{login}@{realm}", f"FILE:{ccache}"]
    subprocess.run(words, input=password, text=True, env=environ, check=True)


def test_the_ticket_of_whoever_runs_it_is_taken(
    office: Office, kerberos: Kerberos, library: str, tmp_path: Path
) -> None:
    kinit(office, library, "bitools", office.controller.bind_password_file.read_text(), tmp_path / "ccache")
    words = ["--given", "Bilet", "--surname", "Kişi", "--role", "memur", "--yes", "--json"]
    answer = kerberos("{kerberos: true}", "user", "add", *words)
    assert answer.code == 0, answer.stderr
    [item] = answer.document["items"]
    assert office.logon("bilet.kisi", password_of(item["slip"])) == "773"
    protected = kerberos("{kerberos: true}", "user", "disable", "bitools", "--json")
    assert (protected.code, "works as this account" in protected.stderr + protected.stdout) == (5, True)


def test_a_password_gets_a_ticket_and_is_not_sent(office: Office, kerberos: Kerberos, tmp_path: Path) -> None:
    password = office.controller.bind_password_file
    bind = f"{{kerberos: true, username: bitools@belediye.test, password: 'file:{password}'}}"
    answer = kerberos(bind, "user", "show", "bitools")
    assert answer.code == 0, answer.stderr
    assert not (tmp_path / "ccache").exists(), "the ticket was in memory only"
    (tmp_path / "yanlis").write_text("yanlis-parola")
    (tmp_path / "yanlis").chmod(0o600)
    wrong = kerberos(
        bind.replace(str(password), str(tmp_path / "yanlis")), "user", "show", "bitools", "--json"
    )
    assert (wrong.code, wrong.error["reason"]) == (12, "kerberos")
    assert "yanlis-parola" not in wrong.stderr


def test_a_keytab_is_what_cron_has(office: Office, kerberos: Kerberos, tmp_path: Path) -> None:
    keytab, smb = tmp_path / "bitools.keytab", office.controller.data / "etc" / "smb.conf"
    words = ["samba-tool", "domain", "exportkeytab", str(keytab), "--principal=bitools", "-s", str(smb)]
    subprocess.run(words, check=True, capture_output=True)
    bind = f"{{kerberos: true, username: bitools, keytab: {keytab}}}"
    answer = kerberos(bind, "user", "show", "bitools")
    assert answer.code == 0, answer.stderr
    assert not (tmp_path / "ccache").exists()


def test_without_a_ticket_nobody_logs_on(kerberos: Kerberos, tmp_path: Path) -> None:
    answer = kerberos("{kerberos: true}", "user", "show", "bitools", "--json")
    assert (answer.code, answer.error["reason"]) == (12, "kerberos")
    assert "kinit" in answer.error["hint"]


def test_a_kdc_that_is_not_there_is_unreachable(office: Office, kerberos: Kerberos, tmp_path: Path) -> None:
    nowhere = tmp_path / "krb5.conf"
    text = office.controller.krb5_conf.read_text()
    nowhere.write_text(text.replace(f"kdc = {office.controller.address}", "kdc = 127.0.0.1:1"))
    bind = f"{{kerberos: true, username: bitools, password: 'file:{office.controller.bind_password_file}'}}"
    answer = kerberos(bind, "user", "show", "bitools", "--json", KRB5_CONFIG=str(nowhere))
    assert (answer.code, answer.error["reason"]) == (13, "kerberos")


def test_without_the_extra_it_is_said_how_to_get_it(kerberos: Kerberos) -> None:
    answer = kerberos("{kerberos: true}", "user", "show", "bitools", "--json", PYTHONPATH="")
    assert (answer.code, answer.error["reason"]) == (10, "extra")
    assert "gssapi" in answer.error["error"]
