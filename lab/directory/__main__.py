"""A domain controller from the shell.

    python -m lab.directory FOLDER ADDRESS up|stop|reset|freeze|thaw|crash|destroy|status|env
    python -m lab.directory FOLDER ADDRESS restart good|expired|wronghost|selfsigned
    python -m lab.directory FOLDER ADDRESS run -- COMMAND...

`run` has it up while the command runs and stops it afterwards; without root it does so in a network
namespace of its own.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from .controller import DomainController

ROOT = Path(__file__).resolve().parents[2]
PLAIN = ("up", "stop", "reset", "freeze", "thaw", "crash", "destroy")


def environment(controller: DomainController) -> dict[str, str]:
    """What a command needs to find it."""
    return {
        "AD_LDAPS": controller.ldaps_url,
        "AD_CA": str(controller.ca),
        "AD_BASE": controller.base_dn,
        "AD_BIND": controller.bind_user,
        "AD_BIND_PASSWORD_FILE": str(controller.bind_password_file),
        "AD_ADMIN": controller.admin_user,
        "AD_ADMIN_PASSWORD_FILE": str(controller.admin_password_file),
        "KRB5_CONFIG": str(controller.krb5_conf),
    }


def run(controller: DomainController, command: list[str]) -> int:
    """Run a command beside the controller; re-executed in a namespace where one is root, if one is not."""
    if os.geteuid() != 0:
        paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        os.execvpe(
            "unshare",
            ["unshare", "-Urn", sys.executable, "-m", "lab.directory", *sys.argv[1:]],
            {**os.environ, "PYTHONPATH": paths},
        )
    controller.up()
    try:
        return subprocess.run(command, env={**os.environ, **environment(controller)}, check=False).returncode
    finally:
        controller.stop()


def main(arguments: list[str]) -> int:
    """Do what the command line says; 2 if it says nothing understandable."""
    match arguments:
        case [folder, address, "run", "--", _, *_]:
            return run(DomainController(Path(folder), address), arguments[4:])
        case [folder, address, "restart", kind]:
            DomainController(Path(folder), address).restart(kind)
        case [folder, address, "status"]:
            running = DomainController(Path(folder), address).running
            print("running" if running else "stopped")
            return 0 if running else 1
        case [folder, address, "env"]:
            for name, value in environment(DomainController(Path(folder), address)).items():
                print(f"export {name}={shlex.quote(value)}")
        case [folder, address, command] if command in PLAIN:
            getattr(DomainController(Path(folder), address), command)()
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
