"""A booted systemd with bitools in it: a container over a layer of this machine, its network apart.

systemd-nspawn(1) boots an overlay of `/` as far as the basic system; a unit of its own runs one script and
powers it off. This machine's servers are not started: some wait a minute and a half for a network.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from lab.machine import install_into

_BOOT = """\
set -e
mount -t tmpfs -o mode=755 tmpfs "$1"; mkdir "$1/upper" "$1/work" "$1/machine"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/machine"
rm -rf "$1/machine/etc/bitools" "$1/machine/var/lib/bitools" "$1/machine/opt/bitools"
echo ready; read -r go
systemd-nspawn -q -D "$1/machine" -b --private-network --register=no --keep-unit --console=pipe \
    --machine="bitools-$$" systemd.unit=trial.target < /dev/null > "$1/console" 2>&1 || true
echo over; read -r go
"""
_TARGET = """\
[Unit]
Requires=basic.target
After=basic.target
Wants=trial.service
AllowIsolate=yes
"""
_UNIT = """\
[Unit]
After=basic.target
[Service]
Type=oneshot
Environment=BITOOLS_LANG=en PATH=/opt/bitools/bin:/usr/sbin:/usr/bin:/sbin:/bin
StandardOutput=append:/opt/trial.log
StandardError=append:/opt/trial.log
ExecStart=/bin/bash /opt/trial.sh
ExecStopPost=/bin/systemctl --no-block poweroff
"""


def booted(files: Mapping[str, str], script: str, result: str) -> tuple[str, str]:
    """Boot it with these files, run the script; what it said, and the content of one file."""
    folder = Path(tempfile.mkdtemp(prefix="bitools-booted-"))
    holder = subprocess.Popen(
        ["unshare", "--mount", "--propagation", "private", "bash", "-c", _BOOT, "bash", str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        if holder.stdout.readline() != "ready\n":
            raise RuntimeError("nothing to boot: overlays cannot be mounted here")
        root = Path(f"/proc/{holder.pid}/root", *folder.parts[1:], "machine")
        install_into(root)
        for place, text in (
            *files.items(),
            ("/opt/trial.sh", script),
            ("/etc/systemd/system/trial.service", _UNIT),
            ("/etc/systemd/system/trial.target", _TARGET),
        ):
            path = root / place.lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            path.chmod(0o600 if place.endswith(".key") else 0o644)
        holder.stdin.write("go\n")
        holder.stdin.flush()
        if holder.stdout.readline() != "over\n":
            raise RuntimeError("the container did not end by itself")
        log, found = root / "opt/trial.log", root / result.lstrip("/")
        said = (
            log.read_text(errors="replace")
            if log.exists()
            else (root.parent / "console").read_text(errors="replace")
        )
        return said, found.read_text() if found.exists() else ""
    finally:
        holder.kill()
        holder.wait()
        shutil.rmtree(folder, ignore_errors=True)
