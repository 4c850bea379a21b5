"""The command tree and the options that every command has."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from bitools import __version__
from bitools.cli import backup, doctor, inventory, ledger, net, report, schedule, user
from bitools.cli.context import Context
from bitools.cli.help import describe, exit_codes
from bitools.errors import Code
from bitools.i18n import _

# Plain help everywhere: panels cost twice the start-up time, and a slow line at night has no use for them.
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


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"bitools {__version__}")
        raise typer.Exit


@app.callback()
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


app.add_typer(backup.app, name="backup")
app.add_typer(inventory.app, name="inventory")
app.add_typer(ledger.app, name="ledger")
app.add_typer(net.app, name="net")
app.add_typer(report.app, name="report")
app.add_typer(schedule.app, name="schedule")
app.add_typer(user.app, name="user")
app.command(
    "doctor",
    help=describe(
        _("Say what this machine lacks and what is dangerous."),
        "bitools doctor",
        "bitools doctor --escrowed   # copies of all keys lie in the safe",
    ),
    epilog=exit_codes(Code.DIFFERENT, Code.REFUSED, Code.INVALID),
)(doctor.doctor)
