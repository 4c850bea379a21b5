"""Local accounts on devices, and whether they carry a person's name. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal

from bitools import regex
from bitools.i18n import ASCII
from bitools.net.decisions.statements import Statement
from bitools.platforms.model import Platform

# words that may stand behind `user` in its place
_NO_NAMES = ("local", "radius", "tacacs", "ldap", "group", "alias", "any", "peer", "name", "role", "setting")
Match = Literal["exact", "similar"]


def account(statement: Statement, platform: Platform) -> str:
    """The name of the local account that this line describes; empty if it describes none."""
    whole = statement.whole
    for pattern in _compiled(platform.accounts):
        names = (match["account"].strip("\"'") for match in pattern.finditer(whole) if match["account"])
        if found := [name for name in names if name not in _NO_NAMES]:
            return found[-1]  # `user local / user ayse.yilmaz` is about her
    return ""


@cache
def _compiled(patterns: tuple[str, ...]) -> tuple[regex.Pattern, ...]:
    return tuple(regex.compile(pattern) for pattern in patterns)


def spellings(name: str) -> tuple[str, ...]:
    """How an account of this person may be written, the name itself first.

    `ayse.yilmaz` is also `ayseyilmaz`, `ayse_yilmaz`, `ayse-yilmaz`, `a.yilmaz`, `ayilmaz` and `aysey`.
    """
    plain = name.translate(ASCII).casefold()
    pieces = [piece for piece in re.split(r"[._-]+", plain) if piece]
    written = [plain]
    if len(pieces) > 1:
        first, last = pieces[0], pieces[-1]
        written += [mark.join(pieces) for mark in (".", "", "_", "-")]
        written += [f"{first[0]}.{last}", f"{first[0]}{last}", f"{first}{last[0]}"]
    return tuple(dict.fromkeys(one for one in written if len(one) > 2 or one == plain))


def match_account(found: str, names: Sequence[str]) -> Match | None:
    """Is this the account `names[0]` itself, or one spelled like it, or neither?"""
    plain = found.translate(ASCII).casefold().partition("@")[0]
    if plain == names[0]:
        return "exact"
    return "similar" if plain in names else None
