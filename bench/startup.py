"""How long until `bitools --help` answers: a TAB, a typo, a cron line each pay this."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.frame import Contest


@contextmanager
def contests() -> Iterator[list[Contest]]:
    """Against the bare interpreter, and against nothing but importing the command-line library."""
    ours = [sys.executable, "-m", "bitools", "--help"]
    version = [sys.executable, "-m", "bitools", "--version"]
    yield [
        Contest("bitools --help", ours, [sys.executable, "-c", "pass"], "bare Python", 12.0, "cpu"),
        Contest("bitools --help", ours, [sys.executable, "-c", "import typer"], "import typer", 1.3, "cpu"),
        Contest("bitools --version", version, [sys.executable, "-c", "pass"], "bare Python", 3.0, "cpu"),
    ]
