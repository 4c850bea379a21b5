"""Which devices gave the same answer: the same text, but for what changes by itself and their own name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from bitools import regex

_OWN = "\0"  # no device prints it
_UPTIME = regex.compile(r"\b[Uu]p ?[Tt]ime\b.*", lines=True)


@dataclass(frozen=True, slots=True)
class DeviceOutput:
    """What one device printed, masked; `lasting`: without what changes by itself; `called`: by its prompt."""

    device: str
    text: str
    lasting: str
    called: str = ""


def grouped(answers: Iterable[DeviceOutput]) -> list[list[DeviceOutput]]:
    """The answers that are alike together: most devices first, else as they came."""
    groups: dict[str, list[DeviceOutput]] = {}
    for answer in answers:
        groups.setdefault(_compared(answer), []).append(answer)
    return sorted(groups.values(), key=lambda group: -len(group))


def _compared(answer: DeviceOutput) -> str:
    text = _UPTIME.sub("", answer.lasting)
    for name in sorted({answer.device, answer.called} - {""}, key=len, reverse=True):
        pattern = rf"(^|[^\w.-]){_quoted(name)}($|[^\w.-])"
        text = regex.compile(pattern, lines=True).sub(lambda found: f"{found[1]}{_OWN}{found[2]}", text)
    return text


def _quoted(name: str) -> str:
    return "".join(sign if sign.isalnum() else rf"\x{{{ord(sign):x}}}" for sign in name)


def deviation(common: DeviceOutput, other: DeviceOutput) -> str:
    """How another answer differs from the common one, unified."""
    old, new = common.text.splitlines(), other.text.splitlines()
    lines = difflib.unified_diff(old, new, common.device, other.device, n=1, lineterm="")
    return "".join(f"{line}\n" for line in lines)
