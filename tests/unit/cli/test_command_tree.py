"""A command has one name: what is typed, its file in `cli/`, the file of its verb, and the function in each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from bitools.cli.frame import placeholders
from bitools.cli.frame.app import COMMANDS, GROUPS, tree
from bitools.cli.frame.command import Command, Group, typed
from bitools.cli.frame.parsed import Parameter, Parsed, parsed
from bitools.cli.frame.parsed import commands as inner
from tests.conftest import ROOT

ROOMS = ("net", "user", "backup", "iplog")  # jobs keep what they do in verbs/
# whose verb stands elsewhere, and why
ELSEWHERE: dict[str, str] = {}


def groups() -> dict[str, Group]:
    return {name: import_module(f"bitools.cli.{name}").GROUP for name in GROUPS}


def commands() -> list[tuple[str, str]]:
    """Group and file of every command."""
    named = [(name, file) for name, group in groups().items() for file in group.commands]
    return [*named, *(("", name) for name in COMMANDS)]


CASES = [pytest.param(*one, id=" ".join(one).strip()) for one in commands()]


@pytest.mark.parametrize(("group", "file"), CASES)
def test_a_command_is_a_file_with_a_function_of_its_name(group: str, file: str) -> None:
    module = import_module(".".join(filter(None, ("bitools.cli", group, file))))
    command = getattr(module, file)
    assert isinstance(command, Command)
    assert command.function.__name__ == file
    assert command.name == typed(file)


@pytest.mark.parametrize(("group", "file"), CASES)
def test_what_it_does_stands_in_a_file_with_a_function_of_its_name(group: str, file: str) -> None:
    place = ["bitools", group, *(["verbs"] if group in ROOMS else []), file]
    name = ".".join(filter(None, place))
    verb = import_module(ELSEWHERE.get(name, name))
    function = getattr(verb, file)
    assert function.__module__ == verb.__name__, "made there, not imported from elsewhere"


@pytest.mark.parametrize(("group", "file"), CASES)
def test_it_calls_its_verb_by_its_whole_name(group: str, file: str) -> None:
    """`snapshot.snapshot(…)`: no import renames a verb."""
    path = Path(*filter(None, (ROOT, "bitools", "cli", group, f"{file}.py")))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    renamed = [
        f"{alias.name} as {alias.asname}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("bitools.")
        and not (node.module or "").startswith("bitools.cli")
        for alias in node.names
        if alias.asname and alias.asname != alias.name
    ]
    assert renamed == []
    calls = {
        ast.unparse(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert f"{file}.{file}" in calls


@pytest.mark.parametrize("group", groups())
def test_no_file_of_a_group_is_a_command_that_nobody_can_type(group: str) -> None:
    folder = ROOT / "bitools" / "cli" / group
    made = {
        path.stem
        for path in folder.glob("*.py")
        if isinstance(getattr(import_module(f"bitools.cli.{group}.{path.stem}"), path.stem, None), Command)
    }
    assert made == set(groups()[group].commands)


# what is written so in every language
EVERYWHERE = {"IP", "MAC", "PORT", "SHA", "URL"}


def parameters(command: Parsed) -> Iterator[Parameter]:
    yield from command.params
    for one in inner(command).values():
        yield from parameters(one)


def test_what_a_help_calls_a_value_has_a_word_in_every_language() -> None:
    shown = {
        word
        for one in parameters(parsed(tree()))
        if one.param_type_name == "argument" or one.metavar
        for word in re.findall(r"[A-Z]{2,}(?:-[A-Z]+)?", placeholders.shown(one))
    }
    assert shown - placeholders.words().keys() - EVERYWHERE == set()
