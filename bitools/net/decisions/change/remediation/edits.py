"""One thing to change, before it has its place among the others. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bitools.net.decisions.change.language.dialect import Dialect
from bitools.net.decisions.change.remedy import Command
from bitools.net.decisions.node import Node

Path = tuple[str, ...]


@dataclass(slots=True)
class Edit:
    """From `old` to `new`, of which one may be None. `removal`: the words that remove the old one.

    With both and no removal the new line overwrites the old one. `commands`: a list is changed by these, in
    this order; old and new are only one of its lines then. `whole`: they remove a whole list;
    `last`: they come once all is there. `first`: what is typed before the old one is removed. `takes`:
    what goes along with it and says what only one line may say.
    """

    path: Path
    old: Node | None
    new: Node | None
    position: int
    removal: str = ""
    commands: tuple[Command, ...] = ()
    whole: bool = False
    last: bool = False
    first: tuple[Command, ...] = ()
    takes: tuple[str, ...] = ()

    @property
    def top(self) -> str:
        """What it is in, or is, at the top."""
        node = self.new or self.old
        return self.path[0] if self.path else (node.text if node else "")

    @property
    def removes(self) -> bool:
        """Does it only take away?"""
        return self.new is None and self.old is not None and not self.commands


def at(root: Node, path: Path, dialect: Dialect) -> Node | None:
    """The section that a path leads to."""
    node = root
    for text in path:
        inner = next((one for one in node.children if one.text == text), None)
        if inner is None:
            spelled = dialect.rules.spelled
            wanted = spelled(text)
            inner = next((one for one in node.children if spelled(one.text) == wanted), None)
        if inner is None:
            return None
        node = inner
    return node
