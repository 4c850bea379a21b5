"""The rsyslog snippet of the manual, on a real rsyslogd: what servers send over the network is taken."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import time
from pathlib import Path

from lab import packages
from lab.patience import HANGS
from tests.conftest import ROOT, CommandLine
from tests.wire.iplog.conftest import events, sources

LEASE = (
    "<134>Nov 28 03:00:{:02d} dhcp1 dhcpd[811]: DHCPACK on 10.2.0.{} to 00:1a:2b:3c:4d:5e (pc) via 10.2.0.1"
)


def snippet() -> str:
    """The first block of the page."""
    found = re.search(r"```\n(template.*?)```", (ROOT / "docs" / "address-log.md").read_text(), re.DOTALL)
    assert found
    return found[1]


def test_what_comes_over_the_network_is_taken_by_the_snippet_of_the_manual(
    log: CommandLine, tmp_path: Path
) -> None:
    packages.require_for_test("rsyslog")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    file = tmp_path / "garaj-dhcp.log"
    text = (
        snippet().replace("/var/log/uzak/garaj-dhcp.log", str(file)).replace('port="514"', f'port="{port}"')
    )
    text = text.replace('fileGroup="bitools"', 'fileGroup="root"')
    settings = tmp_path / "rsyslog.conf"
    settings.write_text(f'global(workDirectory="{tmp_path}")\nmodule(load="imudp")\n{text}')
    server = subprocess.Popen(
        ["rsyslogd", "-n", "-f", settings, "-i", tmp_path / "pid"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            ends = time.monotonic() + HANGS
            while not file.exists() and time.monotonic() < ends:  # until somebody listens
                sender.sendto(LEASE.format(0, 200).encode(), ("127.0.0.1", port))
                time.sleep(0.1)
            for number in range(50):
                sender.sendto(LEASE.format(number, number).encode(), ("127.0.0.1", port))
            while "10.2.0.49 " not in file.read_text() and time.monotonic() < ends:
                time.sleep(0.05)
    finally:
        server.send_signal(signal.SIGTERM)
        _out, said = server.communicate(timeout=HANGS)
    assert file.stat().st_mode & 0o777 == 0o640, said
    sources(log, f"  garaj: {{format: dhcpd, path: {file}, lease: 12h}}\n")
    item = log("iplog", "ingest", "--json").document["items"][0]
    assert (item["unparsed"], item["impossible"]) == (0, 0)
    assert len({row[0] for row in events(log.state)}) == 51
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d ", file.read_text())  # whole seconds
