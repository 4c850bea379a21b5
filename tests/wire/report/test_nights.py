"""Six nights as they come to a telephone: what happened, where, who did it, what to do; on the first screen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bitools import i18n
from bitools.jobs import every
from bitools.ledger import acts
from bitools.report import changes, daily
from bitools.report.digest import cursor
from bitools.report.mail.note import note
from bitools.templates import render_template
from lab.browser import Browser
from lab.packages import require_for_test
from tests.documents import account, change, document, failure, stored, unchanged
from tests.wire.report.test_browser import axe
from tests.wire.report.test_yearly import NOW, a_run

pytestmark = [pytest.mark.root, pytest.mark.xdist_group("packages")]
SCREEN = (390, 844)  # a telephone
SILENT = [failure(f"sw-{number:02}", "10.0.0.1:22: no SSH answer in time") for number in range(50)]
GRAVE = stored(
    "rt-wan-01",
    change("51 permit tcp any host 203.0.113.2 eq 3389", "critical", path=["ip access-list extended WAN-GIRIS"]),
    role="wan", author="mehmet",
)  # fmt: skip
CALM = [
    stored(f"sw-{number:04}", change(f"description {number % 7}"), site=f"s-{number % 9}")
    for number in range(1000)
]
RUN = document("net.snapshot", started=NOW - timedelta(hours=1))["run"]
OPENED = document("user.add", account("ayse.ozturk"), started=NOW - timedelta(hours=3))
CLOSED = document(
    "user.disable", account("ali.veli", "disable", "disabled"), started=NOW - timedelta(hours=2)
)
FAILED = document(
    "backup.run", failed=[failure("mis-db", "pg_dump: connection refused", hint="systemctl status postgresql")],
    started=NOW - timedelta(hours=1),
)  # fmt: skip


def net(*items: Any, failed: Any = ()) -> Any:
    return document("net.snapshot", *items, failed=failed, started=NOW - timedelta(hours=1))


# the documents, which report, and what the first screen must say
NIGHTS: dict[str, tuple[list[Any], str, list[str]]] = {
    "one grave change among 50 silent devices": (
        [net(GRAVE, failed=SILENT)], "changes", ["rt-wan-01", "3389", "mehmet", "bitools net ack"],
    ),
    "a failed backup alone": ([FAILED], "changes", ["mis-db", "connection refused", "systemctl status postgresql"]),
    "accounts only": (
        [OPENED, CLOSED], "changes", ["ayse.ozturk", "hesap açıldı", "ali.veli", "zeynep", "selim"],
    ),
    "1,000 devices": ([net(*CALM)], "changes", ["1.000 cihaz", "description"]),
    "nothing": (
        [net(unchanged("sw-01"), unchanged("sw-02"))], "daily", ["Bildirilmesi gereken bir şey olmadı", "2 cihaz"],
    ),
    "all at once": (
        [net(GRAVE, *CALM[:30], failed=SILENT), FAILED, OPENED, CLOSED], "changes",
        ["rt-wan-01", "3389", "mehmet", "kritik"],
    ),
}  # fmt: skip


def silent(number: int) -> Any:
    """As it is told in Turkish: with an address of its own, and its name in what to do."""
    return failure(
        f"sw-{number:03}", f"10.0.{number // 250}.{number % 250}:22 adresinden süresi içinde SSH yanıtı gelmedi", 13,
        f"cihaz açık mı? deneyin: bitools net snapshot sw-{number:03} -v",
    )  # fmt: skip


LONG = "description " + "x" * 4000
ARABIC, EMOJI = "description \u0645\u0631\u062d\u0628\u0627 1", "description 🚒🏢 İtfaiye ğüşıöç"
LEFT = document("user.offboard", account("ali.veli", "offboard", "held"), started=NOW - timedelta(hours=2))
SWAPPED = failure(
    "sw-depo-09", "10.9.9.9:22 sabitlenmiş olandan farklı bir SSH anahtarı gösteriyor: SHA256:abc", 5,
    "cihaz mı değişti? öyleyse: bitools net trust --replace sw-depo-09",
)  # fmt: skip
# other nights: as above
NIGHTS |= {
    "hundreds with one cause and one grave change": (
        [net(GRAVE, failed=[silent(number) for number in range(300)])], "changes",
        ["rt-wan-01", "3389", "mehmet", "SSH yanıtı gelmedi", "ve 288 tane daha", "300 başarısız"],
    ),
    "hundreds with one cause and one swapped switch": (
        [net(failed=[*map(silent, range(300)), SWAPPED])], "changes",
        ["sw-depo-09", "farklı bir SSH anahtarı", "bitools net trust --replace sw-depo-09", "SSH yanıtı gelmedi"],
    ),
    "a platform never seen": (
        [net(stored("anten-01", platform="ubnt_airos", diff="@@ -1 +1 @@\n-channel 36\n+channel 149\n"))], "changes",
        ["anten-01", "channel 36", "channel 149", "bitools net ack"],
    ),
    "long lines, other alphabets": (
        [net(stored("sw-uzun", change(LONG)), stored("sw-dil", change(ARABIC), change(EMOJI, path=["interface Gi1/0/2"])))],
        "changes", ["sw-uzun", "sw-dil", "مرحبا", "🚒🏢 İtfaiye", "bitools net ack"],
    ),
    "one device with two hundred grave lines": (
        [net(stored("rt-wan-02", *(change(f"permit ip any host 10.9.0.{n}", "critical", path=["ip access-list extended A"])
                                   for n in range(200)), role="wan", author="selim"))], "changes",
        ["rt-wan-02", "selim", "[kritik]", "ip access-list extended A", "10.9.0.0"],
    ),
    "eighty acts on accounts": (
        [document("user.add", *(account(f"kisi.{n:02}") for n in range(80)), started=NOW - timedelta(hours=1))], "changes",
        ["80 hesap", "kisi.00", "hesap açıldı"],
    ),
    "forty backups that failed for one reason": (
        [document("backup.run", failed=[failure(f"db-{n:02}", f"db{n:02}.belediye.test:5432: bağlantı reddedildi", 13)
                                        for n in range(40)], started=NOW - timedelta(hours=1))], "changes",
        ["40 yedekleme başarısız", "bağlantı reddedildi", "db-00", "ve 28 tane daha"],
    ),
    "a leaver who is held, a backup that failed, a grave change": (
        [LEFT, FAILED, net(GRAVE)], "changes", ["rt-wan-01", "mis-db", "ali.veli", "bekletiliyor"],
    ),
}  # fmt: skip
VISIBLE = """(() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {
    const range = document.createRange(); range.selectNodeContents(walk.currentNode);
    const box = range.getBoundingClientRect();
    if (box.height && box.bottom <= %d) found.push(walk.currentNode.textContent.trim());
  }
  return found.join("\\n");
})()"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    require_for_test("chromium")
    with Browser() as running:
        yield running


