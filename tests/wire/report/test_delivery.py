"""Against a real mail server: nothing is lost, whatever it does; nothing is sent in the clear."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bitools.credentials import Reference
from bitools.inventory.model import Inventory
from bitools.inventory.network import Site
from bitools.inventory.settings import Mail, Reports, Settings
from bitools.ledger import Ledger, acts
from bitools.report import changes, outbox
from bitools.report.mail import delivery
from bitools.report.mail.compose import Envelope, compose
from bitools.report.mail.letter import Letter
from bitools.report.mail.outbox import Outbox, Queued
from bitools.report.mail.smtp import Relay
from bitools.run import Run
from bitools.state import State
from lab.mail import MailServer
from lab.mail import Settings as ServerSettings
from tests.deaths import killed_within

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
NIGHT = Path(__file__).parents[2] / "data" / "mail" / "night.json"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with MailServer(folder=tmp_path / "server") as running:
        yield running


def a_run(folder: Path, mail: dict[str, object], recipients: tuple[str, ...] = ("ag@belediye.test",)) -> Run:
    settings = Settings(
        organisation="Efeler Belediyesi",
        language="en",
        mail=Mail.model_validate({"host": "127.0.0.1", "from": "bitools@belediye.test", **mail}),
        reports=Reports(changes=recipients),
    )
    state = State(folder / "state")
    inventory = Inventory(folder, settings, {"merkez": Site(name="Merkez Hizmet Binası")})
    return Run("20261122T050000Z-4f1c9a", NOW, inventory, state, Ledger(state, "r", "report changes", "ayse"))


def plain(server: MailServer) -> dict[str, object]:
    return {"port": server.port, "starttls": False}


def a_night(run: Run) -> None:
    for document in json.loads(NIGHT.read_text()):
        kind = document["schema"].removeprefix("bitools.").partition("/")[0]
        run.state.path("documents", f"{document['run']}.{kind}.json").write_text(json.dumps(document))


def queue(run: Run, *names: str, to: tuple[str, ...] = ("ag@belediye.test",), size: int = 10) -> Outbox:
    outbox = Outbox(run.state)
    for number, name in enumerate(names):
        letter = Letter(f"[bitools] {name}", "text\n", "<html><body>text</body></html>", "+x\n" * size)
        raw = compose(letter, Envelope("bitools@belediye.test", to, "changes", name), "r", "info", NOW)
        outbox.add(Queued(name, "bitools@belediye.test", to, name, NOW + timedelta(seconds=number), raw))
    return outbox


def test_a_report_is_mailed_once_over_tls_with_a_login(tmp_path: Path) -> None:
    key = tmp_path / "mail.key"
    key.write_text("gizli-şifre")
    key.chmod(0o600)
    settings = ServerSettings(starttls=True, username="bitools", password="gizli-şifre")
    with MailServer(settings, tmp_path / "server") as server:
        login = {"username": "bitools", "password": Reference("file", str(key))}
        run = a_run(tmp_path, {"port": server.port, "ca": str(server.ca), **login})
        a_night(run)
        first = changes.changes(run, mail=True, now=NOW)
        assert (first.document.failed, [item["status"] for item in first.document.items]) == ([], ["sent"])
        assert changes.changes(run, mail=True, now=NOW).letter is None
        [message] = server.messages()
    assert message["Subject"].startswith(
        "[bitools] rt-wan-01: ip access-list extended DISARIDAN › + permit tcp any host"
    )
    assert [part.get_filename() for part in message.iter_attachments()] == ["changes-20261122-0800.diff"]
    assert list(Outbox(run.state).list("new")) == []


def test_a_certificate_of_a_stranger_is_refused(tmp_path: Path) -> None:
    with MailServer(ServerSettings(starttls=True), tmp_path / "server") as server:
        run = a_run(tmp_path, {"port": server.port})
        queue(run, "a")
        [failure] = delivery.flush(run, now=NOW).failed
        assert (failure["code"], failure["reason"], server.messages()) == (13, "tls", [])


def test_a_server_that_offers_no_tls_gets_nothing(tmp_path: Path, server: MailServer) -> None:
    run = a_run(tmp_path, {"port": server.port})
    queue(run, "a")
    [failure] = delivery.flush(run, now=NOW).failed
    assert (failure["code"], failure["reason"], server.messages()) == (13, "tls", [])


def test_a_wrong_password_keeps_the_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "yanlış-parola")
    with MailServer(ServerSettings(starttls=True, username="b", password="x"), tmp_path / "server") as server:
        login = {"username": "b", "password": Reference("env", "MAIL_PASSWORD")}
        run = a_run(tmp_path, {"port": server.port, "ca": str(server.ca), **login})
        outbox = queue(run, "a", "b")
        assert {failure["code"] for failure in delivery.flush(run, now=NOW).failed} == {12}
        assert [mail.attempts for mail in outbox.list()] == [1, 1]


def test_a_report_made_while_the_server_is_down_is_sent_later(tmp_path: Path, server: MailServer) -> None:
    run = a_run(tmp_path, plain(server))
    a_night(run)
    server.stop()
    document = changes.changes(run, mail=True, now=NOW).document
    assert [failure["code"] for failure in document.failed] == [13]
    assert [item["status"] for item in document.items] == ["waiting"]
    assert changes.changes(run, mail=True, now=NOW).letter is None  # queued is accounted for
    server.settings = ServerSettings(port=server.port)
    server.start()
    assert delivery.flush(run, now=NOW).items == []  # not yet: the server has five minutes
    assert [item["status"] for item in delivery.flush(run, now=NOW + timedelta(minutes=6)).items] == ["sent"]
    assert len(server.messages()) == 1


@pytest.mark.parametrize(
    ("fault", "status", "code", "kept"),
    [
        ("busy", "waiting", 13, 0),
        ("drop", "waiting", 13, 0),
        ("keep_and_drop", "waiting", 13, 2),
        ("refused", "dead", 14, 0),
    ],
)
def test_a_mail_that_is_not_taken_is_never_lost(
    tmp_path: Path, server: MailServer, fault: str, status: str, code: int, kept: int
) -> None:
    run = a_run(tmp_path, plain(server))
    outbox = queue(run, "a", "b")
    server.fault = fault
    document = delivery.flush(run, now=NOW)
    assert [item["status"] for item in document.items] == [status] * 2
    assert {failure["code"] for failure in document.failed} == {code}
    assert len(server.messages()) == kept
    assert len(list(outbox.list("dead" if status == "dead" else "new"))) == 2
    server.fault = ""
    delivery.flush(run, now=NOW + timedelta(hours=1))
    assert len({message["Message-ID"] for message in server.messages()}) == (0 if status == "dead" else 2)


def test_one_wrong_address_does_not_keep_the_others_from_their_mail(
    tmp_path: Path, server: MailServer
) -> None:
    run = a_run(tmp_path, plain(server))
    outbox = queue(run, "a", to=("yok@belediye.test", "ag@belediye.test"))
    server.fault = "recipient:yok@belediye.test"
    document = delivery.flush(run, now=NOW)
    assert [failure["code"] for failure in document.failed] == [14]
    assert [message["X-Envelope-To"] for message in server.messages()] == ["ag@belediye.test"]
    assert list(outbox.list("new")) == []
    assert [mail.recipients for mail in outbox.list("dead")] == [("yok@belediye.test",)]


def test_a_mail_too_large_for_the_server_goes_without_its_attachment(
    tmp_path: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = a_run(tmp_path, plain(server))
    queue(run, "a", size=20_000)
    server.fault = "size:20000"
    monkeypatch.setattr(Relay, "largest", 20_000)
    assert delivery.flush(run, now=NOW).failed == []
    [message] = server.messages()
    body = message.get_body(("plain",))
    assert body is not None
    assert "The attachment was left out" in body.get_content()


def test_a_mail_that_cannot_be_read_is_a_complaint_and_holds_up_nobody(
    tmp_path: Path, server: MailServer
) -> None:
    run = a_run(tmp_path, plain(server))
    queue(run, "a", "b")
    torn = run.state.path("outbox", "new", "a.mail")
    torn.write_bytes(torn.read_bytes()[:50])
    content = torn.read_bytes()
    document = delivery.flush(run, now=NOW)
    assert [item["name"] for item in document.items] == ["b"]
    assert document.failed == []
    [told] = run.state.notices
    assert "a.mail" in told
    [aside] = run.state.names("set-aside")
    assert (run.state.folder / "set-aside" / aside).read_bytes() == content
    assert outbox.outbox(run).items == []


def test_what_was_refused_can_be_sent_again_or_forgotten(tmp_path: Path, server: MailServer) -> None:
    run = a_run(tmp_path, plain(server))
    queue(run, "a", to=("yok@belediye.test", "ag@belediye.test"))
    queue(run, "b")
    server.fault = "recipient:yok@belediye.test"
    delivery.flush(run, now=NOW)
    assert [item["status"] for item in outbox.outbox(run).items] == ["dead"]
    delivery.flush(run, now=NOW, refused=True)
    assert [item["status"] for item in outbox.outbox(run).items] == ["dead"]
    server.fault = ""
    assert delivery.flush(run, now=NOW, refused=True).failed == []
    assert outbox.outbox(run).items == []
    assert sorted(message["X-Envelope-To"] for message in server.messages()) == [
        "ag@belediye.test", "ag@belediye.test", "yok@belediye.test",
    ]  # fmt: skip
    server.fault = "refused"
    queue(run, "c")
    delivery.flush(run, now=NOW)
    assert [item["status"] for item in outbox.clear(run).items] == ["forgotten"]
    assert outbox.outbox(run).items == []


def test_the_same_report_is_not_queued_twice(tmp_path: Path, server: MailServer) -> None:
    run = a_run(tmp_path, plain(server))
    a_night(run)
    changes.changes(run, mail=True, now=NOW)
    (run.state.folder / "report" / "changes.cursor").unlink()  # as a crash before it moved would leave it
    assert changes.changes(run, mail=True, now=NOW).document.changed is False
    assert len(server.messages()) == 1


def test_a_run_that_ends_after_the_report_is_told_by_the_next(tmp_path: Path, server: MailServer) -> None:
    run = a_run(tmp_path, plain(server))
    a_night(run)
    changes.changes(run, mail=True, now=NOW)
    long_ago, *_others = json.loads(NIGHT.read_text())
    long_ago |= {"run": "20261122T010000Z-000000", "items": long_ago["items"][:1], "failed": []}
    run.state.path("documents", "20261122T010000Z-000000.net.snapshot.json").write_text(json.dumps(long_ago))
    assert changes.changes(run, mail=True, now=NOW + timedelta(minutes=5)).letter is not None
    assert len(server.messages()) == 2


def test_a_broken_ledger_is_an_alarm_in_the_mail(tmp_path: Path, server: MailServer) -> None:
    run = a_run(tmp_path, plain(server))
    for target in "abc":
        run.ledger.append(acts.USER_DISABLE, target, "done")
    lines = run.ledger.file.read_bytes().splitlines(keepends=True)
    run.ledger.file.write_bytes(b"".join([lines[0], lines[2]]))
    document = changes.changes(run, mail=True, now=NOW).document
    assert [failure["code"] for failure in document.failed] == [15]
    [message] = server.messages()
    assert message["Subject"].startswith("[bitools] ALARM: ")
    body = message.get_body(("plain",))
    assert body is not None
    assert "THE LEDGER IS BROKEN" in body.get_content()


def storm(
    folder: Path,
    server: MailServer,
    mails: int,
    kills: int,
    faults: tuple[str, ...] = ("", "busy", "keep_and_drop", "drop"),
) -> Counter[str]:
    """Mails queued while the flusher is killed again and again and the server misbehaves in turn.

    What the server refused for good must be in `dead/`; it counts with those that arrived.
    """
    run = a_run(folder, plain(server))
    names = [f"m{number}" for number in range(mails)]

    def flush_for_ever() -> None:
        while True:
            delivery.flush(run, now=datetime.now(UTC), everything=True)

    for kill in range(kills):
        queue(run, *names[kill * mails // kills : (kill + 1) * mails // kills])
        server.fault = faults[kill % len(faults)]
        assert killed_within(flush_for_ever, 0.02 * (kill % 7))
    server.fault = ""
    delivery.flush(run, now=NOW, everything=True)
    assert list(Outbox(run.state).list("new")) == []
    dead = [f"<changes.{mail.name}@belediye.test>" for mail in Outbox(run.state).list("dead")]
    assert bool(dead) <= ("refused" in faults)
    return Counter([message["Message-ID"] for message in server.messages()] + dead)


def test_killed_while_sending_every_mail_arrives(tmp_path: Path, server: MailServer) -> None:
    assert len(storm(tmp_path, server, mails=12, kills=4)) == 12


@pytest.mark.torture
def test_killed_while_sending_a_hundred_times_every_mail_arrives(tmp_path: Path, server: MailServer) -> None:
    assert len(storm(tmp_path, server, mails=400, kills=100)) == 400


@pytest.mark.torture
def test_two_hundred_mails_through_every_fault_are_delivered_or_visibly_refused(
    tmp_path: Path, server: MailServer
) -> None:
    faults = ("", "busy", "refused", "keep_and_drop", "drop")
    assert len(storm(tmp_path, server, mails=200, kills=10, faults=faults)) == 200
