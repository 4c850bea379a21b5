"""The yearly report says what a hand count says, in every form it takes."""

import csv
import io
import json
import re
import statistics
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bitools.errors import Usage
from bitools.inventory.model import Inventory
from bitools.inventory.network import Site
from bitools.inventory.settings import Settings
from bitools.jobs import every
from bitools.ledger import Ledger
from bitools.report.activity.periodic import Periodic, periodic
from bitools.run import Run
from bitools.state import State
from tests.wire.report.seeded import DUTIES, HOSTILE, ZONE, Truth, seed

NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
NOW = datetime(2027, 1, 4, 6, 0, tzinfo=UTC)


def a_run(folder: Path, language: str = "en") -> Run:
    settings = Settings.model_validate({"organisation": "Efeler Belediyesi", "language": language})
    state = State(folder / "state")
    inventory = Inventory(folder, settings, {"merkez": Site(name="Merkez Hizmet Binası")})
    return Run("20270104T060000Z-4f1c9a", NOW, inventory, state, Ledger(state, "r", "report year", "ayse"))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> tuple[Periodic, Truth, Path]:
    folder = tmp_path_factory.mktemp("year")
    truth = seed(folder / "state")
    return periodic(a_run(folder), every(), "year", "", mail=False, now=NOW), truth, folder


