"""A word is completed in real shells: by a member of the group, without sudo, from names alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitools.cli.complete import TREE, answer
from bitools.cli.frame.words import described
from bitools.inventory import names
from lab.machine import Machine, machine
from lab.packages import require_for_test, require_root_for_test

pytestmark = pytest.mark.xdist_group("machine")

# What the shell would offer for a line, a word each; `LINE` ends where the cursor stands.
ASK = {
    "bash": r"""
. /etc/bash_completion.d/bitools
read -ra COMP_WORDS <<< "$LINE"; [[ $LINE != *" " ]] || COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
compopt() { :; }
_bitools bitools "${COMP_WORDS[COMP_CWORD]}"
printf '%s\n' "${COMPREPLY[@]}"
""",
    "zsh": r"""
autoload -Uz compinit; compinit -u -d /dev/null
compadd() { shift; print -l -- $@; }
words=(${(s: :)LINE}); [[ $LINE != *" " ]] || words+=(""); CURRENT=$#words
autoload +X -Uz _bitools; compdef() { :; }; _bitools 2>/dev/null
""",
    "fish": r"""complete -C "$LINE" | string replace -r "\t.*" ""; true""",
}


@pytest.fixture(scope="module")
def box() -> Iterator[Machine]:
    require_root_for_test("a mount namespace")
    require_for_test("sudo", "zsh", "fish", "man-db")
    with machine() as made:
        made.write("/etc/bitools/settings.yaml", "organisation: Efeler Belediyesi\nlanguage: en\n")
        made.write("/etc/bitools/sites.yaml", "sites:\n  merkez: {}\n  garaj: {}\n")
        made.write("/etc/bitools/netops.key", "lab-netops-2026\n", 0o600)
        devices = "".join(
            f"  sw-{number:04}: {{host: 10.0.{number // 250}.{number % 250 + 1}}}\n" for number in range(1000)
        )
        defaults = (
            "defaults: {username: netops, password: file:netops.key, site: merkez, platform: cisco_ios}\n"
        )
        made.write("/etc/bitools/devices.yaml", f"{defaults}devices:\n{devices}")
        made.write("/etc/bitools/restic.key", "gizli-kilit-1\n", 0o600)
        made.path("/srv/belgeler").mkdir()
        made.write(
            "/etc/bitools/backups.yaml",
            "repositories:\n  ana: {location: /srv/restic/ana, password: file:restic.key}\n"
            "importance:\n  normal: {daily: 7}\ndatasets:\n"
            "  belgeler: {type: files, importance: normal, repository: ana, paths: [/srv/belgeler]}\n",
        )
        assert made.bitools("setup").returncode == 0
        made.person("ayse", "bitools")
        made.person("zeki")
        yield made


def offered(box: Machine, shell: str, line: str, user: str = "ayse") -> list[str]:
    words = {"bash": ["bash", "--norc"], "zsh": ["zsh", "-f"], "fish": ["fish"]}[shell]
    said = box.run(*words, "-c", ASK[shell], user=user, environ={"LINE": line})
    assert said.returncode == 0, said.stderr
    return said.stdout.split()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands_options_and_names(box: Machine, shell: str) -> None:
    assert offered(box, shell, "bitools net sna") == ["snapshot"]
    assert offered(box, shell, "bitools net snapshot sw-099") == [f"sw-099{digit}" for digit in range(10)]
    assert offered(box, shell, "bitools net snapshot --site ") == ["garaj", "merkez"]
    assert offered(box, shell, "bitools net diff --against st") == ["startup"]
    assert offered(box, shell, "bitools backup run bel") == ["belgeler"]
    assert offered(box, shell, "bitools backup list --from ") == ["ana"]
    assert "--offline" in offered(box, shell, "bitools net diff --off")
    assert len(offered(box, shell, "bitools net show ")) == 1000


def test_names_are_the_groups_to_read_and_nobody_elses(box: Machine) -> None:
    assert offered(box, "bash", "bitools net show sw-0001", "zeki") == []
    kept = box.path("/var/cache/bitools/names.json")
    assert "10.0." not in kept.read_text()
    assert box.run("cat", "/var/cache/bitools/names.json", user="zeki").returncode == 1
    assert box.run("bash", "-c", "echo > /var/cache/bitools/x", user="ayse").returncode == 1
    sudo = box.path("/var/log/sudo-completion.log")
    box.write("/etc/sudoers.d/log", f"Defaults logfile={'/var/log/' + sudo.name}\n", 0o440)
    assert offered(box, "bash", "bitools net show sw-0001") == ["sw-0001"]
    assert not sudo.exists()


def test_a_new_device_is_known_once_the_inventory_was_read(box: Machine) -> None:
    devices = box.path("/etc/bitools/devices.yaml")
    devices.write_text(devices.read_text() + "  yeni-sw: {host: 10.9.9.9}\n")
    assert offered(box, "bash", "bitools net show yeni") == []
    assert box.bitools("inventory", "check").returncode == 0
    assert offered(box, "bash", "bitools net show yeni") == ["yeni-sw"]


def test_what_the_account_wrote_there_harms_no_shell(box: Machine) -> None:
    evil = json.dumps({"device": ["$(touch /tmp/x)", "a b", "\x1b[2J", "`id`", "iyi"], "site": 1})
    kept = box.path("/var/cache/bitools/names.json")
    before = kept.read_bytes()
    kept.write_text(evil)
    assert offered(box, "bash", "bitools net show ") in ([], ["iyi"])
    kept.unlink()
    box.run("mkfifo", "/var/cache/bitools/names.json", check=True)
    assert offered(box, "bash", "bitools net show ") == []
    kept.unlink()
    kept.write_bytes(before)


def test_the_words_of_the_command_tree_are_up_to_date() -> None:
    assert json.loads(TREE.read_bytes()) == described(), "run: make schema"


LINES = (
    (["user", "add", "--role", ""], {}, "words\nmemur\n"),
    (["ledger", "verify", "--file", "x"], {}, "files\n"),
    (["--lang", "tr", "net", "show", "sw"], {}, "words\nsw-01\n"),
    (["net", "snapshot", "--site=m"], {}, "words\n--site=merkez\n"),
    (["net", "snapshot", "--site", "=", "m"], {}, "words\nmerkez\n"),
    (["net", "snapshot", "sw-01", ""], {}, "words\n"),
    (["net", "search", "^ntp", ""], {}, "words\nsw-01\n"),
    (["net", "search", ""], {}, "words\n"),
    (["nothing", ""], {}, "words\n"),
    (["backup", "run", "belgeler", ""], {}, "words\nmis-db\n"),
    (["backup", "list", "--from", ""], {}, "words\nana\n"),
    (["backup", "replace", ""], {}, "words\nana\n"),
    (["net", "diff", "--between", "sw-01", ""], {}, "words\n"),
    (["net", "trust", "--replace", "s"], {}, "words\nsw-01\n"),
    (["-v", "--state", "x", "iplog", "se"], {}, "words\nseal\n"),
    (["user", "move", "ali.kaya", "--to", ""], {}, "words\nmemur\n"),
    (["ledger", "show", "--action", "net.ac"], {}, "words\nnet.ack\n"),
    (["init", "--switch-role", ""], {}, "words\nlan\nwan\n"),
    (["init", "--switch-platform", "cisco"], {}, "words\ncisco_ios\n"),
    (["report", "changes", "--html", ""], {}, "files\n"),
    (["schedule", "install", "--as", ""], {}, "words\ncron\nsystemd\n"),
    (["net", "snapshot", "--", "sw"], {}, "words\nsw-01\n"),
    (["net", "snapshot", "sw-01;rm"], {}, "words\n"),
    ([], {}, "words\nbackup\ndoctor\n"),
)


@pytest.mark.parametrize(("words", "environ", "said"), LINES)
def test_each_place_of_a_line(tmp_path: Path, words: list[str], environ: dict[str, str], said: str) -> None:
    named = {"device": ["sw-01"], "site": ["merkez"], "role": ["memur"], "dataset": ["belgeler", "mis-db"]}
    names.keep({**named, "repository": ["ana"], "platform": ["cisco_ios"]}, tmp_path)
    assert answer(words, {"BITOOLS_STATE": str(tmp_path), **environ}).startswith(said)


def test_nothing_but_the_standard_library_is_loaded_for_it(tmp_path: Path) -> None:
    script = (
        "import sys; from bitools.cli import main; main(['--complete', 'net', '']); "
        "print(sorted({'typer', 'pydantic', 'yaml', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.endswith("[]\n")


def test_the_manual_is_installed_in_both_languages_and_goes_with_the_rest(box: Machine) -> None:
    for language, place in (("C", "man"), ("tr", "man/tr")):
        found = box.run("sh", "-c", f"realpath $(man -L {language} -w bitools-net)")
        assert found.stdout.strip() == f"/usr/local/share/{place}/man1/bitools-net.1", found.stderr
    again = json.loads(box.bitools("setup", "--dry-run", "--json").stdout)
    assert not [item for item in again["items"] if "/man/" in item["target"]]
    away = json.loads(box.bitools("setup", "--remove", "--dry-run", "--json").stdout)
    targets = [item["target"] for item in away["items"] if item["kind"] == "remove"]
    assert {"/usr/local/share/man/man1/bitools.1", "/usr/local/share/man/tr/man1/bitools.1"} <= {*targets}
