"""A report as PDF, printed by Chromium or WeasyPrint if one of them is on this machine."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from bitools import privilege, process
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
        whose = privilege.stranger()
        if whose:
            source.chmod(0o644)
            os.chown(folder, whose.uid, whose.gid)
        own = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"), temporary)
        command = _command(folder, source, target)
        done = process.run(command, extra=own, cwd=folder, timeout=_SECONDS, whose=whose)
        content = _content(target)
        if not content.startswith(b"%PDF"):
            message = _("no PDF came of it: {complaint}").format(complaint=done.complaint)
            raise Rejected(message, target=done.program)
        return content


def _content(target: Path) -> bytes:
    """What was printed; the folder is not ours alone while a browser has it."""
    try:
        descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return b""
    with open(descriptor, "rb") as file:
        return file.read() if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""


def _command(folder: Path, source: Path, target: Path) -> list[str]:
    browser = next((name for name in BROWSERS if process.installed(name)), "")
    if browser:
        return [
            browser,
            "--headless",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder / 'profile'}",
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
