"""The freshly made domain, kept once for all controllers of this machine and user.

Making it takes some five seconds, putting a copy in place a tenth of one. The copy does not know on
which address it will be served.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import domain

PROVISION = Path(__file__).parent / "provision.py"
SYSTEM_PYTHON = "/usr/bin/python3"
KEPT = ("private", "state")
WHOLE = "whole"
FILES = ("domain.tar", "admin.password", "bind.password")


class ProvisionFailed(Exception):
    """Samba's own last words."""


def cache() -> Path:
    """Where snapshots are kept: BITOOLS_LAB_CACHE, else the user's cache folder."""
    given = os.environ.get("BITOOLS_LAB_CACHE")
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bitools-lab"
    return Path(given) if given else default


def snapshot() -> Path:
    """Give the folder of the snapshot, making it first if this Samba and this recipe have none yet."""
    version = subprocess.run(["samba", "--version"], capture_output=True, check=True).stdout
    recipe = hashlib.sha256(version + PROVISION.read_bytes() + domain.SMB_CONF.encode()).hexdigest()[:12]
    folder = cache() / f"domain-{recipe}-{os.getuid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").is_file():
            _make(folder)
            (folder / "complete").touch()
    return folder


def _make(folder: Path) -> None:
    for left in folder.glob("domain-*"):  # of a provision that was killed
        shutil.rmtree(left, ignore_errors=True)
    passwords = {name: f"Aa1-{secrets.token_hex(16)}" for name in ("admin.password", "bind.password")}
    scratch = Path(tempfile.mkdtemp(prefix="domain-", dir=folder))
    try:
        order = {
            "folder": str(scratch),
            "address": "127.0.0.1",
            "realm": domain.REALM.upper(),
            "netbios": domain.NETBIOS,
            "host": domain.HOST,
            "admin_password": passwords["admin.password"],
            "operator": domain.OPERATOR,
            "operator_password": passwords["bind.password"],
            "lockout": str(domain.LOCKOUT),
        }
        done = subprocess.run(
            [SYSTEM_PYTHON, "-I", str(PROVISION)],
            input=json.dumps(order),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ProvisionFailed(done.stderr.strip()[-2000:])
        subprocess.run(["tar", "-C", scratch, "-cSf", folder / "domain.tar", *KEPT], check=True)
        for name, password in passwords.items():
            (folder / name).touch(mode=0o600)
            (folder / name).write_text(password)
        (folder / "domain.tar").chmod(0o600)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def restore(archive: Path, folder: Path) -> None:
    """Put the databases of a snapshot in place of whatever is there."""
    (folder / WHOLE).unlink(missing_ok=True)
    for name in (*KEPT, "cache", "lock", "run"):
        shutil.rmtree(folder / name, ignore_errors=True)
    subprocess.run(["tar", "-C", folder, "-xSf", archive], check=True)
    for name in ("etc", "run", "cache", "lock", "log"):
        (folder / name).mkdir(mode=0o755 if name == "run" else 0o700, exist_ok=True)
    (folder / WHOLE).touch()
