"""The lab's mail server keeps what it is sent, and fails as it is told."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from lab.mail import MailServer, Settings
from lab.patience import HANGS


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


def send(
    server: MailServer, *, to: str = "ag@belediye.test", body: str = "Değişiklik yok."
) -> dict[str, object]:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "bitools@belediye.test", to, "Günlük özet"
    message.set_content(body)
    with smtplib.SMTP(server.host, server.port, timeout=HANGS) as client:
        return dict(client.send_message(message))


def test_a_message_is_kept_with_its_envelope(server: MailServer) -> None:
    send(server)
    [message] = server.messages()
    assert message["Subject"] == "Günlük özet"
    assert message["X-Envelope-To"] == "ag@belediye.test"
    assert message.get_content().strip() == "Değişiklik yok."


def test_kept_messages_are_nobody_elses_to_read(server: MailServer) -> None:
    send(server)
    [file] = (server.folder / "messages").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("fault", "code"), [("busy", 451), ("refused", 554), ("size:10", 552)])
def test_a_refused_message_is_not_kept(server: MailServer, fault: str, code: int) -> None:
    server.fault = fault
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(server)
    assert refused.value.smtp_code == code
    assert server.messages() == []


@pytest.mark.parametrize(("fault", "kept"), [("drop", 0), ("keep_and_drop", 1)])
def test_the_connection_breaks_before_the_answer(server: MailServer, fault: str, kept: int) -> None:
    server.fault = fault
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(server)
    assert len(server.messages()) == kept


def test_one_recipient_is_refused_the_other_gets_it(server: MailServer) -> None:
    server.fault = "recipient:yok@belediye.test"
    refused = send(server, to="ag@belediye.test, yok@belediye.test")
    assert list(refused) == ["yok@belediye.test"]
    assert server.messages()[0]["X-Envelope-To"] == "ag@belediye.test"


def test_a_fault_ends_when_it_is_taken_away(server: MailServer) -> None:
    server.fault = "busy"
    server.fault = ""
    send(server)
    assert len(server.messages()) == 1


def test_starttls_is_verified_and_a_login_is_needed() -> None:
    settings = Settings(starttls=True, username="bitools", password="posta-parolasi-2026")
    with MailServer(settings) as server:
        context = ssl.create_default_context(cafile=server.ca)
        with smtplib.SMTP(server.host, server.port, timeout=HANGS) as client:
            client.starttls(context=context)
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login("bitools", "yanlis")
            client.login("bitools", "posta-parolasi-2026")
            client.sendmail("a@belediye.test", ["b@belediye.test"], "Subject: deneme\r\n\r\n")
        assert len(server.messages()) == 1


def test_a_stopped_server_answers_nobody(server: MailServer) -> None:
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        send(server)
