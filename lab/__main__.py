"""The municipality from the shell.

python -m lab up DIR                     bring everything up that can run here
python -m lab status DIR                 what runs
python -m lab env DIR                    what to export, for eval
python -m lab change DIR                 mehmet changes an access list, a port and a route, over SSH
python -m lab fault DIR DEVICE [FAULT]   break a switch, or `mail`; without FAULT, mend it
python -m lab down DIR                   take down exactly what up started
"""

from __future__ import annotations

import shlex
import sys
import time
from pathlib import Path

from .change import change
from .municipality import Municipality
from .switches import FarmFailed


def up(municipality: Municipality) -> None:
    """Bring it up and say how to use it."""
    began = time.monotonic()
    left_out = municipality.up()
    print(f"# the municipality is up, in {time.monotonic() - began:.1f} s")
    for part in left_out:
        print(f"# left out: {part}")
    export(municipality)


def status(municipality: Municipality) -> None:
    """One line a part."""
    for part, runs in municipality.running().items():
        print(f"{'up  ' if runs else 'down'}  {part}")


def export(municipality: Municipality) -> None:
    """Lines for a shell to evaluate."""
    for name, value in municipality.environment().items():
        print(f"export {name}={shlex.quote(value)}")


def fault(municipality: Municipality, device: str, words: str) -> None:
    """Break or mend one thing."""
    if device == "mail":
        municipality.mail.fault = words
    else:
        municipality.switches[device].fault = words


def main(arguments: list[str]) -> int:
    """Do what the command line says; 2 if it says nothing understandable."""
    match arguments:
        case ["up", folder]:
            up(Municipality(Path(folder)))
        case ["status", folder]:
            status(Municipality(Path(folder)))
        case ["env", folder]:
            export(Municipality(Path(folder)))
        case ["change", folder]:
            print("\n".join(change(Municipality(Path(folder)))))
        case ["fault", folder, device, *rest] if len(rest) <= 1:
            fault(Municipality(Path(folder)), device, *(rest or [""]))
        case ["down", folder]:
            Municipality(Path(folder)).down()
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (FarmFailed, OSError, KeyError, ValueError) as error:
        sys.exit(f"lab: {error}")
