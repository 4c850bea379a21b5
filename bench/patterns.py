"""Every shipped pattern on its own worst text: what nearly matches it, a megabyte long.

`python -m bench.patterns measure FILE` tries all of them on shorter texts; the slowest, and whatever grows
faster than its text, are measured on a megabyte, once, and the worst figures noted: seconds of processor; of
`growth` the time of 2 MB over that of 1 MB. The error stream says whose they were.
`search|substitute|growth FILE` prints one. All takes two minutes of processor.
"""

from __future__ import annotations

import gc
import importlib
import json
import pkgutil
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]  # what nearly matches is read from the parsed pattern
from typing import NamedTuple

from bench.frame import ROOT, Contest, Limit
from bitools import platforms, regex
from bitools.net import decisions
from bitools.net.decisions.grammar import Grammar, grammar

MEGABYTE = 1_000_000
_MEASURABLE = 0.02  # seconds; a shorter time grows by chance
_WORTH = 0.005  # seconds; the same of a fifth of it
_LINEAR = 25.0  # times as long on ten times as much: beyond it a pattern is suspicious, and measured whole
_SLOWEST, _GROWN = 40, 12  # so many are measured whole
_SIGNS = frozenset("\\[(^$|*+?{.")
_OTHER = "\x01"  # where a pattern takes anything else


class Case(NamedTuple):
    """A pattern and which of its texts."""

    pattern: str
    lines: bool
    number: int


@contextmanager
def contests() -> Iterator[list[Contest | Limit]]:
    """The three figures, each against its limit."""
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder, "figures.json"))
        words = [sys.executable, "-m", "bench.patterns"]
        subprocess.run([*words, "measure", file], check=True, cwd=ROOT)
        yield [
            Limit("search 1 MB of a pattern's worst text", [*words, "search", file], 200, "told", "ms"),
            Limit("substitute in it", [*words, "substitute", file], 1000, "told", "ms"),
            Limit("2 MB of it over 1 MB, thousandths", [*words, "growth", file], 2500, "told", "‰"),
        ]


def every() -> list[regex.Pattern]:
    """All that bitools compiles for what devices say: of its own modules, and of each platform.

    What a module keeps as words, and compiles when it first meets such a line, is compiled here.
    """
    for module in pkgutil.walk_packages(decisions.__path__, f"{decisions.__name__}."):
        kept = vars(importlib.import_module(module.name)).items()
        _compile(text for name, value in kept if not name.startswith("__") for text in _texts(value))
    for name in platforms.names():
        known = grammar(platforms.load(name))
        for attribute, value in vars(Grammar).items():
            if isinstance(value, cached_property):
                getattr(known, attribute)
        _compile(_texts(platforms.load(name).model_dump()))
    found = {(one.pattern, one.lines): one for one in gc.get_objects() if isinstance(one, regex.Pattern)}
    return [found[key] for key in sorted(found)]


def _compile(texts: Iterable[str]) -> None:
    for text in texts:
        if _SIGNS.intersection(text):  # else it is words, which are found by themselves
            with suppress(regex.Unsuitable, re.error):  # no pattern: a title, a command
                regex.compile(text, lines=True)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _texts(one)


