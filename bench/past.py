"""Looking back over 20,000 commits of 300 devices, against plain git with changed-path filters.

The peer is git itself, asked for the same: the changes of one device, and what one of them changed. Python's
start is no part of it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.frame import BITOOLS, Contest
from bitools.net.decisions.comparison.line_counts import LINES
from bitools.net.wire.history import Entry, History
from bitools.state import State
from lab.switches import ios_configuration

COMMITS, DEVICES = 20_000, 300
START = datetime(2025, 1, 1, tzinfo=UTC)


@contextmanager
def contests() -> Iterator[list[Contest]]:
    """The store is made as a run makes it: by `git fast-import`, with the commit-graph written last."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        fill(folder / "state")
        environment = _inventory(folder)
        git = f"git --git-dir={folder / 'state' / 'history'}"
        log = f"{git} log --format='%H%x1f%cI%x1f%an%x1f%s%x1f%(trailers)' main"
        one, then = "devices/sw-007.cfg", (START + timedelta(days=200)).date().isoformat()
        since = f'$({git} rev-list -1 --before="{then} 00:00:00" main)'
        ours = {
            "net history, one device": (["net", "history", "sw-007"], f"{log} -- {one}"),
            "net history, 20,000 commits": (["net", "history"], log),
            "net diff --from, one device": (
                ["net", "diff", "--from", then, "sw-007"],
                f"{log} {since}..main -- {one}; {git} diff {since} main -- {one}",
            ),
        }
        empty = ["--state", str(folder / "empty")]
        yield [
            Contest(
                name, [*BITOOLS, *words], ["sh", "-c", peer], "git", 3.0, environment=environment,
                start_up=[*BITOOLS, *empty, *words],
            )
            for name, (words, peer) in ours.items()
        ]  # fmt: skip


def fill(folder: Path, commits: int = COMMITS, batch: int = 2_000) -> None:
    """A day has as many changes as there are commits to place in two years; a line is new in each."""
    history = History(State(folder))
    texts = [ios_configuration(120, f"sw-{number:03}", number).splitlines() for number in range(DEVICES)]
    for start in range(0, commits, batch):
        entries = []
        for number in range(start, min(start + batch, commits)):
            device = number * 7 % DEVICES
            text = texts[device]
            text[20 + number % 50] = f" description oda {number}"
            trailers = {
                "Device": f"sw-{device:03}",
                "Site": "merkez",
                "Role": "lan",
                "Run-Id": f"run-{start}",
                **({LINES: "+1 -1"} if number >= DEVICES else {}),
            }
            entries.append(
                Entry(f"sw-{device:03}", "\n".join(text) + "\n", "mehmet", {**trailers, "Reason": "changed"})
            )
        history.store(entries, START + timedelta(days=730 * start / commits))


def _inventory(folder: Path) -> dict[str, str]:
    (folder / "inventory").mkdir()
    devices = {f"sw-{number:03}": {"host": "192.0.2.1"} for number in range(DEVICES)}
    defaults = {"username": "netops", "password": "env:X", "site": "merkez", "platform": "cisco_ios"}
    files = {
        "sites": {"sites": {"merkez": {}}},
        "devices": {"defaults": defaults, "devices": devices},
        "settings": {},
    }
    for file, content in files.items():
        (folder / "inventory" / f"{file}.yaml").write_text(json.dumps(content))  # JSON is YAML
    return {"BITOOLS_INVENTORY": str(folder / "inventory"), "BITOOLS_STATE": str(folder / "state")}


if __name__ == "__main__":
    fill(Path(sys.argv[1]))
