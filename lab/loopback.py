"""Addresses on the loopback: the whole of 127/8 is there, so every server can have one of its own."""

from __future__ import annotations

import os
import socket
import subprocess


def bring_up() -> None:
    """A fresh network namespace has its loopback down; bringing up one that is up is nothing."""
    if os.geteuid() == 0:
        subprocess.run(["ip", "link", "set", "lo", "up"], capture_output=True, check=False)


def free_address(port: int) -> str:
    """An address on which nobody has this port, out of a range made from the caller's PID."""
    for last in range(1, 250):
        address = f"127.{192 + os.getpid() // 250 % 60}.{os.getpid() % 250}.{last}"
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except PermissionError:
                raise
            except OSError:
                continue
        return address
    raise OSError(f"no free loopback address for port {port}")
