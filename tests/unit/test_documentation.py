"""What the README and the manual show exists: commands, options, targets of make, files, exit codes."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import jsonschema
import pytest
import typer.main
from typer.core import TyperGroup

from bitools.cli.frame.app import tree
from bitools.errors import Code
from tests.conftest import ROOT, CommandLine

PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *ROOT.glob("*/README.md"),
]
SHELL = re.compile(r"```(?:sh|console|cron)\n(.*?)```", re.DOTALL)
INLINE = re.compile(r"`(bitools [^`]+)`")


def _shown(page: Path) -> list[str]:
    """Every command line of bitools that a page shows."""
    text = page.read_text(encoding="utf-8")
    lines = [line for block in SHELL.findall(text) for line in block.splitlines()]
    parts = [
        part
        for line in [*lines, *INLINE.findall(text)]
        for part in re.split(r"&&|;|\| ", line.partition(" #")[0])
    ]
    found = (re.search(r"(?:^|\$ |  |^eval .*)(bitools .+)", part.strip()) for part in parts)
    return [match[1] for match in found if match]


whole = cache(lambda: typer.main.get_command(tree()))


CASES = [(page.relative_to(ROOT).as_posix(), line) for page in PAGES for line in _shown(page)]


@pytest.mark.parametrize(("page", "line"), CASES, ids=[f"{page}: {line}"[:80] for page, line in CASES])
def test_a_command_that_is_shown_exists_with_its_options(page: str, line: str) -> None:
    words = shlex.split(line.replace("…", ""))[1:]
    command = whole()
    known = {option for parameter in command.params for option in parameter.opts}
    for word in words:
        if word.startswith("-"):
            assert word.partition("=")[0] in known | {"--help", "-h"}, f"{page}: {line}: no option {word}"
        elif isinstance(command, TyperGroup) and word in command.commands:
            command = command.commands[word]
            known |= {option for parameter in command.params for option in parameter.opts}
        elif isinstance(command, TyperGroup):
            assert word[0] in "./<DN" or word.isupper(), f"{page}: {line}: no command {word}"


def test_the_readmes_table_is_the_command_tree() -> None:
    """Every command that exists is in the table, and no other."""
    root = whole()
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown: dict[str, set[str]] = {}
    for groups, commands in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| ((?:`\w+` ?)+) \|", text, re.MULTILINE):
        group = re.findall(r"\w+", groups)[0]
        shown[group] = set(re.findall(r"\w+", commands))
    assert isinstance(root, TyperGroup)
    for name, group in root.commands.items():
        if isinstance(group, TyperGroup):
            assert shown.get(name) == set(group.commands), name


def test_the_targets_of_make_that_are_shown_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        for target in re.findall(
            r"(?:`|^|&& )make ([a-z-]+)\b", page.read_text(encoding="utf-8"), re.MULTILINE
        ):
            assert target in targets, f"{page.name}: make {target}"


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for link in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_a_file_of_the_source_that_is_named_is_there() -> None:
    """By its whole path, or as seen from `bitools/`; a folder too."""
    named = re.compile(
        r"`((?:bitools|tests|lab|bench|cli|net|user|backup|iplog|report|inventory|ledger)/[\w/]*(?:\.\w+)?)`"
    )
    for page in [*PAGES, *(ROOT / "docs/decisions").glob("*.md")]:
        for name in named.findall(page.read_text(encoding="utf-8")):
            assert (ROOT / name).exists() or (ROOT / "bitools" / name).exists(), f"{page.name}: {name}"


def test_the_page_of_exit_codes_has_every_code() -> None:
    page = (ROOT / "docs/exit-codes.md").read_text()
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)} == {
        int(code) for code in Code
    }


YAML = re.compile(r"```yaml\n# (\w+\.yaml)\n(.*?)```", re.DOTALL)
EXAMPLES = [
    (page.relative_to(ROOT).as_posix(), name, text)
    for page in PAGES
    for name, text in YAML.findall(page.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(
    ("page", "name", "text"), EXAMPLES, ids=[f"{case[0]}: {case[1]}" for case in EXAMPLES]
)
def test_a_part_of_an_inventory_that_is_shown_is_valid(
    page: str, name: str, text: str, municipality: CommandLine
) -> None:
    (municipality.inventory / name).write_text(text)
    answer = municipality("inventory", "check")
    assert (answer.code, answer.stderr) == (0, ""), page


BEGIN = """
sudo() { "$@"; }
python3() { :; }; function /opt/bitools/bin/pip { :; }; ln() { :; };
install() { mkdir -p "${@: -1}"; }
apt-get() { :; }
function /opt/bitools/bin/bitools { "$PYTHON" -m bitools "$@" --yes --organisation 'Efeler Belediyesi' && "$PYTHON" -m bitools inventory check; }
"""


def test_the_readmes_way_to_begin_leads_to_a_valid_inventory(tmp_path: Path) -> None:
    """The lines of "Use it", with folders of the test's own, without root and with one answer only."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Use it")[2]
    found = SHELL.search(text)
    assert found
    lines = (
        found[1].replace("/var/lib/bitools", f"{tmp_path}/state").replace("/etc/bitools", f"{tmp_path}/etc")
    )
    done = subprocess.run(
        ["bash", "-ec", BEGIN + lines],
        env={"PATH": os.environ["PATH"], "PYTHON": sys.executable, "PYTHONPATH": str(ROOT), "BITOOLS_LANG": "en",
             "BITOOLS_INVENTORY": f"{tmp_path}/etc", "BITOOLS_STATE": f"{tmp_path}/state"},
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == Code.DONE, done.stderr
    assert "0 sites, 0 devices" in done.stdout
    assert "organisation: Efeler Belediyesi" in (tmp_path / "etc" / "settings.yaml").read_text()


def test_every_document_has_its_schema() -> None:
    """Each `bitools.…/1` that the source names is published, and is a valid JSON Schema."""
    named = {
        kind
        for path in (ROOT / "bitools").rglob("*.py")
        for kind in re.findall(r'"bitools\.([a-z.]+)/1"', path.read_text(encoding="utf-8"))
    }
    files = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in (ROOT / "docs/documents").glob("*.json")
    }
    assert named <= set(files)
    for kind, schema in files.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["properties"]["schema"]["const"] == f"bitools.{kind}/1"


def test_the_manuals_directory_and_staff_list_are_what_they_say(tmp_path: Path) -> None:
    from bitools.inventory.load import load
    from bitools.user.wire.staff import parse

    page = (ROOT / "docs" / "accounts.md").read_text(encoding="utf-8")
    [directory] = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    [people] = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)
    (tmp_path / "directory.yaml").write_text(directory, encoding="utf-8")
    settings = load(tmp_path).require_directory()
    staff = parse(people.encode(), tmp_path / "personel.csv", settings)
    assert [(one.number, one.leaving) for one in staff] == [("4711", False), ("4712", True)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_cron_finds_what_its_lines_name(page: Path) -> None:
    """crontab(5): its PATH is /usr/bin:/bin, where a program that somebody installed by hand is not."""
    for block in re.findall(r"```cron\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        path = re.match(r"PATH=(\S+)\n", block)
        assert path, "no PATH before the first line"
        assert "/usr/local/bin" in path[1].split(":")
