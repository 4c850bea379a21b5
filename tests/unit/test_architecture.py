"""The house: its layers and fences, its rooms' sizes, nothing of the workshop left inside."""

from __future__ import annotations

import ast
import json
import re
import statistics
import subprocess
import sys
import tomllib
from collections import defaultdict
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from bitools import jobs
from bitools.inventory.schema import schemas
from tests.conftest import ROOT

SOURCES = sorted((ROOT / "bitools").rglob("*.py"))

# Who may know a library or a dangerous name; everyone else goes through them.
FENCES = {
    "typer": ["cli/**/*.py"],
    "rich": ["cli/**/*.py"],
    "netmiko": ["net/wire/*.py"],
    "paramiko": ["net/wire/*.py"],
    "napalm": ["net/wire/napalm.py"],
    "ldap3": ["user/wire/directory.py"],
    "gssapi": ["user/wire/kerberos.py"],
    "subprocess": ["process.py"],
    "yaml": ["yamlfile.py"],
    "jinja2": ["templates.py"],
    "smtplib": ["report/mail/smtp.py"],
}
WIRES = {"netmiko": 2, "paramiko": 4, "ldap3": 1}  # in how many files at most


JOBS = ["net platforms", "user", "backup", "iplog", "report past figures", "inventory", "ledger", "timestamp"]


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _imports(path: Path) -> set[str]:
    tree = _tree(path)
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("library", FENCES)
def test_a_library_is_known_only_behind_its_fence(library: str) -> None:
    allowed = {path for pattern in FENCES[library] for path in (ROOT / "bitools").glob(pattern)}
    users = {path for path in SOURCES if library in _imports(path)}
    assert users <= allowed
    assert len(users) <= WIRES.get(library, 99)


def test_the_environment_is_read_in_two_places() -> None:
    readers = {
        str(path.relative_to(ROOT)) for path in SOURCES if "os.environ" in path.read_text(encoding="utf-8")
    }
    assert readers == {"bitools/cli/__init__.py", "bitools/credentials.py"}


def test_only_the_console_prints() -> None:
    for path in SOURCES:
        if path.name != "console.py":
            tree = _tree(path)
            calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
            assert not [
                call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"
            ], path


def test_rooms_have_a_human_size() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert statistics.median(lengths.values()) < 150
    assert {str(path): length for path, length in lengths.items() if length > 400} == {}


def test_functions_fit_a_screen() -> None:
    long = []
    for path in SOURCES:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > 60:
                long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not long


@pytest.mark.parametrize("rooms", [*JOBS, "cli"])
def test_within_a_job_a_class_has_one_meaning(rooms: str) -> None:
    """What one reader has in his head at once. Two jobs may both speak of a `Journal`: each has its own."""
    meanings: dict[str, list[str]] = defaultdict(list)
    for path in (path for room in rooms.split() for path in (ROOT / "bitools" / room).rglob("*.py")):
        for node in _tree(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                meanings[node.name].append(path.relative_to(ROOT).as_posix())
    assert {name: places for name, places in meanings.items() if len(places) > 1} == {}


@pytest.mark.parametrize("rooms", JOBS)
def test_within_a_job_a_function_that_is_called_by_its_bare_name_has_one_meaning(rooms: str) -> None:
    """Two files may both have a `read`: then one says `line.read(…)`, and nobody imports it bare."""
    meanings: dict[str, list[str]] = defaultdict(list)
    for path in (path for room in rooms.split() for path in (ROOT / "bitools" / room).rglob("*.py")):
        for node in _tree(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                meanings[node.name].append(_module(path))
    several = {f"{place}.{name}" for name, places in meanings.items() if len(places) > 1 for place in places}
    froms = [node for path in SOURCES for node in ast.walk(_tree(path)) if isinstance(node, ast.ImportFrom)]
    assert not several & {f"{node.module}.{alias.name}" for node in froms for alias in node.names}


def test_no_module_needs_one_that_needs_it() -> None:
    """Imports within functions and those for types only are needs, too: whoever reads one must read the other."""
    names = {_module(path): path for path in SOURCES}
    needs: dict[str, set[str]] = {}
    for name, path in names.items():
        froms = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.ImportFrom) and node.module]
        wanted = {(node.module, alias.name) for node in froms for alias in node.names}
        found = {f"{module}.{one}" if f"{module}.{one}" in names else module for module, one in wanted}
        needs[name] = {one for one in found if one in names} - {name}
    TopologicalSorter(needs).prepare()  # raises CycleError, which names the circle


def test_the_picture_of_the_house_is_true() -> None:
    """What stands higher in it may import what stands lower, by the contract; a new job may wait to be drawn."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = contracts["contracts"][0]["layers"]
    floor = {name: -number for number, layer in enumerate(layers) for name in re.findall(r"\w+", layer)}
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    cells = re.findall(r"│ ([a-z0-9]+(?:, [a-z0-9]+)*) ", page)
    drawn = [name for cell in cells for name in cell.split(", ")]
    assert drawn == sorted(drawn, key=floor.__getitem__, reverse=True)
    assert floor.keys() - drawn <= set(jobs.NAMES)


def test_no_file_is_named_for_elsewhere() -> None:
    forbidden = {"utils", "util", "helpers", "helper", "common", "manager", "service", "services", "misc"}
    assert not [path for path in SOURCES if path.stem in forbidden]


def test_the_editors_schema_is_up_to_date() -> None:
    for name, schema in schemas().items():
        written = json.loads(
            (ROOT / "inventories/example/schema" / f"{name}.json").read_text(encoding="utf-8")
        )
        assert written == schema, "run: make schema"


def test_nothing_holds_a_path_of_the_machine_it_was_written_on() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    pattern = re.compile(r"/(work|root|home)/(?!bitools)[a-z]")
    found = []
    for name in filter(None, tracked):
        path = ROOT / name
        if path.suffix in (".png", ".mo") or not path.is_file() or path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    assert not found, "\n".join(found)


def test_a_module_can_be_imported_alone() -> None:
    """No hidden order of imports: each heavy package can be the first."""
    for module in (
        "bitools.net",
        "bitools.user",
        "bitools.backup",
        "bitools.report",
        "bitools.inventory.load",
    ):
        subprocess.run([sys.executable, "-c", f"import {module}"], cwd=ROOT, check=True)


PRIVATE = re.compile(r"noqa: SLF001|import _parser|sys\.modules\[|def _netmiko_open")


def test_private_names_of_libraries_are_listed_with_the_test_that_notices() -> None:
    page = (ROOT / "docs/decisions/0002-private-names.md").read_text(encoding="utf-8")
    users = {path for path in SOURCES if PRIVATE.search(path.read_text(encoding="utf-8"))}
    listed = {ROOT / name for name in re.findall(r"`(bitools/[\w/]+\.py)`", page)}
    assert users <= listed
    for file, test in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page):
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), test


def test_nobody_writes_in_an_error_that_was_caught() -> None:
    """Whoever raised it may hold it still; `BitoolsError.but` tells the same otherwise."""
    written = []
    for path in SOURCES:
        handlers = [
            node for node in ast.walk(_tree(path)) if isinstance(node, ast.ExceptHandler) and node.name
        ]
        for handler in handlers:
            for node in ast.walk(handler):
                targets = node.targets if isinstance(node, ast.Assign) else []
                targets = [*targets, node.target] if isinstance(node, ast.AugAssign) else targets
                written += [
                    f"{path.name}:{target.lineno}"
                    for target in targets
                    if isinstance(target, ast.Attribute)
                    and isinstance(target.value, ast.Name)
                    and target.value.id == handler.name
                ]
    assert not written
