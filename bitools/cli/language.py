"""Which language a command line is answered in, chosen from its words before the command tree is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from bitools import i18n

MACHINE_FORMATS = ("json", "sarif", "junit")


def for_machines(arguments: Sequence[str]) -> bool:
    """Is JSON asked for, or its like? Then its texts are English in every language: scripts compare bytes."""
    if {"-h", "--help"} & set(arguments):
        return False
    return asks_for(arguments, *MACHINE_FORMATS)


def asks_for(arguments: Sequence[str], *formats: str) -> bool:
    """Is one of these formats asked for, JSON among them?"""
    asked = {"--json", *(f"--format={name}" for name in formats)}
    pairs = {("--format", name) for name in formats}
    return bool(asked & set(arguments) or pairs & set(pairwise(arguments)))


def choose_language(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """`--lang`, else BITOOLS_LANG, else the locale; a machine that says nothing speaks Turkish."""
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            wish = arguments[position + 1]
        elif argument.startswith("--lang="):
            wish = argument.removeprefix("--lang=")
        else:
            continue
        if wish in i18n.LANGUAGES:
            return wish
    for name in ("BITOOLS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        code = environ.get(name, "").partition(".")[0].partition("_")[0]
        if code and code not in ("C", "POSIX"):
            return "tr" if code == "tr" else "en"
    return "tr"
