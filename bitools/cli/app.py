"""The command tree and the options that every command has."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

import typer

from bitools import __version__
from bitools.cli.context import Context
from bitools.cli.help import describe, exit_codes
from bitools.errors import Code
from bitools.i18n import _

GROUPS = ("backup", "inventory", "ledger", "net", "report", "schedule", "user")


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
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=_("the version"))
    ] = False,
) -> None:
    """Keep what was said before the group; the command opens it when it needs it."""
    context: Context = ctx.obj
    context.choose(inventory_folder, state_folder, quiet=quiet, lang=lang)


@cache
def tree(group: str = "") -> typer.Typer:
    """The command tree; of one group only, if there is one of this name: the others need not be read."""
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
    for name in [group] if group in GROUPS else GROUPS:
        app.add_typer(import_module(f"bitools.cli.{name}").app, name=name)
    if group not in GROUPS:
        _add_doctor(app)
    return app


def _add_doctor(app: typer.Typer) -> None:
    from bitools.cli.doctor import doctor

    app.command(
        "doctor",
        help=describe(
            _("Say what this machine lacks and what is dangerous."),
            "bitools doctor",
            "bitools doctor --escrowed   # copies of all keys lie in the safe",
        ),
        epilog=exit_codes(Code.DIFFERENT, Code.REFUSED, Code.INVALID),
    )(doctor)
