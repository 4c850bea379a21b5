"""`bitools user`: accounts in Active Directory. One file a command."""

from __future__ import annotations

from importlib import import_module

import typer

from bitools.cli.frame.command import Command, group
from bitools.cli.help import describe, exit_codes
from bitools.i18n import _

GROUP = group(
    _("Open and close accounts in Active Directory."),
    "bitools user add --given Ayşe --surname Yılmaz --role memur",
    "bitools user disable ayse.yilmaz",
    commands=(
        *("add", "sync", "show", "name", "disable", "enable", "unlock", "expire", "passwd", "move"),
        *("grant", "revoke", "offboard", "restore", "list_", "audit"),
    ),
)
app = typer.Typer(no_args_is_help=True, help=describe(GROUP.sentence, *GROUP.examples), epilog=exit_codes())
for _name in GROUP.commands:
    _command: Command = getattr(import_module(f"{__name__}.{_name}"), _name)
    app.command(
        _command.name,
        help=describe(_command.sentence, *_command.examples),
        epilog=exit_codes(*_command.codes),
    )(_command.function)
