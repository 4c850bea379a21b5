"""The manual pages: every command is on one, in both languages, and man(1) has nothing to complain about."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from bitools.cli.frame.app import GROUPS, tree
from lab import packages
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("man")
    for language in ("en", "tr"):  # a process each: the tree's texts are read with it
        words = [sys.executable, "-m", "bitools.cli.frame.manual", str(folder), language]
        subprocess.run(words, check=True, cwd=ROOT)
    return folder


@pytest.mark.parametrize("place", ["man1", "tr/man1"])
def test_every_command_and_every_option_is_on_its_page(manual: Path, place: str) -> None:
    root = typer.main.get_command(tree())
    for name, group in root.commands.items():
        page = manual / place / (f"bitools-{name}.1" if name in GROUPS else "bitools.1")
        text = page.read_text().replace("\\-", "-")
        for word, command in getattr(group, "commands", {"": group}).items():
            assert f"\n.SS bitools {name} {word}".rstrip() in text
            for option in command.params:
                if option.param_type_name == "option":
                    assert all(f"\\fB{each}\\fR" in text for each in option.opts), option.opts


@pytest.mark.parametrize("place", ["man1", "tr/man1"])
def test_they_render_without_a_warning(manual: Path, place: str) -> None:
    packages.require_for_test("groff-base")
    for page in sorted((manual / place).glob("*.1")):
        words = ["groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-z", str(page)]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        assert done.stderr == "", page.name


def test_turkish_pages_are_turkish(manual: Path) -> None:
    text = (manual / "tr/man1/bitools-user.1").read_text()
    assert ".SH AD\n" in text
    assert "hesap" in text
