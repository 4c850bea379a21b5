"""Help and usage errors in the user's language: the command-line library speaks English only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

import typer
import typer.main
from typer.core import TyperGroup

from bitools.cli.frame.app import tree
from bitools.cli.frame.parsed import Parameter
from bitools.cli.frame.placeholders import name_values, shown
from bitools.errors import Usage
from bitools.i18n import _, ng

WITH_VALUE = ("--inventory", "--state", "--lang")
FLAGS = ("-v", "--verbose", "-q", "--quiet", "--wide")


def global_options_first(arguments: Sequence[str]) -> list[str]:
    """The same words with the options of `bitools` itself in front: people type `-v` where the cursor is."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            return [*front, *rest, word, *words]
        if word in WITH_VALUE:
            front += [word, *([value] if (value := next(words, None)) is not None else [])]
        elif word in FLAGS or word.startswith(tuple(f"{option}=" for option in WITH_VALUE)):
            front.append(word)
        else:
            rest.append(word)
    return [*front, *rest]


def tree_for(arguments: Sequence[str]) -> typer.Typer:
    """The command tree, as much of it as this command line needs."""
    return tree(*islice(names(arguments), 2))


def names(arguments: Sequence[str]) -> Iterator[str]:
    """The words that may name a command: no options, and no values of the options of `bitools` itself."""
    words = iter(arguments)
    for word in words:
        if word in WITH_VALUE:
            next(words, None)
        elif not word.startswith("-"):
            yield word


def help_for(arguments: Sequence[str]) -> str:
    """The help that a command line asks for, with `--help` or by naming a group only; else nothing.

    The library would first coerce the options before the group, and load pydantic for it: 100 ms for a help.
    """
    if "--" in arguments or not {"-h", "--help"} & set(arguments):
        return ""
    words = list(names(arguments))
    command = typer.main.get_command(tree(*words[:2], bare=not words))
    context = typer.Context(command, info_name="bitools", **command.context_settings)
    for word in words:
        if isinstance(command, TyperGroup):
            inner = command.get_command(context, word)
            if inner is None:
                return ""  # the usual way says what is wrong
            command, context = inner, typer.Context(inner, info_name=word, parent=context)
    name_values(command)
    return in_our_language(str(command.get_help(context)).rstrip())


def in_our_language(help_text: str) -> str:
    """The library's own words, which it does not translate, in the language of the rest."""
    for theirs, ours in (
        ("Usage: ", _("Usage:") + " "),
        ("[OPTIONS]", _("[OPTIONS]")),
        ("COMMAND [ARGS]...", _("COMMAND [ARGS]...")),
        ("Show this message and exit.", _("this text")),
    ):
        help_text = help_text.replace(theirs, ours)
    return help_text


def is_help(error: typer.TyperException) -> bool:
    """Is it no error but the help of a group that was named without a command?"""
    context = getattr(error, "ctx", None)
    return context is not None and error.message == context.get_help()


def as_usage(error: typer.TyperException, arguments: Sequence[str]) -> Usage:
    """A wrong command line in our words, with the help that shows the right one.

    The kinds are told by what they carry, not by the names of the library's private classes.
    """
    context = getattr(error, "ctx", None)
    path = context.command_path if context else _typed(arguments)
    return Usage(_sentence(error), hint=_("see: {command}").format(command=f"{path} --help"), reason="usage")


def _typed(arguments: Sequence[str]) -> str:
    """The command that these words name, as far as they name one."""
    command, path = typer.main.get_command(tree_for(arguments)), ["bitools"]
    for word in names(arguments):
        if (inner := getattr(command, "commands", {}).get(word)) is not None:
            command = inner
            path.append(word)
    return " ".join(path)


def _sentence(error: typer.TyperException) -> str:
    theirs = error.format_message()
    parameter = getattr(error, "param", None)
    if needy := re.match(r"Option '(.*?)' requires (an|\d+) argument", theirs):
        return _values_missing(needy[1], 1 if needy[2] == "an" else int(needy[2]))
    if flag := re.match(r"Option '(.*?)' does not take a value", theirs):
        return _("{name} takes no value").format(name=flag[1])
    if more := re.match(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", theirs):
        return _("too much: {words}").format(words=more[1])
    if (option := getattr(error, "option_name", None)) and hasattr(error, "possibilities"):
        near = getattr(error, "possibilities", None)
        guess = "; " + _("did you mean: {names}").format(names=", ".join(sorted(near))) if near else ""
        return _('there is no option "{name}"').format(name=option) + guess
    if theirs.startswith("Missing ") and parameter is not None:
        return _("{name} is missing").format(name=_name(parameter))
    if unknown := re.match(r"No such command '(.*?)'\.?(?: Did you mean (.*)\?)?$", theirs):
        near = (unknown[2] or "").replace("'", "")
        guess = "; " + _("did you mean: {names}").format(names=near) if near else ""
        return _('there is no command "{name}"').format(name=unknown[1]) + guess
    if parameter is not None and isinstance(error, typer.BadParameter):
        return f"{_name(parameter)}: {_wrong_value(error.message)}"
    return theirs


def _values_missing(option: str, count: int) -> str:
    text = ng("{name} needs a value", "{name} needs {count} values", count)
    return text.format(name=option, count=count)


def _wrong_value(theirs: str) -> str:
    """Why a value will not do. What we said ourselves stays as we said it."""
    theirs = theirs.removeprefix("Value error, ")
    if bound := re.match(r"Input should be (greater|less) than or equal to (\S+)", theirs):
        text = _("at least {bound}") if bound[1] == "greater" else _("at most {bound}")
        return text.format(bound=bound[2])
    if choice := re.match(r"'(.*)' is not one of (.*?)\.?$", theirs):
        names = choice[2].replace("'", "")
        return _('"{value}" is not allowed; allowed: {names}').format(value=choice[1], names=names)
    if theirs.startswith("Input should be a valid number"):
        return _("a number is expected")
    if theirs.startswith("Input should be a valid integer"):
        return _("a whole number is expected")
    return theirs


def _name(parameter: Parameter) -> str:
    """An option as it is typed, an argument by its name."""
    options = [option for option in parameter.opts if option.startswith("-")]
    return options[0] if options else shown(parameter)