def worst(pattern: str, size: int) -> list[str]:
    """Texts of about `size` letters that keep the engine hoping: what nearly matches, once and again."""
    try:
        near = "".join(_sample(_parser.parse(pattern)))
    except re.error:  # re2 knows more than re's own parser: \p{…}, say
        near = "".join(letter for letter in pattern if letter.isalnum() or letter == " ")
    near = near[:4000] or "a"
    cut = near[:-1] or near
    last = near[-1]
    lines = (cut + "\n") * (size // (len(cut) + 1) + 1)
    return [
        (cut * (size // len(cut) + 1))[:size],
        lines[:size],
        (cut + last * size)[: size - 1] + _OTHER,
        (cut + " " * size)[: size - 1] + _OTHER,
    ]


def _sample(items: object) -> Iterator[str]:
    """Letters that a parsed pattern takes, the shortest way, each repeat at least once."""
    for operation, argument in items:  # type: ignore[attr-defined]  # re's parsed pattern
        match str(operation):
            case "LITERAL":
                yield chr(argument)
            case "NOT_LITERAL":
                yield "a" if argument != ord("a") else "b"
            case "ANY":
                yield "a"
            case "IN":
                yield _one_of(argument)
            case "BRANCH":
                yield from _sample(argument[1][0])
            case "SUBPATTERN":
                yield from _sample(argument[3])
            case "MAX_REPEAT" | "MIN_REPEAT":
                for _ in range(max(1, min(argument[0], 50))):
                    yield from _sample(argument[2])


def _one_of(choices: list[tuple[object, int]]) -> str:
    known = {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a"}
    named = [str(operation) for operation, _argument in choices]
    if named[0] == "NEGATE":
        refused = {argument for operation, argument in choices if str(operation) == "LITERAL"}
        return next(letter for letter in "ab1.x-" if ord(letter) not in refused)
    operation, argument = choices[0]
    if str(operation) == "RANGE":
        return chr(argument[0])  # type: ignore[index]
    return chr(argument) if str(operation) == "LITERAL" else known.get(str(argument), "a")


def _took(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def _search(pattern: regex.Pattern, text: str) -> float:
    return _took(lambda: pattern.search(text))


def _substitute(pattern: regex.Pattern, text: str) -> float:
    return _took(lambda: pattern.sub("", text))


_ACTS = {"search": _search, "substitute": _substitute}


def choose() -> dict[str, list[Case]]:
    """Try every pattern on a fiftieth and a fifth of its texts; give those that are slowest, or grow."""
    tried: dict[str, list[tuple[float, float, Case]]] = {name: [] for name in _ACTS}
    for pattern in every():
        small, large = (worst(pattern.pattern, MEGABYTE // part) for part in (50, 5))
        for number in range(len(large)):
            case = Case(pattern.pattern, pattern.lines, number)
            for name, act in _ACTS.items():
                little, much = act(pattern, small[number]), act(pattern, large[number])
                growth = much / little if little and much > _WORTH else 0.0
                tried[name].append((much, growth, case))
    chosen: dict[str, list[Case]] = {}
    for name, rows in tried.items():
        slowest = sorted(rows, reverse=True)[:_SLOWEST]
        growing = [row for row in rows if row[1] > _LINEAR]
        chosen[name] = [case for _much, _growth, case in dict.fromkeys([*slowest, *growing])]
    grown = sorted(tried["substitute"], reverse=True)[:_GROWN]
    chosen["growth"] = [*(row[2] for row in grown), *(row[2] for row in tried["search"] if row[1] > _LINEAR)]
    sys.stderr.write(f"{len(tried['search'])} texts tried, {sum(map(len, chosen.values()))} chosen\n")
    return chosen


def _growth(case: Case) -> float:
    """How many times as long two megabytes take as one, the longer of both acts."""
    pattern = regex.compile(case.pattern, lines=case.lines)
    once, twice = (worst(case.pattern, size)[case.number] for size in (MEGABYTE, 2 * MEGABYTE))
    found = [0.0]
    for act in _ACTS.values():
        took = min(act(pattern, once) for _ in range(2))
        if took > _MEASURABLE:
            found.append(min(act(pattern, twice) for _ in range(2)) / took)
    return max(found)


def _figure(what: str, case: Case) -> float:
    if what == "growth":
        return _growth(case)
    text = worst(case.pattern, MEGABYTE)[case.number]
    return _ACTS[what](regex.compile(case.pattern, lines=case.lines), text)


def main(what: str, file: Path) -> None:
    """Note the worst figures of all that were chosen, or print one of them."""
    if what != "measure":
        sys.stdout.write(f"{json.loads(file.read_text())[what]}\n")
        return
    figures = {}
    for name, cases in choose().items():
        figures[name], worst_of_all = max((_figure(name, case), case) for case in cases)
        sys.stderr.write(f"{name}: {len(cases)} texts; {figures[name]:.3f}: {worst_of_all.pattern}\n")
    file.write_text(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
