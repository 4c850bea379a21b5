"""Take the pictures of the terminal for the documentation: `python -m tests.terminal_pictures`.

The example municipality with a made-up year, in Turkish, in a real terminal of 80×24 (tmux); what it shows
becomes an SVG each, which asks nobody for anything, and of many tables one sheet.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.ansi import AnsiDecoder
from rich.console import Console

from bitools.net.wire.history import Entry, History
from bitools.state import State
from lab.browser import Browser
from lab.packages import require
from tests.conftest import ROOT
from tests.wire.report import seeded

IMAGES = ROOT / "docs" / "images"
COLUMNS, ROWS = 80, 24
SHOWN = {
    "terminal-status": ("status",),
    "terminal-ledger": ("ledger", "show", "--since", "2026-11-26", "--until", "2026-11-27"),
}
SHEET = (
    ("inventory", "list"),
    ("net", "history"),
    ("net", "ack", "--list"),
    ("net", "snapshott"),
    ("net", "platforms"),
    ("net", "--help"),
)
CONFIGURATION = """\
hostname {name}
username ayse privilege 15 secret 5 $1$x$abcdefghijklmnopqrstuv
interface Vlan40
 description {text}
 ip helper-address 10.0.0.5
line vty 0 4
 transport input ssh telnet
end
"""
PEOPLE = ("ayse", "mehmet.karaosmanoglu", "zeynep", "", "selim")
_FORMAT = re.sub(r"@font-face \{\{.*?\}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def take() -> None:
    """Write them all."""
    require("tmux", "chromium")
    seeded.HOSTILE = ("sw-depo-01", "zeynep", "ali.kaya", "rt-wan-01")  # pleasant for once
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        seeded.seed(folder / "state", 3000)
        for path in (folder / "state" / "documents").glob("*.json"):
            if path.name[:8] > f"{datetime.now(UTC):%Y%m%d}":  # the year may not be over
                path.unlink()
        _history(State(folder / "state"))
        for name, words in SHOWN.items():
            (IMAGES / f"{name}.svg").write_text(_picture(folder, words, name), encoding="utf-8")
        each = [_picture(folder, words, f"sheet-{number}") for number, words in enumerate(SHEET)]
    style = "svg{display:block;width:614px;height:auto;margin:0 0 8px}td{vertical-align:top;padding:4px}"
    columns = "".join(f"<td>{''.join(one)}</td>" for one in (each[:4], each[4:]))
    sheet = f"<style>{style}</style><table><tr>{columns}</tr></table>"
    with Browser() as browser:
        page = browser.open(sheet, width=1280)
        (IMAGES / "terminal-tables.png").write_bytes(page.screenshot(whole=True))


def _picture(folder: Path, words: tuple[str, ...], name: str) -> str:
    """What a terminal shows of a command, as an SVG."""
    console = Console(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True)
    for line in AnsiDecoder().decode(terminal(folder, words)):
        console.print(line, soft_wrap=True)
    return console.export_svg(title=f"bitools {shlex.join(words)}", code_format=_FORMAT, unique_id=name)


def _history(state: State) -> None:
    """A few stored changes of the example's devices."""
    for day, text in enumerate(("Zabıta", "Muhtarlık", "Misafir", "Fen İşleri", "Evlendirme")):
        for name, site, role in (("sw-merkez-01", "merkez", "lan"), ("rt-merkez-01", "merkez", "wan")):
            trailers = {"Device": name, "Site": site, "Role": role, "Reason": "changed" if day else "first"}
            entry = Entry(name, CONFIGURATION.format(name=name, text=text), PEOPLE[day], trailers)
            History(state).store([entry], datetime(2026, 11, 20 + day, 6, day, tzinfo=UTC))


def terminal(folder: Path, words: tuple[str, ...]) -> str:
    """What such a terminal shows when the command has ended, with its colours."""
    server = ["tmux", "-L", f"pictures-{os.getpid()}-{abs(hash(words))}", "-f", "/dev/null"]
    environ = {
        "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TMUX_TMPDIR": str(folder), "BITOOLS_LANG": "tr",
        "BITOOLS_INVENTORY": str(ROOT / "inventories" / "example"), "BITOOLS_STATE": str(folder / "state"),
    }  # fmt: skip
    program = shlex.join([sys.executable, "-m", "bitools", *words])
    ended = folder / f"ended-{abs(hash(words))}"

    def tmux(*line: str) -> str:
        return subprocess.run(
            [*server, *line], env=environ, capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout

    tmux(
        "new-session",
        "-d",
        "-x",
        str(COLUMNS),
        "-y",
        str(ROWS),
        f"{program}; touch {shlex.quote(str(ended))}; cat",
    )
    try:
        while not ended.exists():
            time.sleep(0.1)
        return tmux("capture-pane", "-e", "-p").rstrip() + "\n"
    finally:
        tmux("kill-server")


if __name__ == "__main__":
    take()
