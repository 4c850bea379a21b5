"""`bitools net diff --files` needs no inventory; formats and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

OLD = "hostname sw-1\ninterface Gi1/0/1\n description eski\nsnmp-server community gizli RO\n"
NEW = "hostname sw-1\ninterface Gi1/0/1\n description yeni\nsnmp-server community gizli RO\nusername kacak secret 5 x\n"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    old, new = tmp_path / "old.cfg", tmp_path / "new.cfg"
    old.write_text(OLD)
    new.write_text(NEW)
    return [str(old), str(new)]


def test_two_files_are_compared_without_an_inventory(bitools, files: list[str]) -> None:
    answer = bitools("net", "diff", "--files", *files, "--platform", "cisco_ios", "--json")
    assert answer.code == 0, answer.stderr
    [item] = answer.document["items"]
    assert [(change["kind"], change["severity"]) for change in item["changes"]] == [
        ("modified", "info"),
        ("added", "critical"),
    ]
    assert not bitools.state.exists()


def test_exit_code_is_only_given_when_asked_for(bitools, files: list[str]) -> None:
    words = ["net", "diff", "--platform", "cisco_ios", "--exit-code", "--files"]
    assert bitools(*words, *files).code == 4
    assert bitools(*words, files[0], files[0]).code == 0


def test_each_format(bitools, files: list[str]) -> None:
    words = ["net", "diff", "--files", *files, "--platform", "cisco_ios", "--format"]
    assert "- description eski\n" in bitools(*words, "text").stdout
    assert "\n- description eski\n+ description yeni\n" in bitools(*words, "unified").stdout
    assert json.loads(bitools(*words, "json").stdout)["schema"] == "bitools.net.diff/1"
    assert "<!doctype html>" in bitools(*words, "html").stdout


def test_the_platform_must_be_named_and_known(bitools, files: list[str]) -> None:
    assert bitools("net", "diff", "--files", *files).code == 2
    answer = bitools("net", "diff", "--files", *files, "--platform", "ciscoios")
    assert answer.code == 10
    assert "cisco_ios" in answer.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["--offline", "--against", "startup"],
        ["--between", "a", "b", "--from", "7d"],
        ["--files", "a", "b", "--platform", "cisco_ios", "--against", "intended"],
    ],
)
def test_two_questions_in_one_are_a_wrong_command_line(bitools, words: list[str]) -> None:
    """And not the answer to only one of them."""
    assert bitools("net", "diff", *words).code == 2
