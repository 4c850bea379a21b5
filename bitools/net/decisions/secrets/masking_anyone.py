"""Text of which nobody is sure what it is: quarantined answers, words of a refusal, devices long gone.

The declared platform may be the wrong one, so all platforms' patterns look at it, and none says what is no
secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from bitools import regex
from bitools.net.decisions.grammar import HiddenLines, grammar
from bitools.net.decisions.required_literals import Finder, finder
from bitools.net.decisions.secrets.masking import (
    NamedPlace,
    holed,
    replaced,
    with_holes,
    within,
    without_private_keys,
)
from bitools.net.decisions.secrets.net import secrets_in
from bitools.net.decisions.secrets.options import HOLE
from bitools.net.decisions.text import Text
from bitools.platforms.model import Platform


def masked_for_anyone(text: str, platforms: Sequence[Platform], key: bytes) -> str:
    """The text without what any of these platforms, or the net behind them, takes for a secret."""
    whole = without_private_keys(Text(text.split("\n")), key)
    holes = with_holes(whole)
    patterns = _of(tuple(platforms))
    return "\n".join(replaced(whole, _named(holes, patterns), secrets_in(holes), key).lines)


def without_secrets(text: str) -> str:
    """One line of a device's for a message or a log: a fixed mark for whatever the net finds."""
    for start, end in reversed(secrets_in(Text([holed(text)])).get(0, ())):
        text = f"{text[:start]}<secret>{text[end:]}"
    return text


class _Patterns(NamedTuple):
    """What several platforms know of secrets."""

    compiled: tuple[regex.Pattern, ...]
    words: Finder
    hidden: tuple[HiddenLines, ...]


@cache
def _of(platforms: tuple[Platform, ...]) -> _Patterns:
    named = dict.fromkeys(
        pattern for platform in platforms for pattern in (*platform.secrets, *platform.volatile_secrets)
    )
    hidden = {one: None for platform in platforms for one in grammar(platform).hidden}
    return _Patterns(tuple(map(regex.compile, named)), finder(tuple(named)), tuple(hidden))


def _named(text: Text, patterns: _Patterns) -> Mapping[int, Sequence[NamedPlace]]:
    named: dict[int, list[NamedPlace]] = {}
    for number in text.among(patterns.words):
        if places := list(_places(text.lines[number], patterns)):
            named[number] = places
    for one in patterns.hidden:
        for number, (start, end) in within(text.lines, one):
            named.setdefault(number, []).append(NamedPlace(start, end, salted=False))
    return named


def _places(line: str, patterns: _Patterns) -> Iterator[NamedPlace]:
    """Every place that any pattern names; what two of them name in part is masked in parts."""
    for pattern in patterns.compiled:
        for found in pattern.finditer(line):
            start, end = found.span("secret")
            if start < end and line[start:end].strip('";').strip(HOLE):
                yield NamedPlace(start, end, salted=False)
