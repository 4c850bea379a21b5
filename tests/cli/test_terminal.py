"""What a person at a terminal sees and is asked, and what nobody is told where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from bitools.cli.console import Console
from bitools.cli.context import Context
from bitools.errors import Code
from tests.conftest import CommandLine
from tests.terminal import Dialogue

LIST = "sw-merkez-01:cisco:up\n"


def at_terminal(
    bitools: CommandLine, *words: str, environ: Mapping[str, str], typed: str = "", columns: int = 0
) -> tuple[int, bytes]:
    """Run a command at a terminal of its own, and type; give its code and what the terminal showed."""
    with Dialogue(
        *words, environ=bitools.environment(environ), columns=columns, encoding="latin-1"
    ) as dialogue:
        dialogue.type(typed)
        code = dialogue.end()
    return code, dialogue.shown.encode("latin-1")


@pytest.mark.parametrize(
    ("environ", "coloured"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
        ({}, False),
    ],
    ids=["xterm", "NO_COLOR", "dumb", "no TERM"],
)
def test_colour_is_for_terminals_that_have_it(
    municipality: CommandLine, environ: dict[str, str], coloured: bool
) -> None:
    code, shown = at_terminal(municipality, "inventory", "check", environ=environ)
    assert code == Code.DONE
    assert b"2 sites, 3 devices" in shown
    assert (b"\x1b[" in shown) == coloured
    assert "\x1b" not in municipality("inventory", "check", environ={"TERM": "xterm"}).stdout


@pytest.mark.parametrize(("language", "devices"), [("tr", "3 cihaz"), ("en", "3 devices")])
def test_a_terminal_of_windows_1254_shows_turkish(
    municipality: CommandLine, language: str, devices: str
) -> None:
    environ = {"TERM": "xterm", "BITOOLS_LANG": language, "PYTHONIOENCODING": "cp1254", "PYTHONUTF8": "0"}
    code, shown = at_terminal(municipality, "inventory", "check", environ=environ)
    assert code == Code.DONE
    assert devices in shown.decode("cp1254")


@pytest.mark.parametrize(
    ("language", "typed", "code"),
    [
        ("tr", "evet\n", Code.DONE), ("tr", "e\n", Code.DONE), ("tr", "hayır\n", Code.REFUSED),
        ("en", "yes\n", Code.DONE), ("en", "\n", Code.REFUSED), ("en", "maybe\n", Code.REFUSED),
    ],
)  # fmt: skip
def test_only_a_clear_yes_is_one(
    bitools: CommandLine, tmp_path: Path, language: str, typed: str, code: Code
) -> None:
    source, target = tmp_path / "router.db", tmp_path / "devices.yaml"
    source.write_text(LIST)
    target.write_text("old")
    words = ["inventory", "import", "--format", "rancid", str(source), "--to", str(target)]
    environ = {"TERM": "xterm", "BITOOLS_LANG": language, "LC_ALL": "C.UTF-8"}
    assert at_terminal(bitools, *words, environ=environ, typed=typed)[0] == code
    assert (target.read_text() == "old") == (code is Code.REFUSED)


def test_without_a_terminal_nobody_is_asked_and_the_question_is_named(
    bitools: CommandLine, tmp_path: Path
) -> None:
    source, target = tmp_path / "router.db", tmp_path / "devices.yaml"
    source.write_text(LIST)
    target.write_text("old")
    words = ["inventory", "import", "--format", "rancid", str(source), "--to", str(target)]
    answer = bitools(*words, "--json", stdin="yes\n")
    assert (answer.code, answer.stdout) == (Code.REFUSED, "")
    assert answer.error["reason"] == "no_terminal"
    assert "Replace it?" in answer.error["error"]
    assert "--yes" in answer.error["hint"]
    assert bitools(*words, "--yes").code == Code.DONE


def test_an_act_that_went_well_is_silent_where_nobody_looks(
    municipality: CommandLine, tmp_path: Path
) -> None:
    units = str(tmp_path / "units")
    for words in (
        ["inventory", "init", str(tmp_path / "new")],
        ["inventory", "schema", "--to", str(tmp_path / "schema")],
        ["schedule", "install", "--as", "systemd", "--to", units],
        ["report", "site", str(tmp_path / "site")],
        ["report", "flush"],
    ):
        answer = municipality(*words)
        assert (answer.code, answer.stdout, answer.stderr) == (Code.DONE, "", ""), words
    assert "backup run" in municipality("schedule", "install", "--as", "systemd", "--to", units, "-n").stdout


@pytest.mark.parametrize(
    ("option", "environ", "expected"),
    [
        ("one", {"BITOOLS_INVENTORY": "two", "XDG_CONFIG_HOME": "xdg"}, "one"),
        ("", {"BITOOLS_INVENTORY": "two", "XDG_CONFIG_HOME": "xdg"}, "two"),
        ("", {"XDG_CONFIG_HOME": "xdg"}, "etc"),
        ("", {"XDG_CONFIG_HOME": "xdg", "no etc": ""}, "xdg/bitools"),
        ("", {"no etc": ""}, "home/.config/bitools"),
        ("", {"XDG_CONFIG_HOME": "nowhere", "no etc": ""}, "etc"),
    ],
)
def test_where_the_inventory_is_looked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, option: str, environ: dict[str, str], expected: str
) -> None:
    """`--inventory`, $BITOOLS_INVENTORY, /etc/bitools, the user's own; the first of them that is there."""
    for folder in ("etc", "xdg/bitools", "home/.config/bitools"):
        (tmp_path / folder).mkdir(parents=True)
    if "no etc" in environ:
        (tmp_path / "etc").rmdir()
    monkeypatch.setattr("bitools.cli.context.SYSTEM", tmp_path / "etc")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    given = {name: str(tmp_path / value) for name, value in environ.items() if name != "no etc"}
    context = Context(Console(sys.stdout, sys.stderr), given)
    context = context.with_options(tmp_path / option if option else None, None, quiet=False, lang=None)
    assert context.inventory_folder == tmp_path / expected


@pytest.mark.parametrize(
    "words", [("net", "platforms"), ("schedule", "show", "--as", "systemd"), ("inventory", "list")]
)
def test_a_table_fits_the_terminal_and_loses_nothing(
    municipality: CommandLine, words: tuple[str, ...]
) -> None:
    environ = {"TERM": "dumb"}
    code, shown = at_terminal(municipality, *words, environ=environ, columns=80)
    assert code == Code.DONE
    narrow = shown.decode().splitlines()
    wide = at_terminal(municipality, *words, "--wide", environ=environ, columns=80)[1].decode()
    if words[0] != "schedule":  # lines for a machine stay as they are
        assert max(map(len, narrow)) <= 80
    assert sorted(" ".join(narrow).replace("·", " ").split()) == sorted(wide.replace("·", " ").split())


_ASKING = """
import sys, termios, time
real = termios.tcsetattr
def late(*words):
    time.sleep(0.5)  # a busy machine
    real(*words)
termios.tcsetattr = late
from bitools.cli.console import Console
print("heard", len(Console(sys.stdout, sys.stderr).prompt("Parola", "", hidden=True)))
"""


def test_what_is_typed_as_soon_as_a_password_is_asked_for_is_heard(municipality: CommandLine) -> None:
    asking = [sys.executable, "-c", _ASKING]
    with Dialogue(environ=municipality.environment(), program=asking) as dialogue:
        dialogue.until("Parola")
        dialogue.type("gizli\n")
        dialogue.until("heard 5")
        assert "gizli" not in dialogue.shown
        assert dialogue.end() == 0
