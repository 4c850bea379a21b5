"""A Samba domain controller, here or on another host, by `samba-tool domain backup offline`: one archive."""

from __future__ import annotations

import shlex
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from bitools import process
from bitools.backup.sources.source import Restored, Scene, Source, broken, read_back
from bitools.backup.wire import ssh
from bitools.backup.wire.producer import Producer
from bitools.inventory.backups import DirectoryDataset

if TYPE_CHECKING:
    from bitools.documents.backup import Proof

PACKAGES = ("samba",)
_LEAST = 10_000  # bytes; no domain is smaller
_NO_DNS = b"The 'domaindns' role is not present"  # samba-tool restores no domain whose DNS is elsewhere
# A backup of the domain in a folder that is gone afterwards; samba-tool names the file itself.
_DOMAIN = (
    "umask 077; d=$(mktemp -d) && trap 'rm -rf \"$d\"' EXIT && samba-tool domain backup offline"
    ' --targetdir="$d" {options} >&2 && cat "$d"/*.tar.bz2'
)


def file_name(dataset: DirectoryDataset) -> str:
    """The archive."""
    return f"{dataset.name}.tar.bz2"


def dump(dataset: DirectoryDataset, scene: Scene) -> Source:
    """The program that writes the archive, here or over there."""
    options = f"--configfile={shlex.quote(dataset.smb_conf)}" if dataset.smb_conf else ""
    script = _DOMAIN.format(options=options)
    if dataset.host is None:
        command: tuple[str, ...] = ("sh", "-c", script)
    else:
        words = ssh.command(scene.run.inventory.hosts[dataset.host], dataset.host, scene.run.state)
        command = (*words, "--", f"sh -c {shlex.quote(script)}")
    producer = Producer(command, file_name(dataset), at_least=max(dataset.at_least, _LEAST))
    return Source(producer=lambda: nullcontext(producer))


def prove(dataset: DirectoryDataset, restored: Restored) -> Proof:
    """Restore the domain where there is Samba and the domain can be; else the archive is read through."""
    file = read_back(dataset, restored, file_name(dataset))
    if process.installed("samba-tool"):
        words = ["samba-tool", "domain", "backup", "restore", f"--backup-file={file}"]
        words += ["--newservername=drill", f"--targetdir={Path(restored.folder, 'domain')}"]
        done = process.run(words, timeout=1800, root=True)
        if done.code == 0:
            return {"kind": "domain", "bytes": file.stat().st_size}
        if _NO_DNS not in done.stdout + done.stderr:
            raise broken(dataset, done.complaint)
    done = process.run(["tar", "-tjf", str(file)], timeout=1800, root=True)
    if done.code != 0 or b"sam.ldb" not in done.stdout:
        raise broken(dataset, done.complaint)
    return {"kind": "archive", "bytes": file.stat().st_size}
