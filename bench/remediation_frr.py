"""Thirty random changes of a real router: planned, typed and read back, against frr-reload.

`python -m bench.remediation_frr ours|frr_reload` is a side; it prints the seconds all changes took.
frr-reload is in Debian's package frr-pythontools, which is installed if it is missing; FRR_RELOAD names
another place of it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.frame import Contest
from lab import packages
from lab.router import Router
from lab.router.configurations import configuration

CHANGES = 30
RELOAD = os.environ.get("FRR_RELOAD", "/usr/lib/frr/frr-reload.py")
START = (
    "frr version 8.4.4\nfrr defaults traditional\nhostname {name}\nlog syslog informational\n"
    "service integrated-vtysh-config\n!\ninterface eth0\nexit\n!\nrouter bgp 65001\nexit\n!\nend\n"
)


@contextmanager
def contests() -> Iterator[Sequence[Contest]]:
    """The same changes for both, one after another. Raise MissingPackages if there is no frr-reload."""
    if not Path(RELOAD).is_file():
        packages.require(*packages.ROUTER, *packages.RELOAD)
    side = [sys.executable, "-m", "bench.remediation_frr"]
    yield [
        Contest(
            f"{CHANGES} changes of a real FRR",
            [*side, "ours"],
            [*side, "frr_reload"],
            "frr-reload",
            0.5,
            "told",
        )
    ]


def _ours(router: Router, wanted: str) -> None:
    from bitools import platforms
    from bitools.net.decisions.change.language.dialect import dialect
    from bitools.net.decisions.change.language.typed import typed
    from bitools.net.decisions.change.plan import plan
    from bitools.net.decisions.configuration import canonical
    from bitools.net.decisions.page import Page

    frr = platforms.load("frr")
    now, then = (canonical(Page.of(text, frr), b"k").text for text in (_running(router), wanted))
    refused = router.configure(typed(plan(now, then, frr, back=False).commands, dialect(frr)))
    assert not refused, refused
    _running(router)


def _running(router: Router) -> str:
    return router.run("vtysh", "-c", "show running-config")


def _frr_reload(router: Router, wanted: str) -> None:
    file = router.folder / "wanted.conf"
    file.write_text(wanted)
    try:
        router.run("/usr/bin/python3", RELOAD, "--reload", str(file))
    except subprocess.CalledProcessError as error:
        if error.returncode != 1:  # what it says of an interface that cannot be removed, and has arrived
            raise


def _main(name: str) -> int:
    change: Callable[[Router, str], None] = {"ours": _ours, "frr_reload": _frr_reload}[name]
    network = f"10.{240 + os.getpid() // 250 % 8}.{os.getpid() % 250}.0/30"
    with (
        tempfile.TemporaryDirectory() as temporary,
        Router(Path(temporary) / "rt", "rt-merkez-01", network, configuration=START) as router,
    ):
        change(router, configuration(0, router.name, f"{router.address}/30"))
        began = time.monotonic()
        for seed in range(1, CHANGES + 1):
            change(router, configuration(seed, router.name, f"{router.address}/30"))
        print(time.monotonic() - began)
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
