"""How a host of hosts.yaml is reached over SSH: by its key alone, and only if it is the host we know."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from bitools.inventory.network import Host
from bitools.state import State, write


def command(host: Host, name: str, state: State) -> list[str]:
    """The `ssh` command line up to what is to be run there; nobody is ever asked anything.

    With a `host_key` in the inventory only that one is accepted, else those of the machine's known_hosts.
    """
    options = ["BatchMode=yes", "StrictHostKeyChecking=yes", "IdentitiesOnly=yes", "ConnectTimeout=20"]
    options += ["ServerAliveInterval=15", "ServerAliveCountMax=4", "LogLevel=ERROR"]
    if host.host_key:
        known = state.path("backup", f"known_hosts.{name}")
        line = f"{name} {host.host_key}\n".encode()
        if not known.exists() or known.read_bytes() != line:
            write(known, line)
        options += [f"HostKeyAlias={name}", f"UserKnownHostsFile={known}", "GlobalKnownHostsFile=/dev/null"]
    words = ["ssh", "-F", "none", "-T", "-p", str(host.port), "-i", str(host.key_file)]
    words += [word for option in options for word in ("-o", option)]
    return [*words, "-l", host.username, host.host]


def remote(words: Sequence[str]) -> str:
    """A command as the shell over there has to be given it."""
    return shlex.join(words)
