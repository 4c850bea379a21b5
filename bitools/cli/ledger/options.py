"""The options that the ledger's commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.errors import Usage
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.cli.context import Context
    from bitools.ledger.filter import Span

Since = Annotated[str, typer.Option(metavar="TIME", help=_("from then on"), show_default=False)]
Until = Annotated[
    str,
    typer.Option(metavar="TIME", help=_("until then; a day's name includes the day"), show_default=False),
]


def span(context: Context, since: str, until: str) -> Span:
    """From `since` to `until`, in the inventory's zone. Raise Usage for what is no time, or ends first."""
    from bitools import moments
    from bitools.ledger.filter import Span

    now, zone = context.started, context.zone
    found = Span(
        moments.moment(since, now, zone, option="--since") if since else None,
        moments.moment(until, now, zone, end=True, option="--until") if until else None,
    )
    if found.since and found.until and found.since > found.until:
        raise Usage(_("--since is later than --until"))
    return found
