"""Simulated switches over real SSH."""

from .device import ACCOUNTS, ENABLE_PASSWORD, Account, Switch
from .farm import FarmFailed, RunningSwitch, SwitchFarm
from .faults import FAULTS
from .generator import ios_configuration
from .platform import platforms

__all__ = [
    "ACCOUNTS",
    "ENABLE_PASSWORD",
    "FAULTS",
    "Account",
    "FarmFailed",
    "RunningSwitch",
    "Switch",
    "SwitchFarm",
    "ios_configuration",
    "platforms",
]
