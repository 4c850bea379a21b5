"""No verb writes past the checks: a controller takes only what they cleared, and only they can clear."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

from bitools.cli.frame.command import Command
from bitools.cli.user import GROUP
from bitools.user.wire.directory import Domain
from tests.conftest import ROOT

USER = ROOT / "bitools" / "user"
ELSEWHERE = {"connectors"}  # changes other systems, and no account
WRITES = {"add", "carry_out", "modify", "move", "set_password"}


def calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_every_way_of_writing_asks_for_what_was_cleared() -> None:
    """What sends a request that changes something takes a `Cleared`; nothing else in the wire does."""
    found = set()
    for name, method in inspect.getmembers(Domain, inspect.isfunction):
        source = inspect.getsource(method)
        sends = "._send(" in source and "requests.read(" not in source
        assert not any(f"_connection.{kind}" in source for kind in ("add", "modify", "delete", "extend"))
        first = [*inspect.signature(method).parameters.values()][1:2]
        if sends or (first and "Cleared" in str(first[0].annotation)):
            found.add(name)
            assert "Cleared" in str(first[0].annotation), f"{name} writes what nobody has checked"
    assert found == WRITES


def test_only_the_checks_clear() -> None:
    makers = {
        path.relative_to(USER).as_posix()
        for path in USER.rglob("*.py")
        for call in calls(path)
        if called(call) == "Cleared"
    }
    assert makers == {"verbs/checks.py"}


@pytest.mark.parametrize("name", GROUP.commands)
def test_every_command_that_changes_something_goes_through_them(name: str) -> None:
    """The walk: a verb that can be tried out (`--dry-run`) changes accounts, and so it or what it calls clears."""
    module = __import__(f"bitools.cli.user.{name}", fromlist=[name])
    command: Command = getattr(module, name)
    changes = "dry_run" in inspect.signature(command.function).parameters and name not in ELSEWHERE
    reached, ahead = set[Path](), [USER / "verbs" / f"{name}.py"]
    while ahead:
        if (path := ahead.pop()) in reached or not path.is_file():
            continue
        reached.add(path)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bitools.user.verbs"):
                inside = (node.module or "").removeprefix("bitools.user.verbs").strip(".")
                ahead += [
                    USER / "verbs" / f"{one}.py"
                    for one in ([inside] if inside else [a.name for a in node.names])
                ]
    clears = any(called(call) in ("clear", "clear_new") for path in reached for call in calls(path))
    assert clears == changes
