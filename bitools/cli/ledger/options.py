"""The options that the ledger's commands share."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bitools.errors import Usage
from bitools.i18n import _

if TYPE_CHECKING:
    from datetime import tzinfo

    from bitools.ledger.filter import Span

_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]
Since = Annotated[datetime | None, typer.Option(formats=_FORMATS, metavar="TIME", help=_("from then on"))]
Until = Annotated[
    datetime | None,
    typer.Option(formats=_FORMATS, metavar="TIME", help=_("before then; a day's name includes the day")),
]


def span(since: datetime | None, until: datetime | None, zone: tzinfo | None) -> Span:
    """From `since` to `until`; a time without an offset is the inventory's. Raise Usage if it ends first."""
    from bitools.ledger.filter import Span

    found = Span.of(_zoned(since, zone), _zoned(until, zone))
    if found.since and found.until and found.since > found.until:
        raise Usage(_("--since is later than --until"))
    return found


def _zoned(moment: datetime | None, zone: tzinfo | None) -> datetime | None:
    return moment.replace(tzinfo=zone) if moment and moment.tzinfo is None else moment
