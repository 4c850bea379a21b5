"""Which line of a complaint says why: PostgreSQL's programs go on after it, with what they tried."""

from __future__ import annotations

import re

_ERROR = re.compile(r"(psql|pg_dump|pg_dumpall|pg_restore)(:\S+:\d+)?: (fatal|error): |(ERROR|FATAL|PANIC): ")


def cause(text: str) -> str:
    """The first error of PostgreSQL's programs, else the last line with a word in it; empty without one."""
    lines = [line.strip() for line in text.splitlines() if any(map(str.isalpha, line))]
    return next((line for line in lines if _ERROR.match(line)), lines[-1] if lines else "")
