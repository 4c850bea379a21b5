"""Take the pictures of the terminal for the documentation: `python -m tests.terminal_pictures`.

The example municipality with a made-up year, in Turkish, in a real terminal of 80×24 (tmux); what it shows
becomes an SVG each, which asks nobody for anything.
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
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.ansi import AnsiDecoder
from rich.console import Console

from lab.packages import require
from tests.conftest import ROOT
from tests.wire.report import seeded

IMAGES = ROOT / "docs" / "images"
COLUMNS, ROWS = 80, 24
SHOWN = {
    "terminal-status": ("status",),
    "terminal-ledger": ("ledger", "show", "--since", "2026-11-26", "--until", "2026-11-27"),
}
_FORMAT = re.sub(r"@font-face \{\{.*?\}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def take() -> None:
    """Write them all."""
    require("tmux")
    seeded.HOSTILE = ("sw-depo-01", "zeynep", "ali.kaya", "rt-wan-01")  # pleasant for once
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        seeded.seed(folder / "state", 3000)
        for name, words in SHOWN.items():
            shown = terminal(folder, words)
            console = Console(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True)
            for line in AnsiDecoder().decode(shown):
                console.print(line, soft_wrap=True)
            picture = console.export_svg(
                title=f"bitools {shlex.join(words)}", code_format=_FORMAT, unique_id=name
            )
            (IMAGES / f"{name}.svg").write_text(picture, encoding="utf-8")


def terminal(folder: Path, words: tuple[str, ...]) -> str:
    """What such a terminal shows when the command has ended, with its colours."""
    server = ["tmux", "-L", f"pictures-{os.getpid()}", "-f", "/dev/null"]
    environ = {
        "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TMUX_TMPDIR": str(folder), "BITOOLS_LANG": "tr",
        "BITOOLS_INVENTORY": str(ROOT / "inventories" / "example"), "BITOOLS_STATE": str(folder / "state"),
    }  # fmt: skip
    program = shlex.join([sys.executable, "-m", "bitools", *words])
    ended = folder / f"ended-{words[0]}-{words[1:2]}"

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
