"""The time-stamp client against OpenSSL's own authority: up, down, slow, lying, expired, unknown."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitools import timestamp
from bitools.credentials import Reference
from bitools.errors import BitoolsError, Code
from bitools.inventory.settings import Timestamp
from lab.time_authority import NO_ANSWER, TimeAuthority

MESSAGE = b'{"seq":1}\n'


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimeAuthority]:
    with TimeAuthority(tmp_path_factory.mktemp("tsa")) as running:
        yield running


@pytest.fixture
def authority(founded: TimeAuthority) -> TimeAuthority:
    founded.fault, founded.signer, founded.customers = "", "good", {}
    return founded


def settings(authority: TimeAuthority, **more: object) -> Timestamp:
    patience = 1 if authority.fault in NO_ANSWER else 60  # seconds
    return Timestamp.model_validate({"url": authority.url, "ca": authority.ca, "timeout": patience, **more})


def test_a_stamp_is_proven_and_openssl_agrees(authority: TimeAuthority, tmp_path: Path) -> None:
    answer, proof = timestamp.stamp(settings(authority), MESSAGE)
    assert proof.by == "rfc3161-client"
    (tmp_path / "m").write_bytes(MESSAGE)
    (tmp_path / "r").write_bytes(answer)
    (tmp_path / "t").write_bytes(timestamp.bare(answer))
    for given in (["-in", "r"], ["-in", "t", "-token_in"]):
        argv = ["openssl", "ts", "-verify", "-data", "m", *given, "-CAfile", str(authority.ca)]
        said = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert said.stdout.strip() == "Verification: OK", said.stderr


def test_a_token_alone_is_as_good_as_the_response(authority: TimeAuthority) -> None:
    answer, proof = timestamp.stamp(settings(authority), MESSAGE)
    token = timestamp.bare(answer)
    assert timestamp.prove(token, MESSAGE, authority.ca) == proof
    assert timestamp.bare(timestamp.response(token)) == token


def test_openssl_answers_where_the_first_verifier_cannot_read(authority: TimeAuthority) -> None:
    authority.signer = "chain"
    answer, proof = timestamp.stamp(settings(authority), MESSAGE)
    assert proof.by == "openssl"
    with pytest.raises(BitoolsError) as broken:
        timestamp.prove(answer, b"other", authority.ca)
    assert (broken.value.code, broken.value.reason) == (Code.INTEGRITY, "imprint")
    with pytest.raises(BitoolsError) as stale:
        timestamp.prove(answer, MESSAGE, authority.ca, nonce=1)
    assert stale.value.reason == "nonce"
    with pytest.raises(BitoolsError) as stranger:
        timestamp.prove(answer, MESSAGE, authority.folder / "unknown.pem")
    assert stranger.value.reason == "untrusted"


def test_an_old_token_holds_after_its_certificate_has_ended(authority: TimeAuthority) -> None:
    for signer in ("expired", "chain"):
        at = "-500d" if signer == "expired" else ""
        old = authority.stamp(MESSAGE, signer, at)
        assert timestamp.prove(old, MESSAGE, authority.ca)


@pytest.mark.parametrize(
    ("fault", "signer", "code", "reason"),
    [
        ("other", "good", Code.INTEGRITY, "imprint"),
        ("replay", "good", Code.INTEGRITY, "nonce"),
        ("", "expired", Code.INTEGRITY, "untrusted"),
        ("", "unknown", Code.INTEGRITY, "untrusted"),
        ("refuse", "good", Code.REJECTED, "refused"),
        ("past", "good", Code.REJECTED, "clock"),
        ("html", "good", Code.REJECTED, "format"),
        ("huge", "good", Code.REJECTED, "format"),
        ("broken", "good", Code.UNREACHABLE, "http"),
        ("forbidden", "good", Code.CREDENTIALS, ""),
        ("slow", "good", Code.UNREACHABLE, "timeout"),
        ("drip", "good", Code.UNREACHABLE, "timeout"),
    ],
)
def test_an_authority_that_misbehaves(
    authority: TimeAuthority, fault: str, signer: str, code: Code, reason: str
) -> None:
    if fault == "replay":
        timestamp.stamp(settings(authority), MESSAGE)
    authority.fault, authority.signer = fault, signer
    with pytest.raises(BitoolsError) as raised:
        timestamp.stamp(settings(authority), MESSAGE)
    assert (raised.value.code, raised.value.reason) == (code, reason), raised.value


def test_an_authority_that_is_down(authority: TimeAuthority) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(BitoolsError) as raised:
            timestamp.stamp(settings(authority, url=url), MESSAGE)
    assert (raised.value.code, raised.value.reason) == (Code.UNREACHABLE, "network")


def test_kamusm_knows_its_customer_by_the_identity_header(authority: TimeAuthority, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("zaman-1\n")
    (tmp_path / "key").chmod(0o600)
    key = Reference("file", str(tmp_path / "key"))
    authority.customers = {4711: "zaman-1", 4712: "baska"}
    known = settings(authority, auth="kamusm", username="4711", password=key)
    assert timestamp.stamp(known, MESSAGE)
    for number in ("4712", "99"):
        with pytest.raises(BitoolsError) as raised:
            timestamp.stamp(settings(authority, auth="kamusm", username=number, password=key), MESSAGE)
        assert raised.value.code is Code.CREDENTIALS
