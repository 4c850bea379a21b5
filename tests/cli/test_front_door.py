"""The front door: help that loads nothing heavy, one error object, one table of codes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from typer.main import get_command

from bitools import i18n
from bitools.cli.frame.app import GROUPS, tree
from bitools.cli.frame.usage import global_options_first, help_for
from bitools.cli.language import choose_language
from bitools.errors import Code
from bitools.net.wire.history import Entry, History
from bitools.state import State
from lab.patience import HANGS
from tests.conftest import ROOT, CommandLine

HEAVY = ("netmiko", "napalm", "paramiko", "ldap3", "jinja2", "pydantic", "yaml")


@pytest.mark.parametrize(
    "words", [[], *([group] for group in GROUPS), ["doctor"]], ids=lambda words: " ".join(words) or "bitools"
)
def test_help_loads_nothing_heavy_and_has_a_sentence_examples_and_codes(words: list[str]) -> None:
    script = (
        "import sys\n"
        "from bitools.cli import main\n"
        f"code = main(['--lang', 'en', *{words!r}, '--help'])\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "print('CODE', code, 'HEAVY', heavy)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert "CODE 0 HEAVY []" in done.stdout
    assert done.stdout.count("\n    bitools ") >= 2, "two examples"
    assert "Exit codes: 0 done" in done.stdout


def _commands() -> list[list[str]]:
    found = []
    for group, command in get_command(tree()).commands.items():  # type: ignore[attr-defined]
        children = getattr(command, "commands", None)
        found += [[group, name] for name in children] if children else [[group]]
    return found


@pytest.mark.in_process
@pytest.mark.parametrize("words", _commands(), ids=" ".join)
def test_every_command_has_examples_codes_and_json(words: list[str], bitools: CommandLine) -> None:
    answer = bitools(*words, "--help")
    assert answer.code == 0
    assert answer.stdout.count("\n    ") >= 2
    assert "Exit codes: 0 done" in answer.stdout
    assert "--json" in answer.stdout
    assert answer.stderr == ""


@pytest.mark.parametrize(
    ("words", "environ", "language"),
    [
        (["--lang", "en"], {"BITOOLS_LANG": "tr"}, "en"),
        (["--lang=tr"], {"LANG": "en_GB.UTF-8"}, "tr"),
        ([], {"BITOOLS_LANG": "en", "LANG": "tr_TR.UTF-8"}, "en"),
        ([], {"LANG": "tr_TR.UTF-8"}, "tr"),
        ([], {"LANG": "de_DE.UTF-8"}, "en"),
        ([], {"LANG": "C.UTF-8"}, "tr"),
        ([], {}, "tr"),
    ],
)
def test_the_language_is_chosen_once(words: list[str], environ: dict[str, str], language: str) -> None:
    assert choose_language(words, environ) == language
    assert language in i18n.LANGUAGES


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        (["net", "snapshot", "sw-07", "-v"], ["-v", "net", "snapshot", "sw-07"]),
        (["net", "diff", "--lang", "tr", "--site=a"], ["--lang", "tr", "net", "diff", "--site=a"]),
        (["net", "diff", "--state=/x", "-q"], ["--state=/x", "-q", "net", "diff"]),
        (["net", "show", "--", "-v"], ["net", "show", "--", "-v"]),
        (["net", "diff", "--lang"], ["--lang", "net", "diff"]),
    ],
)
def test_global_options_may_stand_anywhere(typed: list[str], understood: list[str]) -> None:
    assert global_options_first(typed) == understood


def test_no_command_takes_a_global_option_for_its_own() -> None:
    whole = get_command(tree())
    for words in _commands():
        command = whole
        for word in words:
            command = command.commands[word]  # type: ignore[attr-defined]
        own = {option for parameter in command.params for option in parameter.opts}
        assert not own & {"-v", "--verbose", "-q", "--quiet", "--lang", "--inventory", "--state"}, words


HELP = """
import sys
from bitools import i18n
i18n.use(sys.argv[1])
import functools
import typer.main
typer.main.get_command = functools.cache(typer.main.get_command)
from bitools.cli.frame.usage import help_for
for words in sys.stdin.read().splitlines():
    print("\x1e", words)
    print(help_for([*words.split(), "--help"]))
