"""`bitools report` as cron and a script see it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bitools.cli.report import text
from bitools.ledger import Ledger, acts
from bitools.state import State
from lab.mail import MailServer

pytestmark = pytest.mark.in_process

NIGHT = Path(__file__).parents[1] / "data" / "mail" / "night.json"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with MailServer(folder=tmp_path / "server") as running:
        yield running


def configure(bitools: Any, port: int) -> None:
    (bitools.inventory / "settings.yaml").write_text(
        "organisation: Efeler Belediyesi\nlanguage: en\n"
        f"mail: {{host: 127.0.0.1, port: {port}, starttls: false, from: bitools@belediye.test}}\n"
        "reports: {changes: [ag@belediye.test]}\n"
    )


def a_night(bitools: Any) -> None:
    folder = bitools.state / "documents"
    folder.mkdir(parents=True)
    for document in json.loads(NIGHT.read_text()):
        kind = document["schema"].removeprefix("bitools.").partition("/")[0]
        (folder / f"{document['run']}.{kind}.json").write_text(json.dumps(document))


def test_nothing_happened_and_it_says_so(municipality: Any) -> None:
    answer = municipality("report", "changes")
    assert (answer.code, answer.stdout, answer.stderr) == (0, "nothing to report\n", "")


def test_looking_at_a_report_moves_nothing(municipality: Any, tmp_path: Path) -> None:
    configure(municipality, 25)
    a_night(municipality)
    first = municipality(
        "report", "changes", "--html", str(tmp_path / "a.html"), "--text", str(tmp_path / "a.txt")
    )
    assert (first.code, first.stdout) == (0, "")
    assert (tmp_path / "a.html").read_text().startswith("<!DOCTYPE html>")
    [*_lines, date, rest] = (tmp_path / "a.txt").read_text().split("\n", 3)
    again = municipality("report", "changes").stdout
    assert date[:-2] in again  # the next minute may have begun
    assert again.endswith(rest)


def test_a_mailed_report_is_silent_and_not_repeated(municipality: Any, server: MailServer) -> None:
    configure(municipality, server.port)
    a_night(municipality)
    assert municipality("report", "changes", "--mail").stdout == ""
    assert municipality("report", "changes", "--mail", "--json").document["items"] == []
    assert len(server.messages()) == 1


def test_a_dry_run_mails_nothing(municipality: Any, server: MailServer) -> None:
    configure(municipality, server.port)
    a_night(municipality)
    document = municipality("report", "changes", "--mail", "--dry-run", "--json").document
    assert (document["applied"], document["items"], len(document["news"])) == (False, [], 12)
    assert server.messages() == []
    assert not (municipality.state / "outbox").exists()


def test_while_the_server_is_down_the_mail_waits_and_cron_hears_of_it(
    municipality: Any, server: MailServer
) -> None:
    configure(municipality, server.port)
    a_night(municipality)
    server.stop()
    answer = municipality("report", "changes", "--mail")
    assert answer.code == 13
    assert "the mail is kept; try: bitools report flush" in answer.stderr
    [waiting] = municipality("report", "outbox", "--json").document["items"]
    assert (waiting["status"], waiting["attempts"]) == ("waiting", 1)
    server.start()
    configure(municipality, server.port)
    assert municipality("report", "flush", "--all").code == 0
    assert municipality("report", "outbox").stdout == "the outbox is empty\n"
    assert len(server.messages()) == 1


@pytest.mark.parametrize("words", [("changes", "--mail"), ("test",)])
def test_no_mail_server_in_the_inventory_is_said_with_an_example(
    municipality: Any, words: tuple[str, ...]
) -> None:
    answer = municipality("report", *words)
    assert (answer.code, answer.stdout) == (10, "")
    assert "settings.yaml: there is no mail server" in answer.stderr


def test_a_broken_template_of_our_own_is_named_and_nothing_is_mailed(
    municipality: Any, server: MailServer
) -> None:
    configure(municipality, server.port)
    a_night(municipality)
    own = municipality.inventory / "templates" / "mail-changes.txt.j2"
    own.parent.mkdir()
    own.write_text("x\n{{ nothing }}\n")
    answer = municipality("report", "changes", "--mail")
    assert (answer.code, server.messages()) == (10, [])
    assert f"{own}:2: the template is broken: 'nothing' is undefined" in answer.stderr
    own.unlink()
    municipality("report", "changes", "--mail")
    assert len(server.messages()) == 1


def test_a_test_mail_goes_where_it_is_told(municipality: Any, server: MailServer) -> None:
    configure(municipality, server.port)
    assert municipality("report", "test", "--to", "ali@belediye.test").code == 0
    assert [message["X-Envelope-To"] for message in server.messages()] == ["ali@belediye.test"]


def test_a_test_mail_that_is_refused_is_an_error(municipality: Any, server: MailServer) -> None:
    configure(municipality, server.port)
    server.fault = "refused"
    answer = municipality("report", "test", "--json")
    assert (answer.code, answer.error["code"]) == (14, 14)


def test_a_report_on_a_terminal_has_colours_where_git_has_them() -> None:
    lines = [
        "  ! +   permit tcp any any",
        "    - description x",
        "  ✗ sw-1: no answer",
        "== Merkez ==",
        "sw-1",
    ]
    assert [text._style(line) for line in lines] == ["green", "red", "red", "bold", ""]


def subscribe(bitools: Any, port: int, reports: str) -> None:
    configure(bitools, port)
    file = bitools.inventory / "settings.yaml"
    file.write_text(file.read_text().rpartition("reports:")[0] + f"reports: {reports}\n")


def test_the_day_is_one_mail_and_a_quiet_day_none(municipality: Any, server: MailServer) -> None:
    subscribe(municipality, server.port, "{daily: [mudur@belediye.test]}")
    a_night(municipality)
    assert municipality("report", "daily", "--mail").stdout == ""
    assert municipality("report", "daily", "--mail", "--json").document["items"] == []
    [message] = server.messages()
    assert message["X-Envelope-To"] == "mudur@belediye.test"
    assert message["Subject"].startswith("[bitools] ")
    assert "Daily report" in message.get_body(("plain",)).get_content()


def test_the_day_tells_what_the_ledger_holds_and_its_head(municipality: Any) -> None:
    configure(municipality, 25)
    ledger = Ledger(State(municipality.state), "r", "user add", "ayse")
    with ledger.intent(acts.USER_ADD, "ali.veli") as intent:
        intent.done()
    text = municipality("report", "daily").stdout
    assert "account opened: 1" in text
    assert "by ayse" in text
    assert ledger.verify().head in text


def test_a_quiet_day_is_said_to_who_always_wants_to_hear(municipality: Any, server: MailServer) -> None:
    subscribe(municipality, server.port, "{changes: [{to: [ag@belediye.test], when: always}]}")
    municipality("report", "changes", "--mail")
    [message] = server.messages()
    assert "quiet" in message["Subject"]
    body = message.get_body(("plain",))
    assert body is not None
    assert "Nothing happened" in body.get_content()


def test_who_always_wants_to_hear_hears_every_time(municipality: Any, server: MailServer) -> None:
    subscribe(municipality, server.port, "{changes: [{to: [ag@belediye.test], when: always}]}")
    for _time in range(3):
        municipality("report", "changes", "--mail")
    assert len({message["Message-ID"] for message in server.messages()}) == 3


def test_what_was_refused_is_only_forgotten_when_that_is_said(municipality: Any, server: MailServer) -> None:
    configure(municipality, server.port)
    a_night(municipality)
    server.fault = "refused"
    assert municipality("report", "changes", "--mail").code == 14
    assert municipality("report", "outbox").stdout.splitlines()[1].startswith("refused ")
    assert municipality("report", "outbox", "--clear").code == 5
    assert municipality("report", "outbox", "--clear", "--dry-run", "--json").document["applied"] is False
    assert municipality("report", "outbox", "--clear", "--yes").code == 0
    assert municipality("report", "outbox").stdout == "the outbox is empty\n"


def test_readers_of_one_site_hear_of_that_site_only(municipality: Any, server: MailServer) -> None:
    subscribe(
        municipality,
        server.port,
        "{changes: [ag@belediye.test, {to: [garaj@belediye.test], sites: [garaj]},"
        " {to: [acil@belediye.test], sites: [garaj], when: on-problem}]}",
    )
    a_night(municipality)
    municipality("report", "changes", "--mail")
    texts = {}
    for message in server.messages():
        body = message.get_body(("plain",))
        assert body is not None
        texts[message["X-Envelope-To"]] = body.get_content()
    assert set(texts) == {"ag@belediye.test", "garaj@belediye.test", "acil@belediye.test"}
    assert "rt-wan-01" in texts["ag@belediye.test"]
    assert "rt-wan-01" not in texts["garaj@belediye.test"]
    assert "sw-garaj-01" in texts["garaj@belediye.test"]


def test_a_reader_of_an_unknown_site_is_a_complaint_with_its_line(municipality: Any) -> None:
    subscribe(municipality, 25, "{changes: [{to: [a@belediye.test], sites: [grj]}]}")
    answer = municipality("inventory", "check")
    assert answer.code == 10
    assert 'settings.yaml:4: reports: changes names the site "grj"' in answer.stderr
