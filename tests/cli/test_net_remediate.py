"""`bitools net remediate --files` needs no inventory: text, JSON, the plan file, exit codes, no secret in any."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.in_process

OLD = "hostname sw-1\ninterface GigabitEthernet1/0/1\n description eski\n switchport access vlan 10\n"
NEW = "hostname sw-1\ninterface GigabitEthernet1/0/1\n description yeni\n switchport access vlan 20\n"
SECRETS = (
    "enable secret 5 gizli-01",
    "username netops secret 9 gizli-02",
    "snmp-server community gizli-03 RO",
    "snmp-server host 10.0.0.1 version 2c gizli-04",
    "tacacs-server key 7 gizli-05",
    "radius-server host 10.0.0.2 key 7 gizli-06",
    "interface Vlan10\n ip ospf message-digest-key 1 md5 7 gizli-07",
    "router bgp 65001\n neighbor 10.0.0.3 remote-as 65002\n neighbor 10.0.0.3 password 7 gizli-08",
    "key chain K\n key 1\n  key-string 7 gizli-09",
)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    old, new = tmp_path / "old.cfg", tmp_path / "new.cfg"
    old.write_text(OLD)
    new.write_text(NEW)
    return ["--files", str(old), str(new), "--platform", "cisco_ios"]


def test_what_to_type_as_one_would_type_it(bitools, files: list[str]) -> None:
    answer = bitools("net", "remediate", *files)
    assert answer.code == 0, answer.stderr
    assert (
        "interface GigabitEthernet1/0/1\n description yeni\n switchport access vlan 20\nexit\n"
        in answer.stdout
    )
    assert not bitools.state.exists()


def test_the_document_says_each_command_what_comes_of_it_and_what_leads_back(
    bitools, files: list[str]
) -> None:
    [item] = bitools("net", "remediate", *files, "--json").document["items"]
    assert item["commands"][0] == {
        "path": ["interface GigabitEthernet1/0/1"],
        "line": "description yeni",
        "removes": False,
    }
    assert [command["line"] for command in item["inverse"]] == [
        "description eski",
        "switchport access vlan 10",
    ]
    assert item["predicted"] == NEW
    assert item["questions"] == item["refusals"] == []


def test_exit_code_is_only_given_when_asked_for(bitools, files: list[str]) -> None:
    assert bitools("net", "remediate", *files, "--exit-code").code == 4
    same = [files[0], files[1], files[1], *files[3:]]
    assert bitools("net", "remediate", *same, "--exit-code").code == 0


def test_a_plan_is_named_after_what_it_says(bitools, files: list[str], tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    assert bitools("net", "remediate", *files, "--out", str(out)).code == 0
    plan = json.loads(out.read_bytes())
    name = plan.pop("plan_id")
    canonical = json.dumps(plan, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert hashlib.sha256(canonical).hexdigest() == name
    assert out.stat().st_mode & 0o777 == 0o640


def test_no_secret_is_told_anywhere(bitools, files: list[str], tmp_path: Path) -> None:
    """Nine of them, new in the one file, gone in the other: asked for by their lines, hashed, never typed."""
    Path(files[2]).write_text(NEW + "\n".join(SECRETS) + "\n")
    out = tmp_path / "plan.json"
    for words in (files, [files[0], files[2], files[1], *files[3:]]):
        text = bitools("net", "remediate", *words, "--out", str(out))
        document = bitools("net", "remediate", *words, "--json")
        assert text.code == document.code == 0, text.stderr
        for place in (text.stdout, text.stderr, document.stdout, out.read_text()):
            assert "gizli" not in place
        for item in document.document["items"]:
            assert "<secret" not in item["text"]
            assert not any(
                "<secret" in line
                for command in (*item["commands"], *item["inverse"])
                for line in (command["line"], *command["path"], *command.get("body", []))
            )
    asked = {
        question["line"]
        for question in bitools("net", "remediate", *files, "--json").document["items"][0]["questions"]
    }
    assert len(asked) == len(SECRETS)


def test_a_platform_that_nobody_knows_how_to_configure_is_refused(bitools, files: list[str]) -> None:
    answer = bitools("net", "remediate", *files[:-1], "pfsense")
    assert answer.code == 5
    assert "change:" in answer.stderr


@pytest.mark.parametrize(
    "line",
    [
        " description a\x03reload",
        " description a\x1b[2J",
        " description a\u2028reload",
        " description a\u202eb",
    ],
)
def test_a_character_that_a_terminal_obeys_is_refused(bitools, files: list[str], line: str) -> None:
    Path(files[2]).write_text(f"hostname sw-1\ninterface GigabitEthernet1/0/1\n{line}\n")
    answer = bitools("net", "remediate", *files)
    assert answer.code == 5
    assert "new.cfg:3" in answer.stderr


@pytest.mark.parametrize("line", ["do reload", "tclsh", "reload in 5", "write memory", "request x"])
def test_a_line_that_acts_is_refused(bitools, files: list[str], line: str) -> None:
    Path(files[2]).write_text(f"{NEW} {line}\n")
    answer = bitools("net", "remediate", *files)
    assert answer.code == 5
    assert line in answer.stderr
    assert not answer.stdout


def test_what_does_not_go_together(bitools, files: list[str]) -> None:
    assert bitools("net", "remediate", *files[:3]).code == 2
    assert bitools("net", "remediate", *files, "--against", "2026-11-01").code == 2
