"""The command tree and the options that every command has."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

import typer

from bitools import __version__, jobs
from bitools.cli.context import Context
from bitools.cli.frame.command import Command, Group, typed
from bitools.cli.frame.help import describe, exit_codes, in_short
from bitools.i18n import _

GROUPS = tuple(sorted((*jobs.NAMES, "inventory", "ledger", "report", "schedule")))
COMMANDS = ("init", "status", "doctor", "setup", "tidy")


def group_of(name: str) -> Group:
    """What the group of this name says of itself."""
    group: Group = import_module(f"bitools.cli.{name}").GROUP
    return group


def audited() -> list[tuple[str, str]]:
    """The commands that auditors may run: they show and prove what was recorded."""
    return [(name, command) for name in GROUPS for command in group_of(name).audited]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"bitools {__version__}")
        raise typer.Exit


def everywhere(
    ctx: typer.Context,
    inventory_folder: Annotated[
        Path | None,
        typer.Option(
            "--inventory",
            metavar="DIR",
            help=_("the inventory's folder; else $BITOOLS_INVENTORY, /etc/bitools, ~/.config/bitools"),
        ),
    ] = None,
    state_folder: Annotated[
        Path | None,
        typer.Option(
            "--state",
            metavar="DIR",
            help=_("where history and ledger are; else $BITOOLS_STATE, /var/lib/bitools"),
        ),
    ] = None,
    lang: Annotated[Literal["tr", "en"] | None, typer.Option(help=_("language of the texts"))] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help=_("say more about failures"))] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help=_("say only what was asked for, and errors"))
    ] = False,
    wide: Annotated[
        bool, typer.Option("--wide", help=_("tables as wide as they are, whatever the terminal"))
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=_("the version"))
    ] = False,
) -> None:
    """Keep what was said before the group; the command opens it when it needs it."""
    context: Context = ctx.obj
    ctx.obj = context.with_options(inventory_folder, state_folder, quiet=quiet, lang=lang)


@cache
def tree(group: str = "", command: str = "", *, bare: bool = False) -> typer.Typer:
    """The command tree; of one group or command only, if it names one: the others need not be read.

    `bare`: groups without their commands, and commands without their options, which is all that the first
    page of help says of them.
    """
    # Plain help: panels cost twice the start-up time, and a slow line at night has no use for them.
    app = typer.Typer(
        name="bitools",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
        help=describe(
            _("Network changes, user accounts and backups of a municipality's IT directorate."),
            "bitools net diff",
            "bitools backup run --tier daily",
        ),
        epilog=exit_codes(),
    )
    app.callback()(everywhere)
    wanted = {group} if group in (*GROUPS, *COMMANDS) else {*GROUPS, *COMMANDS}
    for name in GROUPS:
        if name in wanted:
            app.add_typer(_branch(name, command, bare=bare), name=name)
    for name in COMMANDS:
        if name in wanted:
            _add(app, f"bitools.cli.{name}", bare=bare)
    return app


def _branch(name: str, command: str, *, bare: bool) -> typer.Typer:
    """One group; with one command of it only, if it has one of this name."""
    group = group_of(name)
    branch = typer.Typer(
        no_args_is_help=True,
        help=describe(group.sentence, *group.examples),
        short_help=in_short(group.sentence),
        epilog=exit_codes(*group.codes),
    )
    wanted = [file for file in group.commands if typed(file) == command] or group.commands
    for one in () if bare else wanted:
        _add(branch, f"bitools.cli.{name}.{one}")
    return branch


def _add(branch: typer.Typer, module: str, *, bare: bool = False) -> None:
    """Add the command of this file: it bears the file's name. `bare`: without its options."""
    command: Command = getattr(import_module(module), module.rpartition(".")[2])
    branch.command(
        command.name,
        help=describe(command.sentence, *command.examples),
        short_help=in_short(command.sentence),
        epilog=exit_codes(*command.codes),
    )(_nothing if bare else command.function)


def _nothing() -> None:
    """In the place of a command that is named and not run."""
