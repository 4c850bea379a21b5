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
    known = words()
    english = str(parameter.metavar or guess)
    return re.sub(r"[A-Z]+(?:-[A-Z]+)?", lambda found: known.get(found[0], found[0]), english)


def _nothing(ctx: object) -> None:
    """The name of an argument says already what it is."""


def words() -> dict[str, str]:
    """Each word that stands for a value, in the language that is spoken now."""
    return {
        "ACCOUNT": _("ACCOUNT"),
        "ACTION": _("ACTION"),
        "ADDRESS": _("ADDRESS"),
        "ARTICLE": _("ARTICLE"),
        "ATTRIBUTE": _("ATTRIBUTE"),
        "CHANGE": _("CHANGE"),
        "COMMAND": _("COMMAND"),
        "DATABASE": _("DATABASE"),
        "DATE": _("DATE"),
        "DAYS": _("DAYS"),
        "DEVICE": _("DEVICE"),
        "DIR": _("DIR"),
        "FILE": _("FILE"),
        "HASH": _("HASH"),
        "HOST": _("HOST"),
        "KEY": _("KEY"),
        "LOCATION": _("LOCATION"),
        "NAME": _("NAME"),
        "NEW": _("NEW"),
        "NUMBER": _("NUMBER"),
        "OLD": _("OLD"),
        "PATH": _("PATH"),
        "PLACE": _("PLACE"),
        "PLAN": _("PLAN"),
        "PLATFORM": _("PLATFORM"),
        "REGEX": _("REGEX"),
        "REPOSITORY": _("REPOSITORY"),
        "REV": _("REV"),
        "ROLE": _("ROLE"),
        "SITE": _("SITE"),
        "SOURCE": _("SOURCE"),
        "SPAN": _("SPAN"),
        "TAG": _("TAG"),
        "TEXT": _("TEXT"),
        "TIER": _("TIER"),
        "TIME": _("TIME"),
        "UNIT": _("UNIT"),
        "VALUE": _("VALUE"),
        "WHO": _("WHO"),
        "YYYY": _("YYYY"),
        "YYYY-MM": _("YYYY-MM"),
    }
