"""How a switch prints its configuration, and what each fault does to that."""

from __future__ import annotations

import asyncio
import re

from .device import Device
from .faults import HOSTILE, TOO_FAR_IN
from .terminal import Terminal

DESCRIPTIONS = (r'^ *description "?', r'\bcomment="?', r'^ *name "?')


async def deliver(terminal: Terminal, device: Device, text: str, *, paged: bool) -> None:
    """Print a configuration as this device, with its faults, would."""
    faults, platform = device.faults, device.platform
    if "syslog" in faults:
        end = text.index("\n", len(text) // 2) + 1
        text = text[:end] + platform.console + "\n" + text[end:]
    if "promptbanner" in faults:
        text = _in_the_banner(text, f"{device.hostname}#")
    for printed in (_something_else, _half, _too_much, _in_pieces):
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


async def _too_much(terminal: Terminal, device: Device, text: str) -> bool:
    """More than any configuration has: in one line, in many, or without an end."""
    faults = device.faults
    before, after = _in_a_description(text, "x")
    if "blanks" in faults:
        terminal.write(f"{before}\n{' ' * 120_000}password {TOO_FAR_IN}\n{after}")
    elif "flood" in faults or "long_line" in faults:
        end = "" if "long_line" in faults else "\n"
        most = faults.values.get("flood") if "flood" in faults else faults.value("long_line", 10)
        terminal.write(before)
        piece, told = (" description y" * 4000 + end) * 18, 0  # one MiB
        while (most is None or told < most) and not terminal.closed:
            terminal.write(piece)
            told += 1
            await terminal.drained()
        terminal.write(after)
    else:
        return False
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
