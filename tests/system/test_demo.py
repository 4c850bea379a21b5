"""`make demo` does what the README says, from end to end. It proves each step itself."""

from __future__ import annotations

import json
import os
import re
import subprocess

import pytest

from lab.patience import HANGS
from tests.conftest import ROOT, published


@pytest.mark.xdist_group("municipality")
def test_the_demo_runs_and_leaves_nothing_running() -> None:
    done = subprocess.run(
        ["bash", "lab/demo.sh"],
        cwd=ROOT,
        env={**os.environ, "BITOOLS_LANG": "en"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=3 * HANGS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert done.stdout.count("✓") >= 9
    assert "left out" not in done.stdout, "CI has root: everything must run there"
    assert _not_printed(done.stdout) == [], "the README shows what the demo does not print"
    assert re.search(r"Installs took \d+ s, the run \d+ s", done.stdout)
    assert (ROOT / "build/demo/report.html").stat().st_size > 1000
    stored = [json.loads(path.read_text()) for path in (ROOT / "build/demo/state/documents").glob("*.json")]
    assert len({published(document)["schema"] for document in stored}) >= 7
    status = subprocess.run(
        [str(ROOT / ".venv/bin/python"), "-m", "lab", "status", "build/demo"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "up  " not in status.stdout


def _not_printed(output: str) -> list[str]:
    """Lines of the README's first example that the demo has not printed; ids and times may differ."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = text.partition("```console\n")[2].partition("```")[0]
    volatile = re.compile(r"\b[0-9a-f]{8}\b|\d{4}-\d\d-\d\d \d\d:\d\d")
    printed = {volatile.sub("…", line).strip() for line in output.splitlines()}
    return [line for line in shown.splitlines() if line and volatile.sub("…", line).strip() not in printed]
