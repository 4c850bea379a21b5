"""The mail itself: golden files for what it looks like, properties for what it must never do."""

import json
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bitools import i18n
from bitools.figures.performed import Tally
from bitools.past.places import Place
from bitools.report.digest.digest import digest
from bitools.report.digest.letter import LARGEST_HTML, LARGEST_TEXT, Day, Letterhead, letter
from bitools.report.mail.compose import Envelope, compose, without_attachments
from bitools.report.mail.letter import Letter
from tests.conftest import published
from tests.documents import account, change, differing, document, failure, stored

DATA = Path(__file__).parents[3] / "data" / "mail"
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=ZoneInfo("Europe/Istanbul"))
FACTS = Letterhead(
    organisation="Efeler Belediyesi",
    site_names={"merkez": "Merkez Hizmet Binası", "garaj": "Garaj"},
    since=datetime(2026, 11, 21, 8, 0, tzinfo=ZoneInfo("Europe/Istanbul")),
    now=NOW,
    host="yonetim",
    version="0",
    ledger="4f1c" * 16,
    entries=1234,
)
ENVELOPE = Envelope("bitools@belediye.test", ("ag@belediye.test",), "changes", "4f1c9a")


def night() -> list[Any]:
    return [published(each) for each in json.loads((DATA / "night.json").read_text())]


def written(documents: list[Any], folder: Path) -> Letter:
    with i18n.spoken("en"):
        return letter(digest(documents, {}, None, NOW.astimezone(UTC)), FACTS, folder)


def mail(made: Letter) -> EmailMessage:
    raw = compose(made, ENVELOPE, "20261122T050000Z-4f1c9a", "critical", NOW)
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize("part", ["subject", "text", "html", "diff"])
def test_a_night_looks_as_it_looked(part: str, tmp_path: Path) -> None:
    """After a wanted change of a template: write the new text into the golden file, and look at it."""
    golden = (
        DATA
        / {"subject": "night.subject.txt", "text": "night.txt", "html": "night.html", "diff": "night.diff"}[
            part
        ]
    )
    assert getattr(written(night(), tmp_path), part) == golden.read_text()


def test_what_lasts_is_in_the_mail_with_what_to_do_about_it(tmp_path: Path) -> None:
    unsaved = document("net.diff", differing("sw<1>", 2), against="startup", started=NOW)
    places = {"sw<1>": Place("merkez")}
    found = digest([unsaved], {}, None, NOW, places)
    with i18n.spoken("en"):
        made = letter(found, FACTS, tmp_path)
    assert made.subject == "[bitools] sw<1>: has to be looked at"
    assert "1 reminder" in made.text
    assert "Not saved: gone after a power cut\n  sw<1>\n    → bitools net diff --against startup" in made.text
    assert "sw&lt;1&gt;<br>→ bitools net diff --against startup" in made.html


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    made = written(night(), tmp_path)
    assert compose(made, ENVELOPE, "r", "info", NOW) == compose(made, ENVELOPE, "r", "info", NOW)


def test_the_headers_tell_machines_what_it_is(tmp_path: Path) -> None:
    message = mail(written(night(), tmp_path))
    assert message["Message-ID"] == "<changes.4f1c9a@belediye.test>"
    thread = sha256(b"rt-wan-01").hexdigest()[:12]
    assert message["References"] == f"<changes.{thread}@belediye.test>", "one thread a device, not one a year"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Bitools-Severity"] == "critical"
    assert message["List-Id"] == "bitools changes <changes.bitools.belediye.test>"
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/x-diff",
    ]


def test_outlook_and_gmail_survive_it(tmp_path: Path) -> None:
    html = written(night(), tmp_path).html
    assert not re.search(r"<pre|white-space|<script|https?://|<img", html)
    assert re.search(r'<td class="a" bgcolor="#e6ffec">', html)


def test_a_huge_night_stays_below_the_clip_and_says_what_is_left_out(tmp_path: Path) -> None:
    changes = [change("x" * 300, "critical", path=[f"interface {n}"]) for n in range(900)]
    items = [stored(f"sw-{n}", *changes, change(str(n)), site="garaj", diff="") for n in range(20)]
    many = [stored(f"x-{n}", change(str(n), "critical"), site="garaj", diff="") for n in range(900)]
    failed = [failure(f"y-{n}", f"no answer from {n}" * 30, hint="?" * 300) for n in range(900)]
    made = written([document("net.snapshot", *items, *many, failed=failed)], tmp_path)
    assert "more devices in the attachment" in made.html
    assert len(made.html.encode()) <= LARGEST_HTML
    assert len(made.text.encode()) <= LARGEST_TEXT
    assert "more lines in the attachment" in made.html


def test_a_huge_day_stays_below_the_clip(tmp_path: Path) -> None:
    items = [stored(f"sw-{number}", site=f"site-{number}", first=True) for number in range(3000)]
    users = document("user.sync", *(account(f"ad.soyad{number}") for number in range(3000)))
    made = tuple((f"veri-{number}", ("daily",), 1) for number in range(3000))
    tallies = tuple(Tally(f"act-{number}", 1) for number in range(3000))
    found = digest([document("net.snapshot", *items), users], {}, None, NOW.astimezone(UTC))
    with i18n.spoken("en"):
        written = letter(found, FACTS, tmp_path, Day(made, tallies, tallies))
    assert len(written.html.encode()) <= LARGEST_HTML
    assert "and 2850 more" in written.html


hostile = st.text(
    alphabet=st.sampled_from("ab<>&\"'\r\n\x1b\x07\u202e\0[]{}%şİ") | st.characters(), max_size=30
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=hostile, line=hostile, author=hostile, error=hostile, organisation=hostile)
def test_hostile_text_is_inert(
    tmp_path: Path, name: str, line: str, author: str, error: str, organisation: str
) -> None:
    changed = change(line, "critical", path=[line])
    item = stored(f"sw{name}", changed, site=name, author=author, diff=f"+{line}")
    night = document("net.snapshot", item, failed=[failure(f"x{name}", error, hint=line)])
    harmless = written(
        [document("net.snapshot", stored("sw", changed, site="", author=None, diff=f"+{line}"))], tmp_path
    )
    made = written([night], tmp_path)
    message = mail(Letter(f"[bitools] {organisation}", made.text, made.html, made.diff))
    assert len(list(message.keys())) == 15
    assert "\n" not in message["Subject"]
    for text in (made.text, made.html, made.diff):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    tags = set(re.findall(r"<[a-z]+", made.html))
    assert tags <= set(re.findall(r"<[a-z]+", harmless.html)) | {"<br"}


def test_without_its_attachment_a_mail_is_small_and_says_so(tmp_path: Path) -> None:
    made = written(night(), tmp_path)
    big = Letter(made.subject, made.text, made.html, "+x\n" * 200_000)
    with i18n.spoken("en"):
        raw = without_attachments(compose(big, ENVELOPE, "r", "info", NOW), 100_000)
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert len(raw) < 100_000
    assert message["Message-ID"] == ENVELOPE.message_id
    bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
    assert all(body and "no more than 100000 bytes" in body.get_content() for body in bodies)
    assert bodies[0]
    assert bodies[0].get_content().replace("\r\n", "\n").startswith(made.text[:200])
