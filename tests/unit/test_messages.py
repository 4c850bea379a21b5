"""Every human text has its Turkish: translated, none fuzzy, the same placeholders."""

from __future__ import annotations

import ast
import re
import string
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bitools import i18n
from bitools.cli import console  # noqa: F401 - it registers the error handler "bitools"
from bitools.cli.frame import placeholders
from bitools.i18n import lower
from tests.conftest import ROOT

METHODS = [("bitools/**.py", "python"), ("templates/**.j2", "jinja2")]
KEYWORDS = {"_": None, "ng": (1, 2)}


@cache
def written() -> dict[str, str]:
    """Every message of the source, and where it first stands."""
    found: dict[str, str] = {}
    options = {"templates/**.j2": {"trimmed": "false"}}
    for folder in ("bitools", "templates"):
        methods = [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in METHODS]
        for name, line, message, _comments, _context in extract_from_dir(
            ROOT / folder, methods, options, KEYWORDS, strip_comment_tags=False
        ):
            first = message[0] if isinstance(message, tuple) else message
            if first:
                found.setdefault(first, f"{folder}/{name}:{line}")
    return found


@cache
def catalogue() -> Catalog:
    with Path(ROOT, "bitools/locale/tr/LC_MESSAGES/bitools.po").open("rb") as file:
        return read_po(file, locale="tr")


def test_messages_are_found_in_code_and_templates() -> None:
    places = written().values()
    assert any(place.startswith("bitools/cli/") for place in places)
    assert any(place.startswith("templates/") for place in places)


def test_every_message_is_translated() -> None:
    missing = [
        f"{place}: {message!r}"
        for message, place in written().items()
        if not (entry := catalogue().get(message)) or not entry.string or entry.fuzzy
        or (isinstance(entry.string, tuple) and not all(entry.string))
    ]  # fmt: skip
    assert not missing, "not in Turkish yet:\n" + "\n".join(missing)


def test_nothing_is_translated_that_nobody_says() -> None:
    gone = [str(entry.id) for entry in catalogue() if entry.id and _first(entry.id) not in written()]
    assert not gone, "run: make messages"


def _first(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


@pytest.mark.parametrize("encoding", ["ascii", "cp1254", "cp857"])
def test_no_message_has_a_letter_that_a_poor_terminal_loses(encoding: str) -> None:
    texts = [*written(), *(text for entry in catalogue() for text in [entry.string] if isinstance(text, str))]
    texts += [path.read_text(encoding="utf-8") for path in (ROOT / "templates").glob("*.txt.j2")]
    texts += ["+1 −0 · ↕ ✓ ✗ →", "Café ﬁber"]
    lost = {
        character
        for character in set("".join(texts)) - {"?"}
        if "?" in character.encode(encoding, "bitools").decode(encoding)
    }
    assert lost == set()


@pytest.mark.parametrize("direction", ["source", "translation"])
def test_placeholders_are_the_same(direction: str) -> None:
    wrong = []
    for entry in catalogue():
        sources = [entry.id] if isinstance(entry.id, str) else list(entry.id)
        targets = [entry.string] if isinstance(entry.string, str) else list(entry.string)
        allowed = set().union(*(_fields(source) for source in sources))
        used = set().union(*(_fields(target) for target in targets))
        if (used - allowed) if direction == "translation" else (allowed - used):
            wrong.append(f"{sources[0]!r} → {targets[0]!r}")
    assert not wrong, "\n".join(wrong)


def _fields(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


def glossary() -> list[tuple[str, list[str], list[str]]]:
    """English word, Turkish stems of which one must stand for it, and what must stand nowhere."""
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line[1:-1].split("|")] for line in text.splitlines() if line[:2] == "| "
    ]
    parts = [(word, turkish.split(", "), never.split(", ") if never else []) for word, turkish, never in rows]
    return [part for part in parts if part[0] not in ("English", "---")]


# Where the word is no word of ours: names of columns and options, the system's own sentences.
NOT_OURS = (
    "headings must say who (employee_id or account) and what (item)",
    "the other tool's files; Nornir's hosts, groups and defaults together",
    "a condition needs must, must_not, secrets or device",
    "No space left on device",
    "{folder}: holds a site that is not ours",
)


def _prose(message: str) -> str:
    """The English without commands, keys, file names and placeholders."""
    return re.sub(
        r"bitools .*|\{\w+\}|\(\?\S*|\b\w+\.\w+\b|\b[\w.]+:(?=[\s,]|$)|username and password|\S+\.yaml\b.*|\S*[/=_]\S*|`[^`]*`",
        " ",
        message,
    )


@pytest.mark.parametrize(("word", "turkish", "never"), glossary(), ids=[row[0] for row in glossary()])
def test_one_word_for_one_thing(word: str, turkish: list[str], never: list[str]) -> None:
    wrong = []
    for entry in catalogue():
        message = _first(entry.id)
        texts = [entry.string] if isinstance(entry.string, str) else list(entry.string)
        said = lower(" ".join(texts))
        if not message or message in NOT_OURS:
            continue
        stands = "(" not in word and re.search(rf"(?<![\w-]){word}s?(?![\w-])", _prose(message))
        if stands and not any(lower(one) in said for one in turkish):
            wrong.append(f"{message!r} → {said!r}: no {' or '.join(turkish)}")
        wrong += [
            f"{message!r} → {said!r}: {one}" for one in never if re.search(rf"\b{one}(?!siz|le|li)", said)
        ]
    assert not wrong, "\n".join(wrong)


def test_what_stands_for_a_value_has_one_name_in_help_and_hints() -> None:
    """`--state KLASÖR` in a help is no `--state DIR` in the hint that leads to it."""
    english = placeholders.words()
    i18n.use("tr")
    turkish = placeholders.words()
    foreign = [word for word in english if turkish[word] != word]
    found = re.compile(rf"(?<![\w$-])(?:{'|'.join(foreign)})(?![\w-])")
    said = [(one.id, re.sub("`[^`]*`", "", "".join(one.string))) for one in catalogue()]
    wrong = [f"{one!r} → {text!r}" for one, text in said if found.search(text)]
    assert not wrong, "\n".join(wrong)


def test_no_message_hides_where_the_catalogue_does_not_look() -> None:
    """Inside the braces of an f-string nothing is collected: it would stay English for ever."""
    known = {_first(entry.id) for entry in catalogue()}
    hidden = []
    for path in (ROOT / "bitools").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("_", "ng") and node.args:
                said = node.args[0]
                if isinstance(said, ast.Constant) and said.value not in known:
                    hidden.append(f"{path.name}:{node.lineno}: {said.value}")
    assert hidden == []
