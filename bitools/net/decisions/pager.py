"""Pagers that no platform's data know: what one looks like, its key, how it reads the next time."""

from __future__ import annotations

import re

from bitools import regex

_LOOKS_SO = regex.compile(
    r"(?i)"
    r"-{1,4} ?[(<]?more\b|<-+ ?more ?-+>|\bpress (?:any key|space|enter|return|q)\b|\(q\)uit|\bnext page\b"
    r"|\blines? \d+-\d+|\bmore\?|\bhit any key\b|^:$|--next--|\bctrl ?\+ ?c to (?:quit|stop|abort)"
    r"|\(end\)$|-{1,4} ?devam\b|\b(?:devam|sonraki) .{0,20}tu[sş]a\b|\bdaha (?:fazla|cok|çok)\b|更多|任意键"
    r"|\bmore\b.{0,20}\bq(?:uit)?\b|\bspace>? ?(?:bar)?\b.{0,30}\b(?:next|more|continue|page)\b"
)
_BEGINS = regex.compile(
    r"(?i)\b(?:press|hit)\b.{0,12}\b(?:any key|key|space|enter|return)\b"
    r".{0,30}\b(?:continue|get started|begin|start|proceed)"
    r"|\bdevam\b.{0,30}\b(?:tu[sş]a|enter)"
)
_ENTER = regex.compile(r"(?i)\b(?:enter|return)\b")
_SPACE = regex.compile(r"(?i)\b(?:space|any key|bo[sş]luk)\b")


def stranger(last: str) -> bool:
    """Is this last line, which does not end, a pager's?"""
    return bool(_LOOKS_SO.search(last.strip()))


def begins(last: str) -> bool:
    """Does this line wait for a key before it shows a prompt: a notice, a nag, a fresh console?"""
    return bool(_BEGINS.search(last.strip()))


def key(last: str) -> str:
    """What shows the next page: the key it names, else a blank."""
    return "\r" if _ENTER.search(last) and not _SPACE.search(last) else " "


def pattern(last: str) -> str:
    """An expression for this pager's words, whatever line and share it counts next time."""
    return r"\d+".join(map(re.escape, re.split(r"\d+", last.strip())))
