"""Which platform a device is of, read from all that it said: points for each sign, and a tie changes nothing.

The signs are the platforms' own data: how a configuration begins and what stands in it, what an unknown
command is answered with, the prompt, the name of its SSH server, the words of its title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bitools import regex
from bitools.net.decisions.grammar import grammar
from bitools.platforms.model import Platform

_ENOUGH = 2  # points without which nothing is said
_SURE = 3  # points that one sign alone gives only if it is its own
_LOOKED_AT = 20_000  # letters at the beginning
_LONGEST = 300  # letters of a prompt
_HEAD = 60  # lines in which a configuration begins
_WORD = re.compile(r"[A-Za-z][\w-]{2,}")
_COMMON = {"switch", "security", "linux"}  # words of titles that stand in anybody's text
_ANY_DEVICES = {r"^ ?\^ *$", r"^\s*\^$"}  # error texts that tell nothing: many platforms have them

# where the signs are alike: those that one has, the likeliest first
RANK = {
    name: rank
    for rank, name in enumerate(
        (
            "cisco_ios",
            "huawei",
            "juniper_junos",
            "mikrotik_routeros",
            "fortinet",
            "aruba_aoscx",
            "arista_eos",
            "hp_procurve",
            "hp_comware",
            "cisco_nxos",
        )
    )
}


def recognised(
    said: str, software: str, platform: Platform, others: Iterable[Platform], margin: int = 1
) -> list[str]:
    """The platforms that what was said fits better than the declared one, the likeliest first.

    `margin`: by how many points; more where the declared one has been recognised already.
    """
    text, last = _read(said)
    own = _points(text, last, software, platform)
    found = [
        (points, other)
        for other in others
        if other.name != platform.name and (points := _points(text, last, software, other)) >= _ENOUGH
    ]
    best = max((points for points, _other in found), default=0)
    if best < own + margin:
        return []
    return _likeliest([other for points, other in found if points == best])


def likely(said: str, software: str, known: Iterable[Platform]) -> tuple[list[str], bool]:
    """The platforms that this may be, the likeliest first, and whether the first one is sure.

    For a device of which nobody has said yet what it is; none if nothing fits.
    """
    text, last = _read(said)
    points = {one: _points(text, last, software, one) for one in known}
    best = max(points.values(), default=0)
    found = [one for one, count in points.items() if count == best and best]
    return _likeliest(found), best >= _SURE and len(found) == 1


def _read(said: str) -> tuple[str, str]:
    """What was said, without the device's name, which may be anything; and the last line, a prompt."""
    before, _break, last = said.rstrip().rpartition("\n")
    text, last = before[:_LOOKED_AT], last[-_LONGEST:]
    if name := re.search(r"[A-Za-z0-9][\w.-]*(?=[^\w.-]*$)", last):
        typed = rf"^\W{{0,3}}(?:\w+@)?{re.escape(name[0])}\W.*$"
        text = re.sub(typed, "", text, flags=re.MULTILINE).replace(name[0], "")
    return text, last


def _likeliest(alike: Iterable[Platform]) -> list[str]:
    return [one.name for one in sorted(alike, key=lambda one: (RANK.get(one.name, 99), one.name))]


def _points(text: str, last: str, software: str, platform: Platform) -> int:
    points = 3 if platform.ssh and regex.compile(platform.ssh).search(software) else 0
    points += 3 if platform.called and _fits(platform.called, text) else 0
    points += _configuration(text, platform)
    refusals = [one for one in (*platform.errors, *platform.denied) if one not in _ANY_DEVICES]
    points += 2 * any(_fits(pattern, f"{text}\n{last}") for pattern in refusals)
    points += 2 * any(_fits(one.question, f"{text}\n{last} ") for one in platform.prompt.login)
    prompt = platform.prompt_at_end(last)
    points += bool(prompt and len(prompt["whole"].strip()) >= len(last.strip()))
    words = [word for word in _WORD.findall(platform.title) if word.casefold() not in _COMMON]
    points += any(_has(word, text) for word in words[:1])
    return points + 2 * any(_has(word, text) for word in words[1:])


def _configuration(text: str, platform: Platform) -> int:
    """Does one of it begin here, and is in it what is in all of them? A remark's mark alone says little."""
    whole = platform.whole
    first = regex.compile(whole.first, lines=True) if whole.first else None
    start = first.search(text) if first else None
    if first is None or start is None or text.count("\n", 0, start.start()) > _HEAD:
        return 0
    if grammar(platform).begins_as_many:
        return 1
    rest = text[start.start() :]
    return 3 + (bool(whole.sections) and all(_fits(section, rest) for section in whole.sections))


def _fits(pattern: str, text: str) -> bool:
    return bool(regex.compile(pattern, lines=True).search(text))


def _has(word: str, text: str) -> bool:
    return bool(re.search(rf"(?<![\w-]){re.escape(word)}(?![A-Za-z])", text, re.IGNORECASE))
