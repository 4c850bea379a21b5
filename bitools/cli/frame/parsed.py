"""Commands and their parameters as Typer made them: what is read of them here, by shape.

Typer keeps a copy of Click to itself, whose types have no public name (decision 0002). Each says here what we
ask of it; completion, the manual and every command line with a file on it fail if it is no longer so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeGuard, cast

import typer
import typer.main


class Kind(Protocol):
    """The type of a parameter's value."""

    @property
    def annotation(self) -> object:
        """As the function says it."""


class Parameter(Protocol):
    """An option or an argument. `nargs` is below zero for any number of values."""

    name: str | None
    metavar: str | None
    nargs: int
    required: bool
    opts: Sequence[str]
    secondary_opts: Sequence[str]
    param_type_name: str
    is_flag: bool
    hidden: bool
    help: str | None
    type_descriptor: Kind

    def display_type(self, ctx: None) -> str:
        """What the library calls its values."""


class Parsed(Protocol):
    """A command."""

    name: str | None
    help: str | None
    epilog: str | None
    params: Sequence[Parameter]


class ParsedGroup(Parsed, Protocol):
    """A group of commands."""

    commands: Mapping[str, Parsed]


def parsed(tree: typer.Typer) -> Parsed:
    """What Typer makes of a tree."""
    return cast(Parsed, typer.main.get_command(tree))  # its own parameters lack what options alone have


def is_group(command: Parsed) -> TypeGuard[ParsedGroup]:
    """Does it hold commands?"""
    return hasattr(command, "commands")


def commands(command: Parsed) -> Mapping[str, Parsed]:
    """The commands in it, by what is typed; none in a command."""
    return command.commands if is_group(command) else {}


def is_argument(parameter: Parameter) -> bool:
    """An argument, and no option?"""
    return parameter.param_type_name == "argument"
