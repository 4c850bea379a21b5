"""Every kind of mail through a real Postfix: STARTTLS, a login, a size limit; read back by two parsers."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from bitools.inventory.model import Inventory
from bitools.inventory.network import Site
from bitools.inventory.settings import Settings
from bitools.jobs import every
from bitools.ledger import Ledger
from bitools.report import changes, daily, test
from bitools.report.activity.periodic import periodic
from bitools.report.digest.letter import LARGEST_HTML
from bitools.report.mail import delivery
from bitools.report.mail.outbox import Outbox
from bitools.run import Run
from bitools.state import State
from lab.packages import require_for_test
from lab.postfix import PACKAGES, Postfix
from tests.wire.report.seeded import seed

pytestmark = [pytest.mark.root, pytest.mark.xdist_group("packages")]
NOW = datetime(2027, 1, 1, 5, 0, tzinfo=UTC)
NIGHT = Path(__file__).parents[2] / "data" / "mail" / "night.json"
PARSER = """
use Email::MIME; use JSON::PP; local $/; my $parsed = Email::MIME->new(<STDIN>); my @parts;
$parsed->walk_parts(sub { my $part = shift; return if $part->subparts;
  push @parts, {type => $part->content_type, name => $part->filename // "",
                text => $part->content_type =~ /^text/ ? $part->body_str : ""} });
print encode_json({subject => $parsed->header_str("Subject"), id => $parsed->header("Message-ID"), parts => \\@parts});
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Postfix]:
    require_for_test(*PACKAGES, "libemail-mime-perl")
    with tempfile.TemporaryDirectory(prefix="postfix-") as folder, Postfix(Path(folder), 250_000) as running:
        yield running


def a_run(folder: Path, server: Postfix, *, password: str = "") -> Run:
    key = folder / "mail.key"
    key.write_text(password or server.password)
    key.chmod(0o600)
    everyone = {kind: ["ag@belediye.test", "mudur@belediye.test"] for kind in ("daily", "month", "year")}
    settings = Settings.model_validate(
        {
            "organisation": "Efeler Belediyesi",
            "language": "tr",
            "mail": {
                "host": server.host,
                "port": server.port,
                "ca": str(server.ca),
                "from": "bitools@belediye.test",
                "username": server.username,
                "password": f"file:{key}",
            },
            "reports": {"changes": ["ag@belediye.test"], **everyone},
        }
    )
    state = State(folder / "state")
    inventory = Inventory(folder, settings, {"merkez": Site(name="Merkez Hizmet Binası")})
    return Run("20270101T050000Z-4f1c9a", NOW, inventory, state, Ledger(state, "r", "report", "ayse"))


def a_night(run: Run) -> None:
    for document in json.loads(NIGHT.read_text()):
        kind = document["schema"].removeprefix("bitools.").partition("/")[0]
        run.state.path("documents", f"{document['run']}.{kind}.json").write_text(json.dumps(document))


def read_by_perl(message: bytes) -> dict[str, object]:
    done = subprocess.run(["perl", "-e", PARSER], input=message, capture_output=True, check=True)
    return dict(json.loads(done.stdout))


def new_mails(server: Postfix, before: int, count: int) -> list[EmailMessage]:
    return server.messages(before + count)[before:]


