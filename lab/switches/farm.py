"""A farm of simulated switches, for Python.

with SwitchFarm([Switch("sw-1", "cisco_ios")]) as farm:
    farm["sw-1"].host, farm["sw-1"].port
    farm["sw-1"].fault = "truncate"
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from lab.processes import strays

from .control import ask
from .device import Account, Switch

ROOT = Path(__file__).resolve().parents[2]


class FarmFailed(Exception):
    """The farm did not come up; its own words say why."""


class RunningSwitch:
    """One switch of a running farm. Every attribute is asked of the farm at that moment."""

    def __init__(self, folder: Path, switch: Switch) -> None:
        self._folder, self.switch, self.name = folder, switch, switch.name

    def _ask(self, **request: Any) -> dict[str, Any]:
        return ask(self._folder, device=self.name, **request)

    @property
    def host(self) -> str:
        """Its address."""
        return str(self._ask()["host"])

    @property
    def port(self) -> int:
        """Its port, the real one also where an ephemeral one was asked for."""
        return int(self._ask()["port"])

    @property
    def host_key(self) -> str:
        """The key it shows now: `ssh-ed25519 AAAA...`."""
        return str(self._ask()["host_key"])

    @property
    def fingerprint(self) -> str:
        """Of that key, as ssh-keygen shows it."""
        body = base64.b64decode(self.host_key.split()[1])
        return "SHA256:" + base64.b64encode(hashlib.sha256(body).digest()).decode().rstrip("=")

    @property
    def logins(self) -> int:
        """How often somebody was let in."""
        return int(self._ask()["logins"])

    @property
    def rejected_logins(self) -> int:
        """How many passwords it rejected."""
        return int(self._ask()["rejected_logins"])

    @property
    def commands(self) -> int:
        """How many lines it was given."""
        return int(self._ask()["commands"])

    @property
    def typed(self) -> list[str]:
        """The lines it was given, as they came."""
        return [str(line) for line in self._ask()["typed"]]

    @property
    def running(self) -> str:
        """What `show running-config` (or the platform's word for it) prints when nothing is wrong."""
        return str(self._ask()["running"])

    @running.setter
    def running(self, text: str) -> None:
        self._ask(replace=text, user="console")

    @property
    def startup(self) -> str:
        """What it would print for its startup configuration."""
        return str(self._ask()["startup"])

    @property
    def fault(self) -> str:
        """The faults it has: `name[:value],...`; empty for none."""
        return str(self._ask()["fault"])

    @fault.setter
    def fault(self, fault: str | None) -> None:
        self._ask(fault=fault or "")

    def configure(self, lines: Iterable[str], user: str = "mehmet", *, save: bool = False) -> None:
        """Let a user type lines in configuration mode, at the console. Raise ValueError at a wrong one."""
        self._ask(configure=list(lines), user=user, save=save)

    def learn(self, *lines: str) -> None:
        """Let it change its configuration by itself, as a port that learns an address does."""
        self._ask(configure=list(lines), user="")

    def account(self, name: str = "netops") -> Account:
        """One of its accounts."""
        return next(account for account in self.switch.accounts if account.name == name)


class SwitchFarm:
    """Switches, each on its own loopback address, simulated in one process of their own.

    `prefix` is up to three parts of an address (127.23.4); by default one made from the caller's PID.
    `port` 0 gives each switch an ephemeral port, so that farms never collide whatever their prefix.
    `folder` keeps host keys; without one they are made anew each time. With `detached` the farm
    outlives the caller, and only stop() or its PID ends it.
    """

    def __init__(
        self,
        switches: Sequence[Switch],
        prefix: str | None = None,
        port: int = 0,
        folder: Path | None = None,
        detached: bool = False,
    ) -> None:
        prefix = prefix or f"127.{64 + os.getpid() // 250 % 128}.{os.getpid() % 250}"
        self.switches = {
            switch.name: replace(
                switch,
                host=switch.host or _address(prefix, number),
                port=port if switch.port is None else switch.port,
            )
            for number, switch in enumerate(switches)
        }
        self._temporary = folder is None
        self.folder = Path(tempfile.mkdtemp(prefix="switch-farm-")) if folder is None else folder.absolute()
        self.detached = detached
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> SwitchFarm:
        """Bring every switch up. Raise FarmFailed if that cannot be (an address in use, say)."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        spec = self.folder / "farm.json"
        spec.touch(mode=0o600)
        spec.write_text(json.dumps([switch.as_json() for switch in self.switches.values()]), "utf-8")
        arguments = [sys.executable, "-m", "lab.switches.server", str(self.folder)]
        log = self.folder / "log"
        with log.open("wb") as errors:
            self.process = subprocess.Popen(
                arguments if self.detached else [*arguments, "--follow-parent"],
                stdin=subprocess.DEVNULL if self.detached else subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                start_new_session=True,
            )
        assert self.process.stdout
        if self.process.stdout.readline() != b"ready\n":
            self.process.wait()
            raise FarmFailed(log.read_text("utf-8").strip().rpartition("\n")[2])
        self.process.stdout.close()
        return self

    @property
    def running(self) -> bool:
        """Whether its process is there, whoever started it."""
        return bool(strays("lab.switches.server", self.folder))

    def stop(self) -> None:
        """End its process, whoever started it, and remove what was made for this run only."""
        for process in strays("lab.switches.server", self.folder):
            process.kill()
        if self.process:
            self.process.wait()
            if self.process.stdin:
                self.process.stdin.close()
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> SwitchFarm:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __getitem__(self, name: str) -> RunningSwitch:
        return RunningSwitch(self.folder, self.switches[name])

    def __iter__(self) -> Iterator[RunningSwitch]:
        return (self[name] for name in self.switches)

    def __len__(self) -> int:
        return len(self.switches)


def _address(prefix: str, number: int) -> str:
    """The number-th address under a prefix of two or three parts (127.23 or 127.23.4)."""
    if prefix.count(".") == 1:
        return f"{prefix}.{number // 250}.{number % 250 + 1}"
    if number >= 250:
        raise ValueError(f"{prefix} has room for 250 switches; give a prefix of two parts, such as 127.23")
    return f"{prefix}.{number + 1}"
