"""Every shipped pattern on its own worst text: what nearly matches it, a megabyte long.

`python -m bench.patterns search|substitute|growth` prints the worst figure of all patterns (seconds of
processor; of `growth` the time of 2 MB over that of 1 MB), and on the error stream which pattern it was.
"""

from __future__ import annotations

import gc
import importlib
import pkgutil
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from re import _parser  # type: ignore[attr-defined]  # what nearly matches is read from the parsed pattern

from bench.frame import Contest, Limit
from bitools import platforms, regex
from bitools.net import decisions
from bitools.net.decisions.grammar import Grammar, grammar

MEGABYTE = 1_000_000
_MEASURABLE = 0.02  # seconds; a shorter time grows by chance
_OTHER = "\x01"  # where a pattern takes anything else


@contextmanager
def contests() -> Iterator[list[Contest | Limit]]:
    """The three figures, each against its limit."""
    words = [sys.executable, "-m", "bench.patterns"]
    yield [
        Limit("search 1 MB of a pattern's worst text", [*words, "search"], 200, "told", "ms"),
        Limit("substitute in it", [*words, "substitute"], 1000, "told", "ms"),
        Limit("2 MB of it over 1 MB, thousandths", [*words, "growth"], 2500, "told", "‰"),
    ]


def every() -> list[regex.Pattern]:
    """All that bitools compiles for what devices say: of its own modules, and of each platform."""
    for module in pkgutil.iter_modules(decisions.__path__, f"{decisions.__name__}."):
        importlib.import_module(module.name)
    for name in platforms.names():
        known = grammar(platforms.load(name))
        for attribute, value in vars(Grammar).items():
            if isinstance(value, cached_property):
                getattr(known, attribute)
        for text in _texts(platforms.load(name).model_dump()):
            try:
                regex.compile(text, lines=True)
            except regex.Unsuitable:
                continue  # no pattern: a title, a command
    found = {one.pattern: one for one in gc.get_objects() if isinstance(one, regex.Pattern)}
    return [found[key] for key in sorted(found)]


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


def _growth(pattern: regex.Pattern, number: int) -> float:
    once = min(_search(pattern, worst(pattern.pattern, MEGABYTE)[number]) for _ in range(2))
    twice = min(_search(pattern, worst(pattern.pattern, 2 * MEGABYTE)[number]) for _ in range(2))
    return twice / once if once > _MEASURABLE else 0.0


def main(what: str) -> None:
    """Print the worst figure of all."""
    found: list[tuple[float, str]] = []
    for pattern in every():
        for number, text in enumerate(worst(pattern.pattern, MEGABYTE)):
            if what == "growth":
                figure = _growth(pattern, number)
            else:
                figure = {"search": _search, "substitute": _substitute}[what](pattern, text)
            found.append((figure, pattern.pattern))
    figure, pattern_text = max(found)
    sys.stderr.write(f"{len(found)} texts; {figure:.3f}: {pattern_text}\n")
    sys.stdout.write(f"{figure}\n")


if __name__ == "__main__":
    main(sys.argv[1])
