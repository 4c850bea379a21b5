"""What can be wrong with a switch: the names, and what each does to the configuration it prints."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .device import Device
    from .terminal import Terminal

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
    "host_key": "another host key than before, as after a swap",
    "save_fails": "saving answers with an error and saves nothing",
}
HOSTILE = "\x1b]0;owned\x07\x1b[31m\x1b[2J../../etc/passwd\x9b5m<script>alert(1)</script>\u202e"
DESCRIPTIONS = (r'^ *description "?', r'\bcomment="?', r'^ *name "?')


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


async def deliver(terminal: Terminal, device: Device, text: str, *, paged: bool) -> None:
    """Print a configuration as this device, with its faults, would."""
    faults, platform = device.faults, device.platform
    if "syslog" in faults:
        end = text.index("\n", len(text) // 2) + 1
        text = text[:end] + platform.console + "\n" + text[end:]
    if "promptbanner" in faults:
        text = _in_the_banner(text, f"{device.hostname}#")
    for printed in (_something_else, _half, _in_pieces):
        if await printed(terminal, device, text):
            return
    await terminal.page(text, platform, paged=paged or "more" in faults)


async def _something_else(terminal: Terminal, device: Device, text: str) -> bool:
    """Nothing, or an error, instead of the configuration."""
    words = {"invalid": device.platform.unknown + "\n", "authz": device.platform.denied + "\n", "empty": ""}
    fault = next((fault for fault in words if fault in device.faults), None)
    if fault:
        hostile = HOSTILE + "\n" if "escapes" in device.faults and fault != "empty" else ""
        terminal.write(words[fault].rstrip("\n") + hostile + ("\n" if words[fault] else ""))
    return fault is not None


async def _half(terminal: Terminal, device: Device, text: str) -> bool:
    """The first half, and then one of three ends."""
    fault = next((fault for fault in ("truncate", "drop", "stall") if fault in device.faults), None)
    if fault is None:
        return False
    terminal.write(text[: len(text) // 2])
    if fault == "drop":
        await terminal.break_off()
    if fault == "stall":
        await asyncio.Event().wait()
    terminal.write("\n")
    return True


async def _in_pieces(terminal: Terminal, device: Device, text: str) -> bool:
    """All of it, but not in one go or not in one encoding."""
    faults = device.faults
    if "promptdesc" in faults:
        before, after = _in_a_description(text, f"uplink to {device.hostname}#")
        terminal.write(before)
        await asyncio.sleep(0.15)
        terminal.write(after)
    elif "escapes" in faults:
        terminal.write("".join(_in_a_description(text, HOSTILE)))
    elif "nonutf8" in faults:
        before, after = _in_a_description(text, "Fen İşleri Müdürlüğü ")
        terminal.write_bytes((before + after).replace("\n", "\r\n").encode("iso8859-9", "replace"))
    elif "trickle" in faults:
        for start in range(0, len(text), 536):
            terminal.write(text[start : start + 536])
            await asyncio.sleep(faults.value("trickle", 0.002))
    else:
        return False
    return True


def _in_a_description(text: str, words: str) -> tuple[str, str]:
    """Put words at the start of the first description; give the text in two parts, split after them."""
    matches = (re.search(pattern, text, re.MULTILINE) for pattern in DESCRIPTIONS)
    match = next((match for match in matches if match), None)
    place = match.end() if match else text.index("\n") + 1
    return text[:place] + words, text[place:]


def _in_the_banner(text: str, line: str) -> str:
    match = re.search(r"^(?:banner |header |.*login-banner|.*note=).*$", text, re.MULTILINE)
    place = text.index("\n", match.end() if match else len(text) // 2) + 1
    return text[:place] + line + "\n" + text[place:]
