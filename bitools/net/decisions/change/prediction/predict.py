"""What a device's configuration is after some commands, read from the commands alone. Pure.

This shares nothing with what makes commands: it reads each line as the device would, in its section, by the
platform's data. What a device does in silence it cannot know; for that there is reading back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from typing import NamedTuple

from bitools.net.decisions.change.language.dialect import Dialect, dialect
from bitools.net.decisions.change.prediction.interpretation import Reader, reader_of
from bitools.net.decisions.change.prediction.predicted_section import Claims, PredictedSection
from bitools.net.decisions.change.remedy import Command
from bitools.net.decisions.node import Node
from bitools.net.decisions.rules import Key
from bitools.platforms.model import Platform


class Prediction(NamedTuple):
    """The configuration afterwards; commands that would find nothing, or be refused; lines nobody sees.

    `unseen`: after `no X` some devices show `no X` and some nothing; both mean the same.
    """

    tree: Node
    left: Sequence[Command]
    unseen: frozenset[tuple[tuple[str, ...], str]]


def predict(
    running: Node,
    commands: Sequence[Command],
    platform: Platform,
    several: Callable[[], Set[Key]] = frozenset,
) -> Prediction:
    """Type the commands one after another into a copy of the running configuration.

    `several`: what more than one line may say on this device after all (an address in two VRFs).
    """
    spoken = dialect(platform)
    claims = Claims(spoken, several)
    root = claims.root = PredictedSection(running, spoken.rules, claims)
    reader = reader_of(spoken)
    left = [command for command in commands if not _typed(root, command, reader, spoken)]
    return Prediction(root.node(spoken), left, frozenset(_unseen(root, ())))


def _typed(root: PredictedSection, command: Command, reader: Reader, spoken: Dialect) -> bool:
    """Type one command; False if it finds nothing to do, or the device would refuse it."""
    section = root
    for header in command.path:
        inner = section.find(header)
        if inner is None:
            if not reader.write(section, header, ()):
                return False
            inner = section.find(header)
        if inner is None:
            return False
        section = inner
    return reader.read(section, command)


def _unseen(section: PredictedSection, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for text in section.unseen if section.touched else ():
        yield path, text
    for inner in section.opened():
        yield from _unseen(inner, (*path, inner.text))
