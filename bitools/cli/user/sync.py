"""`bitools user sync`: follow the personnel office."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from bitools.cli.user.options import Asked, changing
from bitools.cli.user.text import show_sync
from bitools.i18n import _


@changing(
    _("Make the directory as a staff list says. A person who is not in it is left alone."),
    "bitools user sync personel.csv --dry-run",
    "bitools user sync personel.csv --yes",
    "bitools user sync personel.csv --adopt",
)
def sync(
    asked: Asked,
    file: Annotated[Path, typer.Argument(help=_("CSV or YAML; see the manual for its columns"))],
    adopt: Annotated[
        bool, typer.Option("--adopt", help=_("only write employee ids to accounts that have none"))
    ] = False,
    movers: Annotated[
        Literal["take", "keep"] | None,
        typer.Option(help=_("groups of an old post that nobody knows: take them away, or keep them")),
    ] = None,
) -> None:
    """Follow the personnel office."""
    from bitools.user.verbs import sync

    document = sync.sync(asked.run, file, sync.Manner(adopt=adopt, movers=movers or ""), asked.consent)
    asked.finish(document, show_sync)
