"""A Windows file share as its clients see it: Samba's smbd on a loopback address of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from lab import loopback, packages
from lab.patience import HANGS
from lab.processes import Process, start

PACKAGES = ("samba-ad-dc", "smbclient")
_FOLDERS = ("private", "lock", "state", "cache", "pid")


class FileServer:
    """One share, `belgeler`, for one account. Use it in a `with`."""

    password = "paylasim-2026"

    def __init__(self) -> None:
        packages.require(*PACKAGES)
        if os.geteuid() != 0:
            raise packages.NeedsRoot("a file server on port 445 needs root")
        self.username = pwd.getpwuid(0).pw_name
        self.folder = Path(tempfile.mkdtemp(prefix="smbd-"))
        self.share = self.folder / "share"
        self.share.mkdir()
        self.address = loopback.free_address(445)
        self._settings = self.folder / "smb.conf"

    def __enter__(self) -> FileServer:
        for name in _FOLDERS:
            (self.folder / name).mkdir(mode=0o700)
        self._settings.write_text(
            "[global]\nserver role = standalone server\nsmb ports = 445\nbind interfaces only = yes\n"
            f"interfaces = {self.address}/8\nlog file = {self.folder}/log\ndisable spoolss = yes\n"
            f"ncalrpc dir = {self.folder}/pid/ncalrpc\nprivate dir = {self.folder}/private\n"
            + "".join(f"{name} directory = {self.folder}/{name}\n" for name in _FOLDERS[1:])
            + f"[belgeler]\npath = {self.share}\nread only = yes\n"
        )
        subprocess.run(
            ["smbpasswd", "-c", self._settings, "-a", "-s", self.username],
            input=f"{self.password}\n{self.password}\n", text=True, capture_output=True, check=True,
        )  # fmt: skip
        command: list[str | Path] = ["smbd", "-s", self._settings, "--foreground", "--no-process-group"]
        self._process: Process = start(command, self.folder / "out")
        ends = time.monotonic() + HANGS
        while not self._answers():
            if not self._process.runs or time.monotonic() > ends:
                raise RuntimeError((self.folder / "out").read_text())
            time.sleep(0.02)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((self.address, 445)) == 0