def mailed(folder: Path, documents: list[Any], kind: str) -> tuple[str, str]:
    """The subject and the HTML of that night's mail."""
    run = a_run(folder, "tr")
    for who, one in (("zeynep", OPENED), ("selim", CLOSED)):
        if one in documents:
            ledger = type(run.ledger)(run.state, one["run"], "bitools user", who)
            ledger.append(acts.USER_ADD, one["items"][0]["sam_account_name"], "done")
    for one in documents:
        kept = one["schema"].removeprefix("bitools.").partition("/")[0]
        path = run.state.path("documents", f"{one['run']}.{kept}.json")
        path.write_text(json.dumps(one))
    again = replace(run)
    if kind == "daily":
        made = daily.daily(again, every(), mail=False, now=NOW).letter
    else:
        made = changes.changes(again, mail=False, now=NOW).letter
    assert made
    return made.subject, made.html


def test_the_subject_names_the_gravest_and_counts_causes(tmp_path: Path) -> None:
    """Not the first of three hundred silent switches: the one that shows another key."""
    subject, _html = mailed(tmp_path, *NIGHTS["hundreds with one cause and one swapped switch"][:2])
    assert subject.startswith("[bitools] sw-depo-09: 10.9.9.9:22 sabitlenmiş olandan farklı bir SSH anahtarı")
    assert subject.endswith("(+1)")
    subject, _html = mailed(tmp_path / "b", *NIGHTS["forty backups that failed for one reason"][:2])
    assert subject == "[bitools] db-00 ve 39 tane daha: … bağlantı reddedildi"
    subject, _html = mailed(tmp_path / "c", [FAILED, OPENED, net(failed=[SWAPPED])], "changes")
    assert subject.startswith("[bitools] sw-depo-09: 10.9.9.9:22 sabitlenmiş olandan farklı bir SSH anahtarı")
    _subject, html = mailed(tmp_path / "d", [], "daily")
    assert "Hiçbir cihaz okunmadı ve yedek alınmadı." in html