"""


def _help(language: str) -> dict[str, list[str]]:
    """Every command's help in one language, in one process."""
    commands = "\n".join(["", *GROUPS, *(" ".join(words) for words in _commands())])
    done = subprocess.run(
        [sys.executable, "-c", HELP, language], input=commands + "\n", capture_output=True, text=True, cwd=ROOT,
        env={**os.environ, "LANGUAGE": language}, check=True,
    )  # fmt: skip
    parts = done.stdout.split("\x1e ")[1:]
    return {part.partition("\n")[0].strip(): part.partition("\n")[2].splitlines() for part in parts}


def test_turkish_help_is_turkish_to_the_last_word() -> None:
    """No line reads as in English, but for examples and for what is typed as it stands."""
    english, turkish = _help("en"), _help("tr")
    assert len(english) == len(turkish) > 60
    left = []
    for words, lines in turkish.items():
        assert "Çıkış kodları" in "\n".join(lines)
        same = set(lines) & set(english[words])
        left += [f"{words}: {line}" for line in same if _is_prose(line)]
        left += [
            f"{words}: {found}"
            for found in re.findall(r"<(?:str|list|int|path|float)\b[^>]*>", "\n".join(lines))
        ]
    assert left == []


def _is_prose(line: str) -> bool:
    """Is there a word in it that is neither an example, an option, a choice nor the exit codes' numbers?"""
    example = line.startswith("    ") and not line.startswith("     ")
    if example or re.fullmatch(r" {2}(-\w, )?--[\w-]+ <[\w|-]+>", line.rstrip()):
        return False
    return bool(re.search(r"[A-Za-z]{2}", re.sub(r"--?[\w-]+|<[\w|-]+>|\b[A-Z]+\b|\S*[./=:]\S*", "", line)))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("report", "test", "--to"), "--to için 1 değer gerekli"),
        (("net", "diff", "--between", "a"), "--between için 2 değer gerekli"),
        (("report", "year", "2026", "2027"), "fazladan: 2027"),
        (("net", "diff", "--offline=1"), "--offline değer almaz"),
        (("net", "diff", "--deadline", "0"), "--deadline: en az 1 olmalı"),
        (("backup", "restore"), "AD eksik"),
        (("user", "disable", "ayse", "--max-changes", "x"), "--max-changes: tam sayı olmalı"),
        (("net", "diff", "--foo"), '"--foo" diye bir seçenek yok'),
    ],
)
def test_a_wrong_command_line_is_explained_in_turkish(
    bitools: CommandLine, words: tuple[str, ...], said: str
) -> None:
    answer = bitools("--lang", "tr", *words)
    assert answer.code == Code.USAGE
    assert said in answer.stderr
    assert f"bakın: bitools {words[0]} {words[1]} --help" in answer.stderr


def test_a_wrong_date_is_answered_with_right_ones(bitools: CommandLine) -> None:
    answer = bitools("ledger", "show", "--since", "yarın", environ={"BITOOLS_LANG": "tr"})
    assert answer.code == Code.USAGE
    assert '--since: "yarın" geçerli bir tarih ya da saat değil' in answer.stderr
    assert "28.11.2026 14:30" in answer.stderr


@pytest.mark.parametrize(
    "words", [("list", "--stale", "x"), ("list", "--expiring", "-1"), ("audit", "--stale", "0")]
)
def test_a_number_of_days_that_is_none_is_refused_with_examples(
    bitools: CommandLine, words: tuple[str, ...]
) -> None:
    answer = bitools("--lang", "tr", "user", *words)
    assert answer.code == Code.USAGE
    assert f'{words[-2]}: "{words[-1]}" geçerli bir süre değil' in answer.stderr
    assert "6mo" in answer.stderr


