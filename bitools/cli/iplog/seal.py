"""`bitools iplog seal`: finished days into segments, chained and stamped."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.iplog import text
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Seal finished days: hashed, chained to the day before, stamped by the time authority."),
    "bitools iplog seal",
    "bitools iplog seal --now",
    codes=(
        Code.PARTIAL,
        Code.INVALID,
        Code.LOCKED,
        Code.CREDENTIALS,
        Code.UNREACHABLE,
        Code.REJECTED,
        Code.INTEGRITY,
    ),
)
def seal(
    ctx: typer.Context,
    now: Annotated[
        bool, typer.Option("--now", help=_("today's lines too; later ones go into another seal"))
    ] = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """While the authority is down the seals stand and wait for its stamp."""
    from bitools.iplog.verbs import seal

    context = Context.of(ctx, json=json, dry_run=dry_run)
    with context.console.working(_("sealing …")):
        document = seal.seal(context.run, now=now)
    context.finish(document, text.seal, quiet=True)
