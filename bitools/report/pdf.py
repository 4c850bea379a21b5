"""A report as PDF, printed by Chromium or WeasyPrint if one of them is on this machine."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bitools import process
from bitools.errors import Rejected
from bitools.i18n import _

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_SECONDS = 120.0


def printed(html: str) -> bytes:
    """The pages. Nothing is fetched from a network, whatever the HTML says.

    Raise Rejected if there is nobody to print it, or if it did not become a PDF; Unreachable after two
    minutes.
    """
    with tempfile.TemporaryDirectory(prefix="bitools-pdf-") as temporary:
        folder = Path(temporary)
        source, target = folder / "report.html", folder / "report.pdf"
        source.write_text(html, encoding="utf-8")
        done = process.run(
            _command(folder, source, target), extra={"HOME": temporary}, cwd=folder, timeout=_SECONDS
        )
        content = target.read_bytes() if target.is_file() else b""
        if not content.startswith(b"%PDF"):
            message = _("no PDF came of it: {complaint}").format(complaint=done.complaint)
            raise Rejected(message, target=done.program)
        return content


def _command(folder: Path, source: Path, target: Path) -> list[str]:
    browser = next((name for name in BROWSERS if process.installed(name)), "")
    if browser:
        # Chromium's own sandbox cannot be had by root. The page is ours: no scripts, nothing to fetch.
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        return [
            browser,
            "--headless",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder / 'profile'}",
            *options,
            f"--print-to-pdf={target}",
            source.as_uri(),
        ]
    if process.installed("weasyprint"):
        return ["weasyprint", str(source), str(target)]
    raise Rejected(
        _("neither Chromium nor WeasyPrint is here to make a PDF"),
        hint=_("try: apt-get install chromium   or write HTML instead: --html FILE"),
        reason="missing",
    )
