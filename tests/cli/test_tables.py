"""Every table that a command prints, at 80×24: no line is wrapped, no id is broken, nothing is lost."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitools import i18n
from bitools.cli.console import Console
from lab.packages import require_for_test
from lab.patience import HANGS
from tests import tables
from tests.conftest import ROOT

CASES = list(tables.commands())


@pytest.fixture(params=["tr", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    i18n.use(request.param)
    yield request.param
    i18n.use("en")


def printed(kind: str, module: str, width: int) -> list[str]:
    """What a command's documents look like, a text each."""
    found = []
    for show in tables.shows(module):
        for each in tables.kinds(show, kind):
            for document in tables.samples(each):
                console, out = tables.narrow(width)
                try:
                    show(console, document)
                except (KeyError, ValueError):  # the least that a type allows is what an older version wrote
                    continue
                found.append(out.getvalue())
    return found


@pytest.mark.parametrize(("kind", "module"), CASES, ids=[kind for kind, _module in CASES])
def test_it_fits_and_loses_nothing(kind: str, module: str, language: str) -> None:
    wide = printed(kind, module, 0)
    for text, whole in zip(printed(kind, module, 80), wide, strict=True):
        assert words(text) == words(whole), "a word is broken, or lost"
        assert [line for line in text.splitlines() if len(line) > 80] == []
    if language == "tr":
        assert for_programs(kind, module, wide) - SAME == set(), "English"


def words(text: str) -> list[str]:
    return sorted(text.replace("·", " ").split())


SAME = {"commit", "switch"}  # said so in Turkish, too


def choices(schema: object) -> Iterator[str]:
    """Every word of which a value is one."""
    if isinstance(schema, dict):
        yield from (one for one in (*schema.get("enum", ()), schema.get("const")) if isinstance(one, str))
        schema = [*schema.values()]
    for one in schema if isinstance(schema, list) else ():
        yield from choices(one)


def for_programs(kind: str, module: str, texts: list[str]) -> set[str]:
    """Words that are one of a choice, and stand in what people read: `pending`, for an unfinished account."""
    kinds = {each for show in tables.shows(module) for each in tables.kinds(show, kind)}
    every = {word for each in kinds for word in choices(tables.published()[each])}
    said = {word for text in texts for word in re.findall(r"[\w.]+", text)}
    return {word for word in every & said if re.fullmatch("[a-z_]{3,}", word)}


def test_no_table_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever prints a table in `cli` is met by the walk above."""
    met = set()
    table = Console.table

    def seen(self: Console, *words: object, **more: object) -> None:
        caller = sys._getframe(1).f_code
        met.add((str(Path(caller.co_filename).relative_to(tables.CLI)), caller.co_name))
        table(self, *words, **more)

    monkeypatch.setattr(Console, "table", seen)
    well = defaultdict(int)
    for kind, wrong in tables.everything(tables.narrow(80)[0]):
        well[kind] += wrong is None
    assert tables.printers() - met == set()
    assert {kind for kind, count in well.items() if not count} <= {"iplog.export"}, (
        "it prints a text of its own"
    )


def test_a_real_terminal_wraps_no_line(tmp_path: Path) -> None:
    """tmux, 80×24: what it shows line by line is what it shows with wrapped lines joined."""
    require_for_test("tmux")
    server = ["tmux", "-L", f"bitools-{os.getpid()}", "-f", "/dev/null"]
    environ = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "TMUX_TMPDIR": str(tmp_path),
    }
    program = shlex.join([sys.executable, "-m", "tests.tables"])

    def tmux(*line: str) -> str:
        return subprocess.run(
            [*server, *line], env=environ, capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout

    tmux("new-session", "-d", "-x", "80", "-y", "24", "cat")
    try:
        tmux("set-option", "-g", "history-limit", "200000")
        tmux("new-window", f"{program} 2>/dev/null; cat")
        end = time.monotonic() + HANGS
        while not (shown := tmux("capture-pane", "-p").rstrip()).endswith("son"):
            assert time.monotonic() < end, shown
            time.sleep(0.2)
        apart, joined = (tmux("capture-pane", "-p", *more, "-S", "-").splitlines() for more in ((), ("-J",)))
        assert len(apart) > 500
        assert [line for line in joined if len(line.rstrip()) > 80] == []
    finally:
        tmux("kill-server")
