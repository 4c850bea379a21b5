"""`bitools net diff --files` needs no inventory; formats and exit codes."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from lab import spellings
from tests.conftest import ROOT, InProcess

pytestmark = pytest.mark.in_process

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


def spelled(platform: str) -> tuple[str, str, list[str]]:
    """Both sides of a configuration in which each spelling stands twice, one secret changed and one not."""
    chance = random.Random(platform)
    old, new, secrets = [], [], []
    for number, spelling in enumerate(spellings.all_of(ROOT / "tests/data/secrets/spellings.txt")):
        if spelling.platform == platform:
            (kept, some), (before, more), (after, others) = (
                spelling.filled("mixed", chance) for _ in range(3)
            )
            old += [kept, before, f"hostname eski-{number}"]
            new += [kept, after, f"hostname yeni-{number}"]
            secrets += [*some, *more, *others]
    assert len(secrets) > 20
    return "\n".join(old) + "\n", "\n".join(new) + "\n", secrets


@pytest.mark.parametrize("form", ["text", "unified", "json", "html"])
@pytest.mark.parametrize(
    "platform", ["cisco_ios", "fortinet", "huawei", "juniper_junos", "mikrotik_routeros"]
)
def test_no_form_of_the_answer_holds_a_secret(tmp_path: Path, platform: str, form: str) -> None:
    """Neither a changed one nor one that stands beside a change."""
    old, new, secrets = spelled(platform)
    files = tmp_path / "old.cfg", tmp_path / "new.cfg"
    for path, text in zip(files, (old, new), strict=True):
        path.write_text(text)
    line = InProcess(tmp_path / "inventory", tmp_path / "state")
    answer = line("net", "diff", "--files", *map(str, files), "--platform", platform, "--format", form)
    assert answer.code == 0, answer.stderr
    assert "yeni-" in answer.stdout
    said = answer.stdout + answer.stderr
    assert [one for one in secrets if one in said] == []


def test_a_changed_secret_is_one_change_an_unchanged_or_masked_one_none(tmp_path: Path) -> None:
    line = InProcess(tmp_path / "inventory", tmp_path / "state")
    texts = [
        "username ali secret 5 $1$aaaa$birincibirinci\nsnmp-server community <secret:0a1b2c3d> RO\nenable secret x\n",
        "username ali secret 5 $1$aaaa$ikinciikinci\nsnmp-server community <secret:0a1b2c3d> RO\nenable secret x\n",
    ]
    files = tmp_path / "old.cfg", tmp_path / "new.cfg"
    for path, text in zip(files, texts, strict=True):
        path.write_text(text)
    words = ["net", "diff", "--platform", "cisco_ios", "--json", "--files"]
    [change] = line(*words, *map(str, files)).document["items"][0]["changes"]
    assert change["kind"] == "modified"
    assert change["old"] != change["new"]
    assert not line(*words, str(files[0]), str(files[0])).document["changed"]
