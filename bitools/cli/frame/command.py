"""What a command and a group say of themselves: a sentence, examples, exit codes.

`cli/net/snapshot.py` holds the function `snapshot` under `@command(...)`; `cli/net/__init__.py` names it in
`GROUP = group(...)`. Only what a command line needs is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bitools.errors import Code


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the tree, named as its function and its file."""

    function: Callable[..., None]
    sentence: str
    examples: tuple[str, ...]
    codes: tuple[Code, ...]

    @property
    def name(self) -> str:
        """What is typed: `import_` is `import`."""
        return typed(self.function.__name__)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of commands: the names of their files, as its help lists them.

    `audited`: those that show and prove what was recorded, which auditors may run. `completed`: by the name
    of a parameter, what can stand there (`words`), where it is not what its name says everywhere.
    """

    sentence: str
    examples: tuple[str, ...]
    commands: tuple[str, ...]
    codes: tuple[Code, ...]
    audited: tuple[str, ...]
    completed: Mapping[str, str]


def command(
    sentence: str, *examples: str, codes: Sequence[Code] = ()
) -> Callable[[Callable[..., None]], Command]:
    """Make a command of the function. `codes`: the exit codes it has beside 0, 1, 2 and 130."""
    return lambda function: Command(function, sentence, examples, tuple(codes))


def group(
    sentence: str, *examples: str, commands: Sequence[str], codes: Sequence[Code] = (),
    audited: Sequence[str] = (), completed: Mapping[str, str] = MappingProxyType({}),
) -> Group:  # fmt: skip
    """A group; without `codes` its help has the whole table of exit codes."""
    return Group(sentence, examples, tuple(commands), tuple(codes), tuple(audited), completed)


def typed(name: str) -> str:
    """What is typed for a function of this name: `import_` is `import`, which Python owns."""
    return name.removesuffix("_")
