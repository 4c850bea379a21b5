"""Pairs of configurations for the contests of differences: so many lines, one in a hundred of them changed.

`python -m bench.configurations FOLDER LINES` writes `old.cfg` and `new.cfg`.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from lab.switches import ios_configuration

LIMIT = 100  # one line in so many is changed


def pair(lines: int) -> tuple[str, str]:
    """The same for the same number of lines."""
    old = ios_configuration(lines, "sw-0001", 1).splitlines()
    dice = random.Random(lines)
    new: list[str] = []
    for line in old:
        if line.startswith((" description", " permit")) and dice.random() < _share(old):
            kind = dice.choice(("value", "value", "gone", "more"))
            new += {"value": [f"{line}9"], "gone": [], "more": [line, f"{line}8"]}[kind]
        else:
            new.append(line)
    return "\n".join(old) + "\n", "\n".join(new) + "\n"


def _share(lines: list[str]) -> float:
    """How many of the lines that may change have to, for one in a hundred of all."""
    if not _shares.get(len(lines)):
        able = sum(line.startswith((" description", " permit")) for line in lines)
        _shares[len(lines)] = len(lines) / LIMIT / able
    return _shares[len(lines)]


_shares: dict[int, float] = {}


def write(folder: Path, lines: int) -> tuple[Path, Path]:
    """Put both sides into a folder, named for their length."""
    sides = folder / f"old-{lines}.cfg", folder / f"new-{lines}.cfg"
    for path, text in zip(sides, pair(lines), strict=True):
        path.write_text(text)
    return sides


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