def test_every_kind_of_mail_arrives_and_two_parsers_agree(tmp_path: Path, server: Postfix) -> None:
    run = a_run(tmp_path, server)
    seed(run.state.folder, 40)
    a_night(run)
    before = len(server.messages())
    later = replace(run, id="20270101T050000Z-4f1c9b")
    for document in (
        changes.changes(run, mail=True, now=NOW).document,
        daily.daily(later, every(), mail=True, now=NOW).document,
        periodic(run, every(), "month", "2026-12", mail=True, now=NOW).document,
        periodic(run, every(), "year", "2026", mail=True, now=NOW).document,
        test.test(run, "ag@belediye.test", now=NOW),
    ):
        assert document.failed == []
        assert {item["status"] for item in document.items} == {"sent"}
    mails = new_mails(server, before, 8)  # three of the five kinds have two readers, each a mailbox
    kinds = sorted(mail["X-Bitools-Kind"] for mail in mails)
    assert kinds == ["changes", "daily", "daily", "month", "month", "test", "year", "year"]
    for mail in mails:
        assert mail.defects == []
        assert all(part.defects == [] for part in mail.walk())
        html = mail.get_body(("html",))
        assert html is not None
        assert len(html.get_content().encode()) <= LARGEST_HTML
        assert not re.search(r"<pre|white-space|<script|href=|src=", html.get_content())
        other = read_by_perl(mail.as_bytes())
        assert (other["subject"], other["id"]) == (mail["Subject"], mail["Message-ID"])
        mine = [part for part in mail.walk() if not part.is_multipart()]
        theirs = other["parts"]
        assert isinstance(theirs, list)
        assert [part.get_filename() or "" for part in mine] == [part["name"] for part in theirs]
        for own, part in zip(mine, theirs, strict=True):
            assert own.get_content().replace("\r\n", "\n") == part["text"].replace("\r\n", "\n")


def test_the_change_report_has_the_whole_diff_and_a_row_a_line(tmp_path: Path, server: Postfix) -> None:
    run = a_run(tmp_path, server)
    a_night(run)
    before = len(server.messages())
    changes.changes(run, mail=True, now=NOW)
    [mail] = new_mails(server, before, 1)
    [diff] = list(mail.iter_attachments())
    night = json.loads(NIGHT.read_text())[0]
    for item in night["items"]:
        if item.get("diff") and not item.get("first"):
            assert item["diff"].strip() in diff.get_content().replace("\r\n", "\n")
    html = mail.get_body(("html",))
    assert html is not None
    rows = [row for row in html.get_content().split("<tr>") if 'class="a"' in row or 'class="r"' in row]
    assert rows
    assert all(row.count("<td") == 1 for row in rows)


def test_a_mail_over_the_servers_size_goes_without_its_attachments(tmp_path: Path, server: Postfix) -> None:
    run = a_run(tmp_path, server)
    a_night(run)
    file = next((run.state.folder / "documents").glob("*.net.snapshot.json"))
    document = json.loads(file.read_text())
    document["items"][0]["diff"] = "+ description uzun bir açıklama\n" * 12_000
    file.write_text(json.dumps(document))
    before = len(server.messages())
    assert changes.changes(run, mail=True, now=NOW).document.failed == []
    [mail] = new_mails(server, before, 1)
    assert list(mail.iter_attachments()) == []
    body = mail.get_body(("plain",))
    assert body is not None
    assert "250000" in body.get_content()


def test_an_unknown_mailbox_is_dead_and_the_others_get_theirs(tmp_path: Path, server: Postfix) -> None:
    run = a_run(tmp_path, server)
    a_night(run)
    reports = {"changes": ["yok@belediye.test", "ag@belediye.test"]}
    settings = run.inventory.settings.model_copy(
        update={"reports": Settings.model_validate({"reports": reports}).reports}
    )
    run = replace(run, inventory=replace(run.inventory, settings=settings))
    before = len(server.messages())
    document = changes.changes(run, mail=True, now=NOW).document
    assert [failure["code"] for failure in document.failed] == [14]
    assert len(new_mails(server, before, 1)) == 1
    assert [mail.recipients for mail in Outbox(run.state).list("dead")] == [("yok@belediye.test",)]


def test_a_wrong_password_is_12_and_the_mail_waits(tmp_path: Path, server: Postfix) -> None:
    run = a_run(tmp_path, server, password="yanlış-parola")
    a_night(run)
    document = changes.changes(run, mail=True, now=NOW).document
    assert [failure["code"] for failure in document.failed] == [12]
    (tmp_path / "mail.key").write_text(server.password)
    before = len(server.messages())
    assert delivery.flush(run, now=NOW + timedelta(hours=1)).failed == []
    assert len(new_mails(server, before, 1)) == 1
