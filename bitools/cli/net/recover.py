"""`bitools net recover`: what can be had back"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.frame.command import command
from bitools.cli.net import text
from bitools.errors import Code, Usage
from bitools.i18n import _, system_words


@command(
    _("Make the history anew of all that can still be read; the old one is put aside."),
    "bitools net recover --dry-run",
    "bitools net recover --yes",
    "bitools net recover --identity kurtarma.key",
    codes=(Code.REFUSED, Code.INVALID, Code.LOCKED, Code.INTEGRITY),
)
def recover(
    ctx: typer.Context,
    identity: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=_("the secret key of the recovery copies: from them, too")),
    ] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Ask, then let the old and the new one change places."""
    from bitools.net.verbs import recover

    context = Context.of(ctx, json=json, dry_run=dry_run)
    context.confirm(_("Put the history aside, and make it anew of what can be read?"), yes)
    document = recover.recover(context.run, _key(identity))
    context.finish(document, text.recovered, quiet=not dry_run, proves=False)


def _key(identity: Path | None) -> bytes:
    """The key's content. Raise Usage if it cannot be read."""
    try:
        return identity.read_bytes() if identity else b""
    except OSError as error:
        message = _("{file} cannot be read: {why}").format(file=identity, why=system_words(error))
        raise Usage(message) from error