class Tables(HTMLParser):
    """Every table of a page as rows of text, by its caption."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.tags: set[str] = set()
        self._where, self._caption = "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag in ("caption", "th", "td"):
            self._where = tag
            if tag == "caption":
                self._caption = ""
            else:
                self.tables[self._caption][-1].append("")
        elif tag == "tr":
            self.tables[self._caption].append([])

    def handle_endtag(self, tag: str) -> None:
        if tag == "caption":
            self.tables[self._caption] = []
        if tag in ("caption", "th", "td"):
            self._where = ""

    def handle_data(self, data: str) -> None:
        if self._where == "caption":
            self._caption += data
        elif self._where:
            self.tables[self._caption][-1][-1] += data


def test_the_ledger_is_the_one_that_was_seeded(year: tuple[Periodic, Truth, Path]) -> None:
    report, truth, _folder = year
    assert truth.entries == 3000
    assert report.document.more["sources"]["entries"] == 3000
    assert report.document.failed == []


def test_every_act_agrees_with_the_hand_count(year: tuple[Periodic, Truth, Path]) -> None:
    report, truth, _folder = year
    figures = report.document.more["figures"]
    acts = {
        (row["action"], good): row[key]
        for row in figures["acts"]
        for key, good in (("done", True), ("not_done", False))
    }
    assert acts == {(action, good): truth.acts[action, good] for action in DUTIES for good in (True, False)}
    actors = {row["actor"]: row["done"] + row["not_done"] for row in figures["actors"]}
    assert actors == dict(truth.actors)
    for article in ("6.19", "6.20", "6.31", "11.15", "11.24", "11.32", "12.3"):
        [row] = [row for row in figures["articles"] if row["article"] == article]
        assert (row["done"], row["not_done"]) == (truth.duties[article, True], truth.duties[article, False])
    for row in figures["accounts_by_part"]:
        month = row["month"]
        opened = truth.months["user.add", month, True]
        closed = truth.months["user.disable", month, True] + truth.months["user.offboard", month, True]
        assert (row["opened"], row["closed"]) == (opened, closed)
    for row in figures["backups_by_part"]:
        month = row["month"]
        good, bad = truth.months["backup.make", month, True], truth.months["backup.make", month, False]
        assert (row["made"], row["not_made"]) == (good, bad)


def test_every_device_and_data_set_agrees_with_the_hand_count(year: tuple[Periodic, Truth, Path]) -> None:
    report, truth, _folder = year
    figures = report.document.more["figures"]
    assert {row["device"]: row["changes"] for row in figures["network"]} == {
        name: truth.changes[name] for name in truth.read
    }
    for row in figures["network"]:
        name = row["device"]
        assert (row["read"], row["unread"]) == (truth.read[name], truth.unread[name])
        assert row["security_changes"] == truth.security[name]
    assert {row["month"]: row["changes"] for row in figures["changes_by_part"]} == dict(
        truth.changes_by_month
    )
    for row in figures["backups"]:
        name = row["dataset"]
        assert (row["complete"], row["failed"]) == (truth.complete[name], truth.failed[name])
        assert row["bytes"] == truth.bytes[name]
    summary = figures["summary"]
    assert summary["changes"] == sum(truth.changes.values())
    assert summary["backups"] == sum(truth.complete.values())
    assert summary["acts"] == sum(truth.acts.values())
    assert summary["accounts_opened"] == truth.acts["user.add", True]
    assert summary["accounts_closed"] == truth.acts["user.disable", True] + truth.acts["user.offboard", True]
    assert 0 < summary["custody_overrides"] == truth.overrides
    assert summary["changes_reviewed"] == len(truth.hours)
    assert summary["review_hours"] == round(statistics.median(truth.hours))


def test_the_page_shows_the_same_numbers(year: tuple[Periodic, Truth, Path]) -> None:
    report, truth, _folder = year
    tables = Tables(report.html).tables
    shown = {row[0]: row[1:] for row in tables["What was done"][1:]}
    assert shown["account opened"] == [
        f"{truth.acts['user.add', True]:,}",
        f"{truth.acts['user.add', False]:,}",
    ]
    months = tables["Changes by month"][1:]
    expected = {NAMES[int(month) - 1]: count for month, count in truth.changes_by_month.items()}
    assert {row[0]: int(row[1]) for row in months} == expected
    bars = re.findall(r"<title>(\w+) changes: ([\d,]+)</title>", report.html)
    assert {month: int(value.replace(",", "")) for month, value in bars} == expected


def test_files_beside_it_hold_the_same_numbers_and_no_formula(
    year: tuple[Periodic, Truth, Path], tmp_path: Path
) -> None:
    report, truth, _folder = year
    report.write_beside(tmp_path / "2026.html")
    assert json.loads((tmp_path / "2026.json").read_text())["figures"] == json.loads(
        json.dumps(report.document.more["figures"])
    )
    rows = list(csv.DictReader(io.StringIO((tmp_path / "2026-network.csv").read_text("utf-8-sig"))))
    assert {row["device"].lstrip("'"): int(row["changes"]) for row in rows} == {
        name: truth.changes[name] for name in truth.read
    }
    for file in tmp_path.glob("*.csv"):
        for line in csv.reader(io.StringIO(file.read_text("utf-8-sig"))):
            assert not [cell for cell in line if cell[:1] in ("=", "+", "@")]


def test_hostile_names_are_inert_everywhere(year: tuple[Periodic, Truth, Path]) -> None:
    report, _truth, _folder = year
    page = Tables(report.html)
    assert not page.tags & {"script", "iframe", "img", "a", "form", "object"}
    assert "&lt;script&gt;" in report.html
    for text in (report.html, report.text, *report.tables.values()):
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    assert "\r" not in report.text
    assert HOSTILE[2] not in report.text


def test_the_page_asks_nobody_for_anything(year: tuple[Periodic, Truth, Path]) -> None:
    report, _truth, _folder = year
    assert "default-src 'none'" in report.html
    addresses = re.findall(r"""(?:href|src|url)\s*[=(]\s*["']?([^"')>\s]+)""", report.html)
    assert addresses == []
    assert report.html.count('role="img"') == report.html.count("<svg role") == 3


def test_a_month_is_a_part_of_its_year(year: tuple[Periodic, Truth, Path]) -> None:
    _report, truth, folder = year
    november = periodic(a_run(folder), every(), "month", "2026-11", mail=False, now=NOW)
    figures = november.document.more["figures"]
    assert figures["summary"]["changes"] == truth.changes_by_month["11"]
    assert len(figures["changes_by_part"]) == 30
    assert sum(row["opened"] for row in figures["accounts_by_part"]) == truth.months["user.add", "11", True]


def test_dates_and_numbers_follow_the_language(year: tuple[Periodic, Truth, Path]) -> None:
    _report, truth, folder = year
    turkish = periodic(a_run(folder, "tr"), every(), "year", "2026", mail=False, now=NOW)
    total = f"{sum(truth.acts.values()):,}".replace(",", ".")
    assert total in turkish.html
    assert re.search(r"%9\d,\d", turkish.html)
    assert "4 Ocak 2027 09:00" in turkish.html
    assert '<html lang="tr">' in turkish.html
    english = periodic(a_run(folder), every(), "year", "2026", mail=False, now=NOW).document
    assert turkish.document.more["figures"] == english.more["figures"]


@pytest.mark.parametrize(
    ("kind", "now", "name"),
    [
        ("year", datetime(2027, 1, 4, tzinfo=ZONE), "2026"),
        ("year", datetime(2027, 2, 28, tzinfo=ZONE), "2026"),
        ("year", datetime(2027, 3, 5, tzinfo=ZONE), "2027"),
        ("month", datetime(2027, 1, 1, 6, tzinfo=ZONE), "2026-12"),
        ("month", datetime(2026, 11, 22, tzinfo=ZONE), "2026-11"),
    ],
)
def test_without_a_name_it_is_the_one_that_is_due(
    tmp_path: Path, kind: str, now: datetime, name: str
) -> None:
    report = periodic(a_run(tmp_path), every(), kind, "", mail=False, now=now)
    assert report.document.more["period"]["name"] == name


@pytest.mark.parametrize(
    ("kind", "name"), [("year", "26"), ("year", "2026-11"), ("month", "2026-13"), ("month", "x")]
)
def test_a_name_that_is_none_is_a_usage_error(tmp_path: Path, kind: str, name: str) -> None:
    with pytest.raises(Usage):
        periodic(a_run(tmp_path), every(), kind, name, mail=False, now=NOW)


def test_a_broken_ledger_is_said_first(tmp_path: Path) -> None:
    seed(tmp_path / "state", 20)
    file = tmp_path / "state" / "ledger" / "ledger.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"yonetim"', b'"baskasi"', 1))
    report = periodic(a_run(tmp_path), every(), "year", "2026", mail=False, now=NOW)
    assert [failure["code"] for failure in report.document.failed] == [15]
    assert report.html.index("THE LEDGER IS BROKEN") < report.html.index("<section")
