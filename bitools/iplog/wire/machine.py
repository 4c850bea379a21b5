"""What the kernel says of this machine's clock (adjtimex(2)); nothing is asked of the network."""

from __future__ import annotations

import ctypes
from typing import NamedTuple

_UNSYNCHRONISED = 0x0040  # STA_UNSYNC
_ERROR = 5  # TIME_ERROR


class ClockCheck(NamedTuple):
    """Is the clock disciplined by a time server, and how far off can it be at most, in milliseconds?"""

    synchronised: bool
    error: int | None


class _Timex(ctypes.Structure):
    _fields_ = [
        ("modes", ctypes.c_uint), ("offset", ctypes.c_long), ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long), ("esterror", ctypes.c_long), ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 256),
    ]  # fmt: skip


def clock() -> ClockCheck:
    """Ask; a kernel that does not answer disciplines nothing."""
    said = _Timex()
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(said))
    except (OSError, AttributeError):
        return ClockCheck(False, None)
    if state < 0:
        return ClockCheck(False, None)
    disciplined = state != _ERROR and not said.status & _UNSYNCHRONISED
    return ClockCheck(disciplined, int(said.maxerror) // 1000 if disciplined else None)
