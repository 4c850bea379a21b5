"""The site: each device a page, nothing of others touched, nothing from a device a file name."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bitools.errors import Refused
from bitools.report.pages.render import page_name
from bitools.report.site import site
from tests.documents import differing, document, reviewed, stored
from tests.wire.report.seeded import HOSTILE, seed
from tests.wire.report.test_yearly import NOW, Tables, a_run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    seed(tmp_path / "state", 60)
    site(a_run(tmp_path), tmp_path / "site", now=NOW)
    return tmp_path


def test_every_device_has_a_page_with_its_history(folder: Path) -> None:
    pages = sorted(path.name for path in (folder / "site" / "devices").iterdir())
    assert len(pages) == 12
    assert f"{page_name(HOSTILE[0])}.html" in pages
    page = (folder / "site" / "devices" / "sw-merkez-01.html").read_text()
    assert "interface Vlan40" in page
    assert "description İşletme ğ Ş" in page
    assert page.index("December 2026") < page.index("January 2026")


def test_what_is_not_saved_or_not_reviewed_is_on_the_pages(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "documents"
    folder.mkdir(parents=True)

    def save(number: int, kind: str, item: object, **more: object) -> None:
        started = datetime(2026, 11, 20 + number, 5, tzinfo=UTC)
        made = document(kind, item, started=started, **more)
        (folder / f"{made['run']}.{kind}.json").write_text(json.dumps(made))

    save(1, "net.snapshot", stored("sw-1", commit="a" * 40))
    save(2, "net.snapshot", stored("sw-1", commit="b" * 40))
    save(3, "net.ack", reviewed("sw-1", "a" * 40))
    save(4, "net.diff", differing("sw-1", 1), against="startup")
    site(a_run(tmp_path), tmp_path / "site", now=NOW)
    page = (tmp_path / "site" / "devices" / "sw-1.html").read_text()
    assert page.count("not reviewed") == 1
    assert page.index("not reviewed") < page.index("21 November 2026")
    assert "Not saved" in page
    index = (tmp_path / "site" / "index.html").read_text()
    assert '<td class="n">2</td><td class="n">1</td>' in index
    assert "! not saved" in index


def test_links_lead_to_pages_that_are_there(folder: Path) -> None:
    for path in (folder / "site").rglob("*.html"):
        for link in re.findall(r'href="([^"]+)"', path.read_text()):
            assert (path.parent / link).resolve().is_file(), (path, link)


def test_backups_stand_by_tier_and_accounts_by_act(folder: Path) -> None:
    tables = Tables((folder / "site" / "backups.html").read_text()).tables
    assert [row[:2] for row in tables["Data sets by tier"][1:]] == [
        ["belgeler", "daily"],
        ["mis-db", "daily"],
    ]
    acts = Tables((folder / "site" / "accounts.html").read_text()).tables["Acts on accounts"]
    assert {row[2] for row in acts[1:]} == {
        "account opened",
        "account disabled",
        "leaver's account closed",
    }


def test_nothing_hostile_is_more_than_text(folder: Path) -> None:
    for path in (folder / "site").rglob("*.html"):
        text = path.read_text()
        assert "<script" not in text
        assert "default-src 'none'" in text
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", text)


def test_pages_of_devices_that_are_gone_go_and_other_files_stay(folder: Path) -> None:
    (folder / "site" / "logo.txt").write_text("ours")
    (folder / "site" / "devices" / "notes.html").write_text("by hand")
    for path in (folder / "state" / "documents").glob("*.net.snapshot.json"):
        document = json.loads(path.read_text())
        document["items"] = [item for item in document["items"] if item["device"] != "sw-merkez-01"]
        document["failed"] = [entry for entry in document["failed"] if entry["target"] != "sw-merkez-01"]
        path.write_text(json.dumps(document))
    document = site(a_run(folder), folder / "site", now=NOW)
    assert document.more["removed"] == ["devices/sw-merkez-01.html"]
    assert not (folder / "site" / "devices" / "sw-merkez-01.html").exists()
    assert (folder / "site" / "devices" / "notes.html").read_text() == "by hand"
    assert (folder / "site" / "logo.txt").read_text() == "ours"


def test_somebody_elses_site_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "index.html").write_text("the municipality")
    with pytest.raises(Refused):
        site(a_run(tmp_path), tmp_path / "www", now=NOW)
    assert (tmp_path / "www" / "index.html").read_text() == "the municipality"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", ".", "..", "a/b", "", "A", "\x00", "a b", "-x", "x" * 300]
)
def test_a_name_is_never_a_path(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,80}", page_name(name))
    assert ".." not in page_name(name)
