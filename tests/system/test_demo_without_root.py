"""`make demo` for a plain user: it runs what it can, and says what it left out and why."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.machine import machine
from lab.packages import require_for_test, require_root_for_test
from lab.patience import HANGS
from tests.conftest import ROOT

NOBODY = 65534

pytestmark = [
    pytest.mark.torture,  # it installs an environment of its own, as a newcomer's clone does
    pytest.mark.xdist_group("machine"),
]


@pytest.fixture(scope="module")
def clone() -> Iterator[Path]:
    """The tracked files in a folder of a user who is not root and has no sudo; whoever comes second finds the
    environment that the first one installed.
    """
    require_for_test("restic", "age")
    home = Path(tempfile.mkdtemp(prefix="nobody-"))  # not below the tests' own folder, which is root's alone
    home.chmod(0o755)
    place = home / "bitools"
    copy_tracked(place)
    yield place
    shutil.rmtree(home)


def copy_tracked(place: Path) -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in tracked.stdout.decode().split("\0")[:-1]:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, place / name)


def as_nobody(clone: Path, *command: str, path: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command as that user, with an environment like that of a first login."""
    subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", clone.parent], check=True)
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    environment = {
        "HOME": str(clone.parent),
        "PATH": path or os.environ["PATH"],
        "BITOOLS_LANG": "en",
    }
    return subprocess.run(
        [*become, *command], cwd=clone, env=environment, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=5 * HANGS, check=False,
    )  # fmt: skip


def test_it_runs_the_rest_and_says_what_needs_root(clone: Path) -> None:
    done = as_nobody(clone, "make", "demo")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "left out: the real router (rt-wan-01)" in done.stdout[done.stdout.index("Done.") :]
    assert "the domain controller accepts the slip's password" in done.stdout
    assert "received: [bitools] " in done.stdout


def test_without_restic_it_gives_the_line_that_installs_it(clone: Path) -> None:
    programs = clone.parent / "bin"
    programs.mkdir()
    for folder in ("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin"):
        for program in Path(folder).glob("*"):
            if program.name not in ("restic", "sudo") and not (programs / program.name).exists():
                (programs / program.name).symlink_to(program)
    done = as_nobody(clone, "bash", "lab/demo.sh", path=str(programs))
    assert done.returncode == 10
    assert "apt-get install restic" in done.stderr


def test_a_member_of_the_group_runs_it_where_a_state_is_the_accounts(clone: Path) -> None:
    """What `setup` made is not touched by it: the demo has an inventory and a state of its own."""
    require_root_for_test("a mount namespace")
    require_for_test("restic", "age", "sudo")
    with machine() as box:
        box.write("/etc/bitools/settings.yaml", "organisation: Efeler Belediyesi\nlanguage: en\n")
        assert box.bitools("setup").returncode == 0
        box.person("ayse", "bitools")
        shutil.rmtree(clone / "build", ignore_errors=True)
        box.run("chown", "-R", "ayse:ayse", str(clone.parent), check=True)
        before = box.path("/var/lib/bitools/ledger/ledger.jsonl").read_bytes()
        demo = box.command(("make", "-C", str(clone), "demo"), "ayse")
        done = subprocess.run(
            demo, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=5 * HANGS, check=False
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        assert "the domain controller accepts the slip's password" in done.stdout
        assert "received: [bitools] " in done.stdout
        assert box.path("/var/lib/bitools/ledger/ledger.jsonl").read_bytes() == before
        assert "whole" in box.bitools("ledger", "verify", user="ayse").stdout
