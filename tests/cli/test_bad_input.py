"""Bad input, as its author meets it: exit 10, file and line, what is allowed; never a traceback, no output."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bitools.errors import Code
from tests.conftest import SMALL, InProcess

Change = Callable[[str], str]


@pytest.fixture
def bitools(municipality) -> InProcess:
    return InProcess(municipality.inventory, municipality.state)


def put(old: str, new: str) -> Change:
    def changed(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return changed


def more(line: str) -> Change:
    return lambda text: text + line + "\n"


def whole(text: str) -> Change:
    return lambda _text: text


AGAIN = "  sw-01: {host: h, site: merkez, groups: [access]}"
KINDS = {
    "unknown key": ("devices", put("platform: huawei", "platfrom: huawei"), ':6: unknown key "platfrom"', "platform"),
    "unknown file key": ("sites", put("sites:", "stes:"), ':1: unknown key "stes"', "allowed: sites"),
    "wrong type": ("devices", put("site: garaj", "site: garaj, port: çok"), ':6: .*port is "çok".*a whole number', ""),
    "not a list": ("backups", put("[../belgeler]", "../belgeler"), ":6: .*paths.*a list", ""),
    "nothing": ("devices", put("host: 127.0.0.1, site: garaj", "host: , site: garaj"), ":6: .*host is empty", ""),
    "duplicate device": ("devices", more(AGAIN), ':8: "sw-01" is written twice; the first is on line 5', ""),
    "a second name": ("devices", put("site: garaj", "site: garaj, name: sw-03"), ":6: .*name.*before the colon", ""),
    "a data set's second name": ("backups", put("{type: net", "{name: x, type: net"), ":7: .*before the colon", ""),
    "unknown platform": ("devices", put("huawei", "huwaei"), ':6: sw-02 .*"huwaei"', 'did you mean "huawei"'),
    "unknown tier": ("backups", put("hourly", "fortnightly"), ':4: .*"fortnightly" is no tier; .*biannual', ""),
    "biennial": ("backups", put("biannual", "biennial"), ":4: .*every two years; for every half-year write biannual", ""),
    "plain secret": ("devices", put("'env:DEVICE_PASSWORD'", "hunter2"), ":1: .*a reference: env:…, file:…", ""),
    "plain number": ("devices", put("'env:DEVICE_PASSWORD'", "12345678"), ":1: .*a reference: env:…, file:…", ""),
    "unknown zone": ("settings", put("Istanbul", "Aydin"), ':2: .*"Europe/Aydin".*Europe/Istanbul', ""),
    "no address": ("settings", more("reports: {changes: [ag]}"), ':3: .*"ag"; expected: text as ag@belediye.test', ""),
    "no DN": ("directory", put("'OU=Personel,DC=belediye,DC=test', g", "Personel, g"), ":8: .*OU=Personel", ""),
    "missing key": ("directory", put("domain: belediye.test\n", ""), ':1: "domain" is missing', ""),
    "not YAML": ("sites", whole("sites: {merkez: [}\n"), ":1: not YAML", ""),
    "a tab": ("sites", whole("sites:\n\tmerkez: {}\n"), ":2: not YAML", ""),
    "a list": ("sites", whole("- merkez\n"), ":1: names and values are expected", ""),
    "code": ("sites", whole("sites: !!python/object/apply:os.system [id]\n"), ":1: a tag has no place here", ""),
    "a loop": ("sites", whole("sites: &a\n  merkez: *a\n"), ":2: nested too deeply", ""),
    "an escape": ("sites", more('  "\\e[31m": {}'), ":4: .*a name is small letters", ""),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_slip(bitools: InProcess, kind: str) -> None:
    file, change, complaint, hint = KINDS[kind]
    path = bitools.inventory / f"{file}.yaml"
    path.write_text(change(SMALL[path.name]), encoding="utf-8")
    told = bitools("inventory", "check")
    assert (told.code, told.stdout) == (Code.INVALID, "")
    first = told.stderr.splitlines()[0]
    assert first.startswith(f"bitools: {path}")
    assert re.search(complaint, first), first
    assert hint in told.stderr
    assert "\x1b" not in told.stderr
    machine = bitools("net", "snapshot", "--json")
    assert (machine.code, machine.stdout) == (Code.INVALID, "")
    assert machine.error["code"] == 10
    assert machine.error["error"].startswith(str(path))
    for answer in (told, machine):
        assert "hunter2" not in answer.stderr
        assert "12345678" not in answer.stderr
        assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    "text", ["sites: [", "- merkez\n", "sites: 7\n", "sites:\n  merkez: 7\n  garaj: {}\n"]
)
def test_one_slip_in_a_file_is_not_a_complaint_for_every_device(bitools: InProcess, text: str) -> None:
    (bitools.inventory / "sites.yaml").write_text(text)
    assert len(bitools("inventory", "check", "--json").error["complaints"]) == 1


def test_a_missing_file_an_unreadable_one_and_an_empty_folder(bitools: InProcess) -> None:
    (bitools.inventory / "sites.yaml").unlink()
    assert 'sw-01 is at site "merkez", which sites.yaml does not name' in bitools("net", "snapshot").stderr
    (bitools.inventory / "sites.yaml").mkdir()
    assert "sites.yaml: cannot be read: Is a directory" in bitools("net", "snapshot").stderr
    nowhere = InProcess(bitools.inventory / "yok", bitools.state)
    assert "there is no such folder" in nowhere("net", "snapshot").stderr
    (bitools.inventory / "empty").mkdir()
    empty = InProcess(bitools.inventory / "empty", bitools.state)
    for words in (["inventory", "check"], ["net", "diff"], ["backup", "run"], ["user", "list"], ["doctor"]):
        answer = empty(*words, "--json")
        assert (answer.code, answer.stdout) == (Code.INVALID, ""), words
        assert "no inventory here" in answer.error["error"]


def test_a_secret_that_cannot_be_read_says_what_to_do(bitools: InProcess) -> None:
    (bitools.inventory / "settings.yaml").write_text("mask_key: file:secrets/mask.key\n")
    answer = bitools("net", "snapshot", "--json")
    assert answer.code == Code.INVALID
    assert "secrets/mask.key cannot be read: No such file" in answer.error["error"]
    assert "chmod 600" in answer.error["hint"]


def test_the_state_is_where_the_command_line_says(bitools: InProcess, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    answer = bitools("--state", str(blocked / "state"), "net", "snapshot", "--json")
    assert (answer.code, answer.stdout) == (Code.INVALID, "")
    assert "sudo bitools setup" in answer.error["hint"]
    assert json.loads(answer.stderr)["error"].startswith("the state folder")


def test_each_of_several_complaints_has_its_own_hint(bitools: InProcess) -> None:
    devices, backups = bitools.inventory / "devices.yaml", bitools.inventory / "backups.yaml"
    devices.write_text(devices.read_text().replace("platform: huawei", "platform: huwaei"))
    backups.write_text(backups.read_text().replace("repository: ana, paths", "repository: anna, paths"))
    lines = bitools("inventory", "check").stderr.splitlines()
    [platform] = [number for number, line in enumerate(lines) if '"huwaei"' in line]
    [repository] = [number for number, line in enumerate(lines) if '"anna"' in line]
    assert 'did you mean "huawei"' in lines[platform + 1]
    assert 'did you mean "ana"' in lines[repository + 1]


def test_a_wrong_choice_is_answered_with_the_right_ones(bitools: InProcess) -> None:
    (bitools.inventory / "settings.yaml").write_text("language: de\n")
    assert "allowed: tr, en" in bitools("inventory", "check").stderr
