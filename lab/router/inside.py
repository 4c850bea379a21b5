"""What runs inside the router's namespaces, as their process 1.

Here /run, /etc/frr and the account files are the router's own: nothing outside is touched, no user
is added to the machine, and when this process ends, so does everything it started.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

DAEMONS = Path("/usr/lib/frr")
LOGIN = """\
#!/bin/sh
export TZ=Europe/Istanbul
[ "$SSH_ORIGINAL_COMMAND" = "show vtysh-log" ] && exec cat /run/vtysh.log
[ -w /run/vtysh.log ] && export VTYSH_LOG=/run/vtysh.log
[ -n "$SSH_ORIGINAL_COMMAND" ] && exec vtysh -c "$SSH_ORIGINAL_COMMAND"
exec vtysh
"""
SSHD = """\
ListenAddress {address}
Port 22
HostKey {key}
PasswordAuthentication yes
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
PrintMotd no
PrintLastLog no
PidFile none
AllowUsers {users}
ForceCommand /run/login
"""


def run(*arguments: str, text: str | None = None) -> str:
    """Run a program that must succeed."""
    return subprocess.run(arguments, input=text, check=True, capture_output=True, text=True).stdout


def own_files(folder: Path, accounts: dict[str, str]) -> None:
    """Put the router's own /run, /etc/frr and accounts in place, for this mount namespace alone."""
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    Path("/run/sshd").mkdir(mode=0o755)
    Path("/run/frr").mkdir(mode=0o2775)
    shutil.chown("/run/frr", "frr", "frrvty")
    login = Path("/run/login")
    login.write_text(LOGIN)
    login.chmod(0o755)
    log = Path("/run/vtysh.log")  # who typed what: vtysh writes it, as the user who types
    log.touch()
    shutil.chown(log, "root", "frrvty")
    log.chmod(0o660)
    # The whole folder: a file mounted over /etc/passwd falls off when a package outside replaces that.
    etc = Path("/run/etc")
    run("cp", "-a", "/etc/.", str(etc))
    for name in ("passwd", "group", "shadow"):
        lines = (etc / name).read_text().splitlines()
        (etc / name).write_text("\n".join(_with_accounts(name, lines, accounts)) + "\n")
    run("mount", "--bind", str(etc), "/etc")
    run("mount", "--bind", str(folder / "etc"), "/etc/frr")


def _with_accounts(file: str, lines: list[str], accounts: dict[str, str]) -> list[str]:
    lines = [line for line in lines if line.partition(":")[0] not in accounts]
    for number, (name, password) in enumerate(accounts.items(), 64900):
        if file == "passwd":
            lines.append(f"{name}:x:{number}:65534:lab:/:/bin/sh")
        elif file == "shadow":
            hashed = run("openssl", "passwd", "-6", "-stdin", text=password).strip()
            lines.append(f"{name}:{hashed}:20000:0:99999:7:::")
    if file != "group":
        return lines
    members = ",".join(accounts)
    joined = []
    for line in lines:
        group, *_, users = line.split(":")
        comma = "," if users else ""
        joined.append(f"{line}{comma}{members}" if group in ("frr", "frrvty") else line)
    return joined


def network(address: str, length: int) -> None:
    """Wait for the cable to the outside, and lay one to a LAN nobody is on."""
    deadline = time.monotonic() + 300  # a hang: there is no machine on which it takes so long
    while not Path("/sys/class/net/eth0").exists() and "eth0" not in run("ip", "-o", "link"):
        if time.monotonic() > deadline:
            raise TimeoutError("eth0 never came")
        time.sleep(0.01)
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "eth1", "type", "veth", "peer", "name", "lan0")
    run("ip", "address", "add", f"{address}/{length}", "dev", "eth0")
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
    for interface in ("eth0", "eth1", "lan0"):
        run("ip", "link", "set", interface, "up")


def main(folder: Path) -> None:
    """Start the daemons and wait for ever, burying the dead as process 1 must."""
    order = json.loads((folder / "router.json").read_text())
    socket.sethostname(order["name"])
    own_files(folder, order["accounts"])
    network(order["address"], order["length"])
    for daemon in order["daemons"]:
        run(str(DAEMONS / daemon), "-d", "-u", "frr", "-g", "frr", "-A", "127.0.0.1")
    run("vtysh", "-b")
    key = Path("/run/host_key")
    shutil.copy(folder / "host_key", key)
    key.chmod(0o600)
    conf = Path("/run/sshd_config")
    conf.write_text(SSHD.format(address=order["address"], key=key, users=" ".join(order["accounts"])))
    subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", str(conf)])
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
