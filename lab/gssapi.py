"""Kerberos for Python, as Debian built it: nothing to compile, and no other of Debian's packages in sight."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from lab import packages

DEBIAN = Path("/usr/lib/python3/dist-packages")
NAMES = ("gssapi", "decorator.py")
BUILD = ("gcc", "libkrb5-dev")


def importable(folder: Path) -> str:
    """A folder for PYTHONPATH in which this Python finds gssapi. Raise MissingPackages if it cannot be had.

    Debian's build is for Debian's own Python; for another version it is built here, which takes a minute.
    """
    packages.require(*packages.KERBEROS)
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(DEBIAN / name)
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    if subprocess.run([sys.executable, "-c", "import gssapi"], env=environment, check=False).returncode:
        packages.require(*BUILD)
        built = folder.with_name(f"{folder.name}-built")
        pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, "--target", str(built), "gssapi"], check=True)
        return str(built)
    return str(folder)
