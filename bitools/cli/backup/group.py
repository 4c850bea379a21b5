"""The group `bitools backup`, which each command's file adds its command to."""

from __future__ import annotations

import typer

from bitools.cli.help import describe, exit_codes
from bitools.i18n import _

app = typer.Typer(
    no_args_is_help=True,
    help=describe(
        _("Keep backups in tiers, and bring them back."),
        "bitools backup run --tier daily",
        "bitools backup plan mis-db",
        "bitools backup restore belgeler --to /srv/geri",
    ),
    epilog=exit_codes(),
)
