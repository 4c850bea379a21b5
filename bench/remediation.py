"""Commands for 20,000 lines of IOS, some 4,500 of them, predicted and judged: against hier_config.

That neither predicts nor judges. `python -m bench.remediation planned|whole|hier_config OLD NEW` is a side;
it prints the seconds of processor from text to commands: `planned` with prediction, `whole` all that
`net remediate` does: with the way back, predicted too, and with all refusals.
`python -m bench.remediation FOLDER` writes both files.
"""

from __future__ import annotations

import gc
import ipaddress
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.frame import Contest, Limit
from lab.switches import ios_configuration

LINES = 20_000
LONGEST = 1500.0  # milliseconds of processor


@contextmanager
def contests() -> Iterator[Sequence[Contest | Limit]]:
    """The same two files for both."""
    with tempfile.TemporaryDirectory() as temporary:
        old, new = write(Path(temporary))
        side = [sys.executable, "-m", "bench.remediation"]
        files = [str(old), str(new)]
        name = f"remediate {LINES} lines, with prediction"
        peer = [*side, "hier_config", *files]
        yield [
            Contest(name, [*side, "planned", *files], peer, "hier_config", 0.6, "told"),
            Limit(f"{name}, way back and refusals", [*side, "whole", *files], LONGEST, "told", "ms"),
        ]


def write(folder: Path) -> tuple[Path, Path]:
    """Put both sides into a folder; it is made."""
    folder.mkdir(parents=True, exist_ok=True)
    old = _numbered(ios_configuration(LINES, "sw-0001", 1).splitlines())
    dice = random.Random(LINES)
    sides = folder / "now.cfg", folder / "wanted.cfg"
    for path, lines in zip(sides, (old, list(_changed(old, dice))), strict=True):
        path.write_text("\n".join(lines) + "\n")
    return sides


def _numbered(lines: Sequence[str]) -> list[str]:
    """Entries of access lists with their places, as a device shows them."""
    result, number = [], 0
    for line in lines:
        number = 0 if line.startswith("ip access-list") else number
        if line.startswith((" permit", " deny")):
            number += 10
            line = f" {number}{line}"
        result.append(line)
    return result


def _changed(lines: Sequence[str], dice: random.Random) -> Iterator[str]:
    for line in lines:
        if line.startswith(" switchport access vlan ") or (
            line.startswith(" description") and dice.random() < 0.9
        ):
            yield f"{line}1" if line[-1].isdigit() else f"{line} 1"
        elif re.match(r" \d+ permit ", line) and dice.random() < 0.1:
            continue
        elif line.startswith("ip route ") and dice.random() < 0.3:
            yield line.replace("172.16.0.1", "172.16.0.2")
        else:
            yield line


def _planned() -> Callable[[str, str], int]:
    from bitools import platforms
    from bitools.net.verbs.remediate import commands_between

    platform = platforms.load("cisco_ios")
    return lambda old, new: len(commands_between(old, new, platform))


def _whole() -> Callable[[str, str], int]:
    from bitools import platforms
    from bitools.net.decisions.change.reach.crossing import Us
    from bitools.net.verbs.remediate import planned

    platform = platforms.load("cisco_ios")
    us = Us("netops", ipaddress.ip_address("10.0.0.1"), ipaddress.ip_address("10.99.0.5"))
    return lambda old, new: len(planned(old, new, platform, us)["commands"])  # type: ignore[arg-type]


def _hier_config() -> Callable[[str, str], int]:
    from hier_config import Platform, WorkflowRemediation, get_hconfig

    def commands(old: str, new: str) -> int:
        sides = [get_hconfig(Platform.CISCO_IOS, text) for text in (old, new)]
        return len(list(WorkflowRemediation(*sides).remediation_config.all_children()))

    return commands


def _main(name: str, old: Path, new: Path) -> int:
    commands = {"planned": _planned, "whole": _whole, "hier_config": _hier_config}[name]()
    texts = old.read_text(), new.read_text()
    commands(*(text[:2000] for text in texts))  # imports and patterns are no part of it
    gc.collect()
    began = time.process_time()
    count = commands(*texts)
    seconds = time.process_time() - began
    print(f"{count} commands", file=sys.stderr)
    print(seconds)
    return 0


if __name__ == "__main__":
    if len(sys.argv) == 2:
        write(Path(sys.argv[1]))
    else:
        sys.exit(_main(sys.argv[1], *map(Path, sys.argv[2:])))
