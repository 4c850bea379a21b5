"""What can be wrong with a switch: the names of the faults, and the values some of them take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FAULTS: Mapping[str, str] = {
    "truncate": "half the configuration, cut in mid-line, then the prompt",
    "empty": "nothing, then the prompt",
    "invalid": "the platform's text for an unknown command",
    "authz": "the platform's text for a command that is not authorised",
    "drop": "half the configuration, then the connection breaks",
    "stall": "half the configuration, then silence for ever",
    "silent": "TCP connects, SSH never answers",
    "down": "nothing listens",
    "refuse_password": "every password is rejected",
    "more": "pages with --More-- though paging was turned off, erased with backspaces",
    "syslog": "a console log line between two lines",
    "promptdesc": "the prompt inside a description, the chunk ending just there",
    "promptbanner": "the prompt alone on a line of the banner",
    "motd": "a greeting with the prompt of another name alone on a line, the chunk ending just there",
    "escapes": "terminal escapes, ../ and HTML in a description, and in the words of an error",
    "trickle": "chunks of 536 bytes, VALUE seconds apart (0.002)",
    "early_echo": "echo when bytes arrive, not when the device reads them",
    "slow": "VALUE seconds before each answer (1)",
    "nonutf8": "a description in ISO 8859-9, which is not UTF-8",
    "blanks": "a line of 120,000 blanks with a password behind them",
    "flood": "VALUE MiB of description before the end; without a value for ever",
    "long_line": "a line of VALUE MiB (10)",
    "host_key": "another host key than before, as after a swap",
    "save_fails": "saving answers with an error and saves nothing",
}
TOO_FAR_IN = "gizli-120000"  # the password behind all the blanks
HOSTILE = "\x1b]0;owned\x07\x1b[31m\x1b[2J../../etc/passwd\x9b5m<script>alert(1)</script>\u202e"


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults a device has now, each with its value if it takes one."""

    values: Mapping[str, float | None] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str | None) -> Faults:
        """Read `name[:value],...`. Raise ValueError for a name that is no fault."""
        values: dict[str, float | None] = {}
        for part in (text or "").split(","):
            name, _, value = part.strip().partition(":")
            if name and name not in FAULTS:
                raise ValueError(f"no fault {name!r}; there are: {', '.join(FAULTS)}")
            if name:
                values[name] = float(value) if value else None
        return cls(values)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def value(self, name: str, default: float) -> float:
        """The value of a fault; 0 when the device does not have it."""
        if name not in self.values:
            return 0.0
        given = self.values[name]
        return default if given is None else given
