"""What is installed is what was looked at: hashes of everything, and a wheel that is the same twice."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from lab import packages
from tests.conftest import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")


def locked(name: str) -> dict[str, str]:
    """Each package of a lock with its version."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {
        normal(one): version for one, version in re.findall(r"^([\w.-]+)==([^ \\;]+)", text, re.MULTILINE)
    }


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes_and_no_place_is_named(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[\w.-]+==)", "\n" + text)[1:]
    assert len(blocks) > 20
    for block in blocks:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block.splitlines()[0]
    assert not re.search(r"https?://|file:|--index|--find-links|--trusted", text)


def test_what_the_wheel_asks_for_is_in_the_locks_and_fits() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    run, dev = locked(LOCKS[0]), locked(LOCKS[1])
    wanted = {LOCKS[0]: (project["dependencies"], run)}
    wanted[LOCKS[1]] = ([*project["dependencies"], *project["optional-dependencies"]["dev"]], dev)
    for requirements, known in wanted.values():
        for one in map(Requirement, requirements):
            assert Version(known[normal(one.name)]) in one.specifier, one
    assert run.items() <= dev.items(), "what is tested is what is installed"


def test_a_wheel_is_the_same_byte_for_byte_twice(tmp_path: Path) -> None:
    made = []
    for turn, mask in (("a", 0o022), ("b", 0o077)):
        source, into = tmp_path / turn / "source", tmp_path / turn / "wheel"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(source)], check=True)
        command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
        subprocess.run([*command, "-w", str(into), str(source)], check=True, env=environment, umask=mask)
        [wheel] = into.glob("*.whl")
        made.append((wheel.name, hashlib.sha256(wheel.read_bytes()).hexdigest()))
    assert made[0] == made[1]


def test_all_that_the_demo_needs_is_installed_before_it() -> None:
    text = (ROOT / "lab/install.sh").read_text(encoding="utf-8")
    [installed] = re.findall(r"^PACKAGES=\(([^)]*)\)", text, re.MULTILINE)
    used = packages.DIRECTORY + packages.KERBEROS + packages.ROUTER + packages.ADDRESSES
    assert set(used) <= set(installed.split())
