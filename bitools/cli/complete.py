"""`bitools --complete WORDS…`: what the last word may become. A shell asks at every press of the key.

So nothing is loaded but the standard library: the commands are read from `tree.json`, which `make schema`
writes from the command tree, and names from where they were kept (`inventory.names`). No sudo, no inventory.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from bitools.inventory import names

TREE = Path(__file__).with_name("tree.json")


class DescribedCommand(TypedDict):
    """A command: the names of those within it, its options and arguments with the kind of their value."""

    commands: list[str]
    options: dict[str, str]
    arguments: list[str]


Tree = Mapping[str, DescribedCommand]  # by what is typed; the root's is empty


def answer(words: Sequence[str], environ: Mapping[str, str]) -> str:
    """The kind of word, and every word that it may become, a line each."""
    tree: Tree = json.loads(TREE.read_bytes())
    *before, last = _joined(words) or [""]
    given = dict(_given(before)).get("--state") or environ.get("BITOOLS_STATE")
    kind, before_value = _kind(tree, before, last)
    if kind == "file":
        return "files\n"
    begun = last.removeprefix(before_value)
    prefix = "" if "=" in words[-2:] else before_value  # of what bash parted it completes the value alone
    found = _words(tree, kind, before, names.known(Path(given) if given else None))
    return "words\n" + "".join(f"{prefix}{word}\n" for word in found if word.startswith(begun))


def _joined(words: Sequence[str]) -> list[str]:
    """bash parts `--site=merkez` at the mark: `--site`, `=`, `merkez`."""
    joined: list[str] = []
    for word in words:
        if word == "=" and joined and joined[-1].startswith("--"):
            joined[-1] += "="
        elif joined and joined[-1].startswith("--") and joined[-1].endswith("="):
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _given(words: Sequence[str]) -> Iterable[tuple[str, str]]:
    """The options of a line with their values, as far as they stand side by side."""
    for position, word in enumerate(words):
        option, mark, value = word.partition("=")
        yield option, value if mark else "".join(words[position + 1 : position + 2])


def _path(tree: Tree, words: Sequence[str]) -> tuple[str, list[str]]:
    """The command that these words name, as far as they do, and the words behind its name."""
    path, rest, skip = "", [], False
    for position, word in enumerate(words):
        if skip:
            skip = False
        elif word.startswith("-") and (path not in tree or tree[path]["commands"]):
            skip = bool(tree[""]["options"].get(word, "")) and "=" not in word
        elif path in tree and word in tree[path]["commands"]:
            path = f"{path} {word}".strip()
        else:
            rest = list(words[position:])
            break
    return path, rest


def _kind(tree: Tree, before: Sequence[str], last: str) -> tuple[str, str]:
    """What the last word is, and how much of it stands before what it names."""
    path, rest = _path(tree, before)
    options = tree[""]["options"] | tree[path]["options"]
    option, mark, _value = last.partition("=")
    if last.startswith("--") and mark:
        return options.get(option, ""), option + mark
    if before and before[-1].startswith("-") and options.get(before[-1], "") and "--" not in before[:-1]:
        return options[before[-1]], ""
    if last.startswith("-") and "--" not in before:
        return "option", ""
    if tree[path]["commands"]:
        return "" if rest else "command", ""
    arguments = tree[path]["arguments"]
    number = _arguments(rest, options)
    return (arguments[min(number, len(arguments) - 1)] if arguments else ""), ""


def _arguments(rest: Sequence[str], options: Mapping[str, str]) -> int:
    """How many arguments stand there already."""
    count, skip = 0, False
    for word in rest:
        if skip:
            skip = False
        elif word.startswith("-") and word != "-":
            skip = bool(options.get(word, ""))
        else:
            count += 1
    return count


def _words(tree: Tree, kind: str, before: Sequence[str], known: Mapping[str, Sequence[str]]) -> Iterable[str]:
    here = tree[_path(tree, before)[0]]
    if kind == "command":
        return list(here["commands"])
    if kind == "option":
        return sorted(one for one in tree[""]["options"] | here["options"] if one.startswith("--"))
    if kind.startswith("="):
        return kind[1:].split(",")
    return [name for name in known.get(kind, ()) if name not in before]


def run(words: Sequence[str], environ: Mapping[str, str]) -> int:
    """Write the answer to stdout."""
    sys.stdout.write(answer(words, environ))
    return 0
