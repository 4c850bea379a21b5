"""Take the pictures of reports and mails for the documentation: `python -m tests.wire.report.pictures`.

In Turkish, from made-up data, by headless Chromium: at desktop and phone width, in light and dark.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

from bitools.inventory.network import Site
from bitools.jobs import every
from bitools.report import changes
from bitools.report.activity.periodic import periodic
from bitools.report.site import site
from lab.browser import Browser
from tests.conftest import ROOT
from tests.wire.report import seeded
from tests.wire.report.test_yearly import NOW, a_run

IMAGES = ROOT / "docs" / "images"
NIGHT = ROOT / "tests" / "data" / "mail" / "night.json"
TURKISH = {
    "cut short: the end mark is missing": "yapılandırma tam değil: sonu yok",
    "no SSH answer from 10.0.7.17:22 within 10 s": "10.0.7.17:22 adresinden süresi içinde SSH yanıtı gelmedi",
    "is it on? try: bitools net snapshot sw-itfaiye-01 -v": "cihaz açık mı, adresi doğru mu?",
    "pg_dump: connection refused": "veritabanı sunucusu reddetti: connection refused",
}
SITES = {"merkez": "Merkez Hizmet Binası", "garaj": "Garaj ve Atölye"}
DESKTOP, PHONE = (1000, 760), (390, 760)


def take() -> None:
    """Write them all."""
    seeded.HOSTILE = (
        "sw-depo-01",
        "description Zabita",
        "ali.kaya",
        "description Muhtarlik",
    )  # pleasant for once
    with tempfile.TemporaryDirectory() as temporary, Browser() as browser:
        folder = Path(temporary)
        night, year = a_run(folder / "night", "tr"), a_run(folder / "year", "tr")
        night = replace(night, inventory=replace(night.inventory, sites=_sites()))
        text = NIGHT.read_text()
        for english, turkish in TURKISH.items():
            text = text.replace(english, turkish)
        for document in json.loads(text):
            kind = document["schema"].removeprefix("bitools.").partition("/")[0]
            file = night.state.path("documents", f"{document['run']}.{kind}.json")
            file.write_text(json.dumps(document))
        seeded.seed(year.state.folder, 3000)
        letter = changes.changes(night, mail=False, now=NOW).letter
        assert letter
        report = periodic(year, every(), "year", "2026", mail=False, now=NOW)
        site(year, folder / "site", now=NOW)
        device = (folder / "site" / "devices" / "sw-merkez-01.html").read_text()
        for name, html, (width, height), dark, heading in (
            ("mail-desktop", letter.html, DESKTOP, False, ""),
            ("mail-desktop-dark", letter.html, DESKTOP, True, ""),
            ("mail-phone", letter.html, PHONE, False, ""),
            ("mail-phone-dark", letter.html, PHONE, True, ""),
            ("year-desktop", report.html, DESKTOP, False, "network"),
            ("year-desktop-dark", report.html, DESKTOP, True, "articles"),
            ("year-phone", report.html, PHONE, False, "network"),
            ("year-phone-dark", report.html, PHONE, True, ""),
            ("site-device", device, DESKTOP, False, ""),
        ):
            page = browser.open(html, width=width, height=height, dark=dark)
            if heading:
                page.evaluate(f"document.getElementById('{heading}').scrollIntoView()")
            (IMAGES / f"{name}.png").write_bytes(page.screenshot())


def _sites() -> dict[str, Site]:
    return {name: Site(name=title) for name, title in SITES.items()}


if __name__ == "__main__":
    take()