@pytest.mark.parametrize("night", NIGHTS)
def test_the_first_screen_of_a_telephone_answers(browser: Browser, tmp_path: Path, night: str) -> None:
    documents, kind, wanted = NIGHTS[night]
    subject, html = mailed(tmp_path, documents, kind)
    page = browser.open(html, width=SCREEN[0])
    seen = page.evaluate(VISIBLE % SCREEN[1])
    assert [word for word in wanted if word not in seen] == [], seen
    assert page.evaluate("document.documentElement.scrollWidth") <= SCREEN[0], "nothing is off the screen"
    assert axe(page) == []
    assert subject.startswith("[bitools] ")
    assert len(html.encode()) <= 90_000


def test_when_all_is_well_again_after_a_bad_night_the_mail_says_so(browser: Browser, tmp_path: Path) -> None:
    names = [f"sw-{number:03}" for number in range(60)]
    run, night = a_run(tmp_path, "tr"), NOW - timedelta(hours=8)
    failing = dict.fromkeys((f"net:{name}" for name in names), night.isoformat())
    cursor.save(run.state, "changes", cursor.Cursor(reported=night, failing=failing))
    well = net(*map(unchanged, names))
    run.state.path("documents", f"{well['run']}.net.snapshot.json").write_text(json.dumps(well))
    made = changes.changes(run, mail=False, now=NOW).letter
    assert made
    assert made.subject == "[bitools] sw-000: yeniden yanıt veriyor (+59)"
    page = browser.open(made.html, width=SCREEN[0])
    seen = page.evaluate(VISIBLE % SCREEN[1])
    assert [word for word in ("60 düzeldi", "Yeniden çalışanlar", "sw-000") if word not in seen] == [], seen
    assert axe(page) == []


HASH = "4f1c" * 16
NOTES = {
    "an alarm": note(
        Path(), "[bitools ALARM] Efeler: kayıtlar uyuşmuyor", "ALARM: kayıtlar uyuşmuyor",
        ["bitools'un hatırladığı, oradakine uymuyor:", f"!! işlem defterinin sonu kesilmiş: {HASH}", "Bakın: bitools ledger verify"],
        organisation="Efeler Belediyesi", grave=True,
    ),
    "a unit that failed": note(
        Path(), "[bitools] bitools-backup başarısız", "bitools-backup başarısız (sunucu)", ["bakın: journalctl -u bitools-backup"],
        words=["Traceback " + "x" * 300, "\x1b[31mhata"], grave=True,
    ),
    "a test": note(Path(), "[bitools] test e-postası", "test e-postası", ["gönderim çalışıyor."]),
}  # fmt: skip


@pytest.mark.parametrize("kind", NOTES)
def test_a_mail_of_a_few_sentences_reads_on_a_telephone(browser: Browser, kind: str) -> None:
    for dark in (False, True):
        page = browser.open(NOTES[kind].html, width=SCREEN[0], dark=dark)
        assert page.evaluate("document.documentElement.scrollWidth") <= SCREEN[0]
        assert axe(page) == []


def test_the_mail_about_a_password_is_read_aloud_well(browser: Browser, tmp_path: Path) -> None:
    i18n.use("tr")
    values = {
        "title": "Parolanızın süresi doluyor",
        "organisation": "Efeler Belediyesi",
        "display_name": "Ayşe Öztürk",
    }
    values |= {"login": "ayse.ozturk", "ends": NOW, "when": "3 gün sonra"}
    page = browser.open(render_template("mail-password.html.j2", tmp_path, **values), width=SCREEN[0])
    assert axe(page) == []
