"""Debian packages the real parts of the lab need.

Root gets what is missing installed, without any daemon being started by it. Everybody else is told
the apt line. A test that cannot run is skipped on a desk and fails in CI: there nothing may be
silently left out.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

DIRECTORY = (
    "samba-ad-dc",
    "samba-ad-provision",
    "samba-dsdb-modules",
    "samba-vfs-modules",
    "winbind",
    "python3-samba",
)
KERBEROS = ("python3-gssapi",)
ROUTER = ("frr", "openssh-server", "iproute2")
RELOAD = ("frr-pythontools",)  # what is held against our own commands
ADDRESSES = ("dnsmasq-base", "iproute2", "openssl", "zstd")
POLICY = Path("/usr/sbin/policy-rc.d")


class MissingPackages(Exception):
    """Packages that are not installed, with the line that installs them."""

    def __init__(self, packages: list[str]) -> None:
        self.packages = packages
        super().__init__(
            f"missing; install with: apt-get install --no-install-recommends {' '.join(packages)}"
        )


class NeedsRoot(Exception):
    """What cannot be done without root, and why."""


def missing(*packages: str) -> list[str]:
    """Name those that are not installed."""
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *packages],
        capture_output=True,
        text=True,
        check=False,
    )
    installed = {line.split()[0] for line in asked.stdout.splitlines() if line.endswith(" installed")}
    return [package for package in packages if package not in installed]


def require(*packages: str) -> None:
    """Have these packages installed. Raise MissingPackages if that cannot be."""
    lacking = missing(*packages)
    if not lacking:
        return
    if os.geteuid() == 0:
        with no_daemons():
            _apt_get("install", "--no-install-recommends", *lacking)
        lacking = missing(*packages)
    if lacking:
        raise MissingPackages(lacking)


def require_for_test(*packages: str) -> None:
    """Have root and these packages, or skip the test; in CI fail instead."""
    require_root_for_test("a real server on privileged ports")
    try:
        require(*packages)
    except MissingPackages as why:
        leave_out(why)


def require_root_for_test(what: str) -> None:
    """Be root, or skip the test; in CI fail instead. `what` is what needs it."""
    if os.geteuid() != 0:
        leave_out(NeedsRoot(f"{what} needs root"))


def leave_out(why: Exception) -> NoReturn:
    """Skip a test that cannot run here; in CI fail instead."""
    import pytest

    if os.environ.get("CI"):
        raise why
    pytest.skip(str(why))


@contextmanager
def no_daemons() -> Iterator[None]:
    """Keep the package scripts from starting servers, as Debian's policy-rc.d is meant to."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)


def _apt_get(*arguments: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-qq", "-y", "-o", "DPkg::Lock::Timeout=500"]
    done = subprocess.run([*command, *arguments], env=environment, capture_output=True, check=False)
    if done.returncode:
        subprocess.run([*command, "update"], env=environment, capture_output=True, check=False)
        subprocess.run([*command, *arguments], env=environment, capture_output=True, check=False)
