"""`-` is standard input wherever a file is read; where one is written it stays what it was."""

from __future__ import annotations

from bitools.cli.frame.named_files import from_stdin
from tests.conftest import CommandLine

IN = "/dev/stdin"


def test_a_dash_is_standard_input_where_a_file_is_read() -> None:
    assert from_stdin(["user", "sync", "-"]) == ["user", "sync", IN]
    assert from_stdin(["net", "diff", "--files", "-", "b.cfg"]) == ["net", "diff", "--files", IN, "b.cfg"]
    assert from_stdin(["inventory", "import", "--format", "csv", "-"])[-1] == IN
    assert from_stdin(["user", "disable", "-"]) == ["user", "disable", IN]


def test_where_one_is_written_it_is_none() -> None:
    words = ["user", "add", "--given", "Ali", "--surname", "Veli", "--role", "memur", "--slip-to", "-"]
    assert from_stdin(words) == words
    assert from_stdin(["net", "show", "-"]) == ["net", "show", "-"]


def test_two_configurations_one_of_them_piped(bitools: CommandLine, tmp_path) -> None:
    new = tmp_path / "new.cfg"
    new.write_text("hostname b\n!\nend\n")
    words = ["net", "diff", "--files", "-", str(new), "--platform", "cisco_ios"]
    answer = bitools(*words, stdin="hostname a\n!\nend\n")
    assert answer.code == 0, answer.stderr
    assert "hostname b" in answer.stdout


def test_another_tools_list_is_piped(bitools: CommandLine) -> None:
    answer = bitools("inventory", "import", "--format", "rancid", "-", stdin="sw-merkez-01:cisco:up\n")
    assert answer.code == 0, answer.stderr
    assert "sw-merkez-01:" in answer.stdout
    wrong = bitools("inventory", "import", "--format", "rancid", "-", stdin="x\n")
    assert "/dev/stdin" not in wrong.stderr, "it is called as it was typed"
