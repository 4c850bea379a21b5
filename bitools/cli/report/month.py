"""`bitools report month`: what was done in a month, article by article."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.frame.help import remarked
from bitools.cli.report import publish
from bitools.cli.report.options import Wish, reporting
from bitools.i18n import _


@reporting(
    _("The activity report of a month, article by article; until the 5th of the month before."),
    "bitools report month",
    remarked("bitools report month 2026-11 --html kasim.html", _("its figures as JSON and CSV beside it")),
)
def month(
    wish: Wish,
    name: Annotated[str, typer.Argument(metavar="YYYY-MM", help=_("which month"))] = "",
) -> None:
    """Report a month."""
    from bitools.report import month

    context = wish.context
    with context.console.working(_("counting")):
        report = month.month(context.run, context.jobs, name, mail=wish.mail, now=context.started)
    publish.period(wish, report)
