"""RouterOS: a rule is added, or moved, before another one, which is found by what it says. Pure.

Numbers of items hold for one session only and are never typed (help.mikrotik.com, Command Line Interface).
"""

from __future__ import annotations

from collections.abc import Sequence

from bitools.net.decisions.change.language import section_words
from bitools.net.decisions.change.language.dialect import hidden
from bitools.net.decisions.change.remediation.edits import Edit, Path
from bitools.net.decisions.change.remediation.places import staying
from bitools.net.decisions.change.remedy import Command
from bitools.net.decisions.node import Node


def placed(path: Path, old: Sequence[Node], new: Sequence[Node], position: int) -> Edit | None:
    """The change of an ordered list, from its end on: what is jumped to comes before what jumps there.

    None if one of the rules is not the only one that says what it says, or says what is kept nowhere.
    """
    had, wanted = [node.text for node in old], [node.text for node in new]
    everything = list(dict.fromkeys([*had, *wanted]))
    stay = set(staying(had, wanted))
    found = {text: section_words.finding(text, everything) for text in everything}
    if len({*had}) < len(had) or len({*wanted}) < len(wanted) or not all(found.values()):
        return None
    commands: list[Command] = []
    following = ""
    for text in reversed(wanted):
        if text not in stay:
            if text not in had and hidden(text):
                return None
            verb, word = (f"move {found[text]}", "destination") if text in had else (text, "place-before")
            commands.append(Command(path, f"{verb} {word}={found[following]}" if following else verb))
        following = text
    commands += [Command(path, f"remove {found[text]}", removes=True) for text in had if text not in wanted]
    return Edit(path, old[0] if old else None, new[0] if new else None, position, commands=tuple(commands))