@pytest.mark.in_process
def test_a_wrong_word_is_usage_with_an_object_for_machines(bitools: CommandLine) -> None:
    answer = bitools("inventory", "chek", "--json")
    assert answer.code == Code.USAGE
    assert answer.stdout == ""
    assert answer.error["code"] == 2
    assert "check" in answer.error["error"]


@pytest.mark.in_process
def test_an_invalid_inventory_is_one_object_on_stderr_and_nothing_on_stdout(
    municipality: CommandLine,
) -> None:
    (municipality.inventory / "sites.yaml").write_text("sites:\n  merkez: {nmae: Merkez}\n")
    answer = municipality("inventory", "list", "--json")
    assert answer.code == Code.INVALID
    assert answer.stdout == ""
    assert answer.error["code"] == 10
    assert "sites.yaml:2" in answer.error["error"]
    assert "Traceback" not in answer.stderr


@pytest.mark.in_process
@pytest.mark.parametrize("group", ["net", "backup", "user"])
def test_every_job_meets_an_empty_folder_with_the_same_clear_error(bitools: CommandLine, group: str) -> None:
    words = {"net": ["net", "snapshot"], "backup": ["backup", "plan"], "user": ["user", "show", "ali.veli"]}[
        group
    ]
    answer = bitools(*words)
    assert answer.code == Code.INVALID
    assert "no inventory here" in answer.stderr
    assert "devices.yaml" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_current_directory_is_never_an_inventory(municipality: CommandLine) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bitools", "inventory", "check"],
        env={
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "BITOOLS_LANG": "en",
            "PYTHONPATH": str(ROOT),
        },
        cwd=municipality.inventory,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == Code.INVALID
    assert "/etc/bitools" in done.stderr


@pytest.mark.parametrize(
    ("words", "environ", "said"),
    [
        ((), {"LANG": "en_US.UTF-8"}, "bağlantı reddedildi"),
        (("--lang", "en"), {"LANG": "tr_TR.UTF-8"}, "connection refused"),
        ((), {"BITOOLS_LANG": "en"}, "connection refused"),
        (("--json",), {"LANG": "tr_TR.UTF-8"}, "connection refused"),
    ],
)
def test_what_a_timer_stores_is_in_the_municipalitys_language(
    municipality: CommandLine, words: tuple[str, ...], environ: dict[str, str], said: str
) -> None:
    environ = {"BITOOLS_LANG": "", "DEVICE_PASSWORD": "x", **environ}
    municipality("net", "snapshot", *words, environ=environ)
    [document] = (municipality.state / "documents").glob("*.net.snapshot.json")
    assert said in document.read_text()


def test_a_format_for_machines_is_english_where_nobody_looks(municipality: CommandLine) -> None:
    entry = Entry("sw-01", "hostname sw-01\nline vty 0 4\n transport input telnet\n", "", {"Device": "sw-01"})
    History(State(municipality.state)).store([entry], datetime.now(UTC))
    said = [
        municipality("net", "check", "--format", "sarif", environ={"BITOOLS_LANG": "", "LANG": locale}).stdout
        for locale in ("tr_TR.UTF-8", "en_US.UTF-8")
    ]
    assert said[0] == said[1] == municipality("net", "check", "--format", "sarif").stdout
    assert "telnet" in said[0]


MACHINE = (
    ("doctor", "--json"),  # says much in words
    ("net", "snapshot", "--json"),  # every device fails, with a hint
    ("net", "check", "--format", "json"),
    ("net", "check", "--format=sarif"),
    ("schedule", "show", "--json"),
    ("user", "name", "--given", "Ayşe", "--surname", "Öztürk", "--json"),
    ("report", "daily", "--json"),
    ("report", "year", "2026", "--json"),
    ("ledger", "verify", "--head", "x", "--json"),  # an error
    ("inventory", "chek", "--json"),
)


