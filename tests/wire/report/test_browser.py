"""Pages and mails in a real browser: no errors, no requests, accessible, readable at every width and in the dark."""

from __future__ import annotations

import importlib.resources
import io
import json
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bitools import process
from bitools.cli.console import Console
from bitools.cli.net import text as net_text
from bitools.jobs import every
from bitools.net.verbs import diff_stored
from bitools.report import changes, daily, pdf
from bitools.report.activity.periodic import periodic
from bitools.report.pdf import printed
from bitools.report.site import site
from bitools.state import Document
from lab.browser import Browser, Page
from lab.packages import require_for_test
from tests.conftest import ROOT
from tests.wire.report.seeded import HOSTILE, seed
from tests.wire.report.test_yearly import NOW, a_run

pytestmark = [pytest.mark.root, pytest.mark.xdist_group("packages")]
NIGHT = Path(__file__).parents[2] / "data" / "mail" / "night.json"
LOOKS = [(1280, False), (1280, True), (390, False), (390, True)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    require_for_test("chromium", "poppler-utils")
    with Browser() as running:
        yield running


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every kind of page, in Turkish."""
    folder = tmp_path_factory.mktemp("pages")
    run = a_run(folder, "tr")
    seed(run.state.folder, 3000)
    night = json.loads(NIGHT.read_text())
    for document in night:
        kind = document["schema"].removeprefix("bitools.").partition("/")[0]
        (run.state.folder / "documents" / f"{document['run']}.{kind}.json").write_text(json.dumps(document))
    site(run, folder / "site", now=NOW)
    change = changes.changes(replace(run), mail=False, now=NOW).letter
    day = daily.daily(run, every(), mail=False, now=NOW).letter
    year = periodic(run, every(), "year", "2026", mail=False, now=NOW)
    assert change
    assert day
    made = {
        "year": year.html,
        "changes mail": change.html,
        "daily mail": day.html,
        "year mail": year.letter.html,
    }
    for name in ("index", "backups", "accounts", "ledger", "devices/sw-merkez-01", "devices/rt-wan-01"):
        made[f"site {name}"] = (folder / "site" / f"{name}.html").read_text()
    made["net diff"] = _difference(folder)
    return made


def _difference(folder: Path) -> str:
    """Forty switches that changed alike, and one with something serious in a deep section with long lines."""
    port = "interface GigabitEthernet1/0/1\n description {}\n"
    bad = "username kacak privilege 15 secret 5 x\npolicy-map P\n class VOICE\n  police " + "9" * 60 + "\n"
    sides = {"old": port.format("eski"), "same": port.format("yeni"), "other": port.format("yeni") + bad}
    for name, text in sides.items():
        (folder / f"{name}.cfg").write_text(text)
    document = Document(diff_stored.SCHEMA, "run", NOW)
    for device in (*(f"sw-merkez-{number:02}" for number in range(40)), "other"):
        new = folder / ("other.cfg" if device == "other" else "same.cfg")
        diff_stored.files(document, folder / "old.cfg", new, "cisco_ios")
        document.items[-1]["device"] = device
    out = io.StringIO()
    net_text.html(Console(out, io.StringIO()), document)
    return out.getvalue()


KINDS = (
    "year", "changes mail", "daily mail", "year mail", "site index", "site backups", "site accounts",
    "site ledger", "site devices/sw-merkez-01", "site devices/rt-wan-01", "net diff",
)  # fmt: skip


def axe(page: Page) -> list[tuple[str, str]]:
    """What the accessibility checker finds: WCAG 2.1 A and AA."""
    source = importlib.resources.files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
    page.evaluate(source + ";0")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
    options = json.dumps({"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]})
    found: list[dict[str, Any]] = page.evaluate(f"axe.run(document, {options}).then(r => r.violations)")
    return [(each["id"], node["html"][:120]) for each in found for node in each["nodes"][:3]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_page_asks_for_nothing_and_has_no_errors(
    browser: Browser, pages: dict[str, str], kind: str, dark: bool
) -> None:
    for width in (1280, 390):
        page = browser.open(pages[kind], width=width, dark=dark)
        assert page.complaints == []
        assert len(page.requests) == 1
        assert page.evaluate("document.title") not in ("", "x")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), f"too wide at {width}"


@pytest.mark.parametrize("kind", KINDS)
def test_the_accessibility_checker_finds_nothing(browser: Browser, pages: dict[str, str], kind: str) -> None:
    for dark in (False, True):
        page = browser.open(pages[kind], dark=dark)
        assert axe(page) == []


def test_the_checker_sees_what_is_wrong(browser: Browser) -> None:
    bad = "<html><body><img src=x><p style='color:#eee;background:#fff'>merhaba</p><svg role=img></svg></body></html>"
    found = {name for name, _html in axe(browser.open(bad))}
    assert {"image-alt", "color-contrast", "html-has-lang", "svg-img-alt"} <= found


def test_nothing_hostile_runs(browser: Browser, pages: dict[str, str]) -> None:
    for html in pages.values():
        page = browser.open(html)
        assert page.evaluate("document.scripts.length") == 0
        assert page.evaluate("document.title") != "x"
    assert "&lt;script&gt;" in pages["year"]
    assert HOSTILE[1] not in pages["year"]


@pytest.mark.parametrize("printer", ["chromium", pytest.param("weasyprint", marks=pytest.mark.torture)])
def test_a_pdf_holds_turkish_letters_as_text(
    tmp_path: Path, pages: dict[str, str], printer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_for_test(printer, "poppler-utils")
    if printer == "weasyprint":
        monkeypatch.setattr(pdf, "BROWSERS", ())
    (tmp_path / "year.pdf").write_bytes(printed(pages["year"]))
    done = subprocess.run(
        ["pdftotext", tmp_path / "year.pdf", "-"], capture_output=True, text=True, check=True
    )
    for letter in "İğŞ":
        assert letter in done.stdout
    assert {"Merkez", "Hizmet", "Binası"} <= set(done.stdout.split())
    placed = subprocess.run(
        ["pdftotext", "-bbox", tmp_path / "year.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    width = max(float(found) for found in re.findall(r'<page width="([0-9.]+)"', placed))
    assert max(float(found) for found in re.findall(r'xMax="([0-9.]+)"', placed)) < width, "cut off"


def test_the_browser_is_nobody_and_keeps_its_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """Root would have to take its sandbox away; what the page's programs could reach then is everything."""
    require_for_test("chromium")
    place = Path(
        tempfile.mkdtemp(prefix="bitools-browser-")
    )  # not below the tests' own, which is root's alone
    place.chmod(0o755)
    try:
        shim = place / "chromium-noted"
        shim.write_text('#!/bin/sh\nid -u >&2; echo "$@" >&2; exec chromium "$@" 2>/dev/null\n')
        shim.chmod(0o755)
        said: list[str] = []
        run = process.run

        def noted(command: list[str], **options: Any) -> process.Completed:
            done = run([str(shim), *command[1:]], **options)
            said.append(done.stderr.decode())
            return done

        monkeypatch.setattr(process, "run", noted)
        assert printed("<h1>Iğdır</h1>").startswith(b"%PDF")
    finally:
        shutil.rmtree(place)
    assert said[0].splitlines()[0] == str(pwd.getpwnam("nobody").pw_uid)
    assert "no-sandbox" not in said[0]
    word = "--no-" + "sandbox"
    tracked = subprocess.run(
        ["git", "grep", "-l", "-e", word], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert tracked.stdout == "", "it stands nowhere"
