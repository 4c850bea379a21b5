"""What we mend in paramiko is still there to be mended."""

from __future__ import annotations

import socket
import subprocess
import sys
from importlib import metadata

from bitools.net.wire.paramiko_tuned import Transport, paramiko
from tests.conftest import ROOT


def test_paramiko_has_what_we_mend() -> None:
    from paramiko import kex_gex, kex_group1

    assert "constant_time_bytes_eq" in paramiko.packet.Packetizer.read_message.__code__.co_names
    for method in (kex_gex.KexGex._parse_kexdh_gex_group, kex_group1.KexGroup1.start_kex):
        assert "pow" in method.__code__.co_names


def test_it_says_its_version_as_if_it_had_been_asked_for() -> None:
    assert paramiko.__version__ == metadata.version("paramiko")
    assert paramiko.__version__ in Transport._CLIENT_ID


def test_what_paramiko_would_drag_in_is_not_loaded() -> None:
    script = (
        "import sys, bitools.net.wire.paramiko_tuned;"
        "print(bool({'invoke', 'importlib.metadata'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout == "False\n"


def test_a_cipher_that_proves_itself_is_offered_first() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ciphers = Transport(ours).get_security_options().ciphers
    assert ciphers[:2] == ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")
    assert len(set(ciphers)) == len(ciphers) > 4
