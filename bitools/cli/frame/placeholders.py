"""What a help text calls a value: `CİHAZ`, `DOSYA`, where the command-line library says `<list[str]>`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.cli.frame.parsed import Parameter

_KINDS = {"path": "FILE", "int": "NUMBER", "int range": "NUMBER", "float range": "NUMBER"}


def name_values(command: object) -> None:
    """Name what the options and arguments of a command take, in the language that is spoken now."""
    for parameter in getattr(command, "params", ()):
        if parameter.param_type_name == "argument":
            parameter.metavar = shown(parameter)
            parameter.display_type_rich = _nothing
        elif not parameter.is_flag and (parameter.metavar or "|" not in parameter.display_type(None)):
            parameter.metavar = shown(parameter)  # a choice is typed as it stands


def shown(parameter: Parameter) -> str:
    """The value of one option or argument, in one or two words."""
    kind = str(parameter.display_type(None)).strip("<>")
    if parameter.param_type_name == "argument":
        guess = str(parameter.name).removesuffix("s").upper()
    else:
        guess = _KINDS.get(kind, "TEXT")
    words = _words()
    english = str(parameter.metavar or guess)
    return re.sub(r"[A-Z]+(?:-[A-Z]+)?", lambda found: words.get(found[0], found[0]), english)


def _nothing(ctx: object) -> None:
    """The name of an argument says already what it is."""


def _words() -> dict[str, str]:
    return {
        "ACCOUNT": _("ACCOUNT"),
        "ADDRESS": _("ADDRESS"),
        "ARTICLE": _("ARTICLE"),
        "CHANGE": _("CHANGE"),
        "DATABASE": _("DATABASE"),
        "DATE": _("DATE"),
        "DAYS": _("DAYS"),
        "DEVICE": _("DEVICE"),
        "DIR": _("DIR"),
        "FILE": _("FILE"),
        "HASH": _("HASH"),
        "NAME": _("NAME"),
        "NEW": _("NEW"),
        "NUMBER": _("NUMBER"),
        "OLD": _("OLD"),
        "PATH": _("PATH"),
        "REGEX": _("REGEX"),
        "REV": _("REV"),
        "SPAN": _("SPAN"),
        "TAG": _("TAG"),
        "TEXT": _("TEXT"),
        "TIER": _("TIER"),
        "TIME": _("TIME"),
        "WHO": _("WHO"),
        "YYYY": _("YYYY"),
        "YYYY-MM": _("YYYY-MM"),
    }
