"""What removes a line. Pure."""

from __future__ import annotations

from collections.abc import Callable

from bitools import regex
from bitools.net.decisions.change.language.dialect import Dialect, expanded
from bitools.net.decisions.change.remedy import Why
from bitools.net.decisions.node import Node


def removal(text: str, header: str, dialect: Dialect) -> str:
    """The words that remove a line of a section with this header: the shortest form that only it has.

    Empty: nobody knows them.
    """
    if words := special_words(text, header, dialect):
        return words
    negate = dialect.change.negate
    if not negate:
        return ""
    if dialect.change.style == "yaml":
        return f"{negate} {text.partition(': ')[0].removesuffix(':')}"
    if dialect.change.style == "set":
        key = dialect.rules.look(dialect.rules.section(header), text).key
        return f"{negate} {key[1] if key and key[0] == 'scalar' else text}"
    if text.startswith(f"{negate} "):
        return text[len(negate) + 1 :]
    return f"{negate} {text}"


def special_words(text: str, header: str, dialect: Dialect) -> str:
    """The words that the platform's file has for it: what they remove is one thing with one value."""
    if "removals" in dialect.marks[text]:
        for pattern, within, rule in dialect.removals:
            found = pattern.search(text)
            if found and (within is None or within.search(header)):
                return expanded(rule.becomes, found)
    return ""


def doubt(text: str, header: str, beside: Callable[[], Node | None], dialect: Dialect) -> Why | None:
    """Why nobody can derive what the device is without this line; None if nothing speaks against.

    `beside`: the section as it will be, which may say it expressly.
    """
    for pattern, within, rule in dialect.asked:
        if pattern.search(text) and (within is None or within.search(header)):
            section = beside()
            said = {child.text for child in section.children} if section else set()
            otherwise = regex.compile(rule.unless) if rule.unless else None
            if removal(text, header, dialect) in said or (otherwise and any(map(otherwise.search, said))):
                return None
            return rule.why
    return None
