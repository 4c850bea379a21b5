"""More than one restic: Debian 12's own (0.14), and Debian 13's (0.18) with its rest-server, fetched once.

Debian 13's packages are unpacked, never installed: they run unchanged on Debian 12. apt fetches them with a
private state, so that the machine's own package lists stay as they are. Kept in ~/.cache/bitools-lab.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from pathlib import Path

from lab.packages import MissingPackages, leave_out

PACKAGES = ("restic", "restic-rest-server")
SUITE = "trixie"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bitools-lab" / f"restic-{SUITE}"


def newer() -> Path:
    """The folder that holds Debian 13's `restic` and `rest-server`.

    Raise MissingPackages if it was never fetched and cannot be now.
    """
    programs = CACHE / "usr" / "bin"
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    with open(CACHE.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (programs / "restic").exists():
            _fetch()
        if not (programs / "rest-server").exists():
            (programs / "rest-server").symlink_to("restic-rest-server")
    return programs


def newer_for_test() -> Path:
    """The same; where it cannot be had the test is skipped on a desk, and fails in CI."""
    try:
        return newer()
    except MissingPackages as why:
        leave_out(why)


def _fetch() -> None:
    work = CACHE.with_suffix(".part")
    shutil.rmtree(work, ignore_errors=True)
    for folder in ("lists/partial", "cache/archives/partial"):
        (work / folder).mkdir(parents=True)
    (work / "sources.list").write_text(f"deb [signed-by={KEYRING}] {_mirror()} {SUITE} main\n")
    options = {
        "Dir::Etc::sourcelist": work / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::State::lists": work / "lists",
        "Dir::Cache": work / "cache",
        "APT::Sandbox::User": "root",
    }
    private = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    for step in (["update"], ["download", *PACKAGES]):
        done = subprocess.run(["apt-get", "-qq", *private, *step], cwd=work, capture_output=True, check=False)
        if done.returncode:
            raise MissingPackages([f"{name}/{SUITE}" for name in PACKAGES])
    for package in work.glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, work / "root"], check=True)
    shutil.rmtree(CACHE, ignore_errors=True)
    (work / "root").rename(CACHE)
    shutil.rmtree(work)


def _mirror() -> str:
    """The mirror that this machine uses, by its own sources."""
    for path in [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]:
        if path.is_file() and (found := re.search(r"https?://\S+/debian(?=/?\s)", path.read_text())):
            return found[0]
    return "http://deb.debian.org/debian"