@pytest.mark.parametrize("words", MACHINE, ids=" ".join)
def test_json_is_byte_identical_in_both_languages(municipality: CommandLine, words: tuple[str, ...]) -> None:
    said = []
    for language in ("en", "tr"):
        answer = municipality("--lang", language, *words, environ={"DEVICE_PASSWORD": "x"})
        assert answer.stdout or answer.stderr
        volatile = r'"(started|finished|run|time|exported)": "[^"]*"'
        said.append((answer.code, re.sub(volatile, "", answer.stdout), answer.stderr))
    assert said[0] == said[1]


def test_json_on_a_poor_terminal_loses_no_letter(municipality: CommandLine) -> None:
    (municipality.inventory / "sites.yaml").write_text("sites:\n  merkez: {name: Şişli İğdır}\n  garaj: {}\n")
    environ = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    document = municipality("report", "month", "2026-11", "--json", environ=environ).document
    assert document["subject"]
    rich = municipality("report", "month", "2026-11", "--json").document
    assert document["subject"] == rich["subject"]
    assert document["subject"] != document["subject"].encode("ascii", "replace").decode()


@pytest.mark.parametrize("encoding", ["ascii", "cp1254", "cp857"])
@pytest.mark.parametrize(
    "words",
    [("doctor",), ("net", "diff", "--help"), ("net", "snapshot"), ("report", "year"), ("inventory", "chek")],
    ids=" ".join,
)
def test_no_terminal_is_too_poor(municipality: CommandLine, encoding: str, words: tuple[str, ...]) -> None:
    environ = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "BITOOLS_LANG": "tr", "DEVICE_PASSWORD": "x"}
    done = subprocess.run(
        [sys.executable, "-m", "bitools", *words],
        env=municipality.environment(environ),
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode != Code.BUG
    assert b"Traceback" not in done.stderr
    for stream in (done.stdout, done.stderr):
        text = stream.decode(encoding)
        assert not re.search(r"\?\w", text), "a letter became a question mark"
    assert done.stdout or done.stderr


def test_a_reader_that_leaves_early_is_no_complaint(municipality: CommandLine) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m bitools inventory schema | head -c 1"],
        env=municipality.environment(), capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell does before `command &`


@pytest.mark.parametrize("born", [None, _ignore_interrupts], ids=["in front", "behind"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_with_130(
    municipality: CommandLine, number: signal.Signals, born: Callable[[], None] | None
) -> None:
    """A secret's command that hangs stands for any work in progress."""
    devices = municipality.inventory / "devices.yaml"
    devices.write_text(devices.read_text().replace("'env:DEVICE_PASSWORD'", "'command:sleep 60'"))
    settings = municipality.inventory / "settings.yaml"
    mark = municipality.inventory.parent / "started"
    settings.write_text(f"mask_key: 'command:sh -c \"touch {mark}; exec sleep 60\"'\n")
    child = subprocess.Popen(
        [sys.executable, "-m", "bitools", "net", "snapshot"],
        env=municipality.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        preexec_fn=born,
    )  # fmt: skip
    deadline = time.monotonic() + HANGS
    while not mark.exists() and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert mark.exists(), child.communicate()
    child.send_signal(number)
    _stdout, stderr = child.communicate(timeout=HANGS)
    assert child.returncode == Code.INTERRUPTED
    assert "Traceback" not in stderr


@pytest.mark.parametrize("language", ["tr", "en"])
def test_a_list_of_commands_says_whole_sentences(language: str) -> None:
    """Nothing is cut off with dots: a sentence that is longer than its line goes on below."""
    i18n.use(language)
    tree.cache_clear()
    for group in ("", *GROUPS):
        said = help_for([*([group] if group else []), "--help"])
        listed = said.partition("\n\n  ")[2].splitlines()
        assert [line for line in listed if line.rstrip().endswith(("...", "…"))] == []
    tree.cache_clear()
