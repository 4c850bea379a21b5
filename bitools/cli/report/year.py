"""`bitools report year`: what was done in a year, article by article."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.report import publish
from bitools.cli.report.options import Wish, reporting
from bitools.i18n import _


@reporting(
    _("The activity report of a year, article by article; until the end of February of the year before."),
    "bitools report year",
    "bitools report year 2026 --html 2026.html --pdf 2026.pdf",
)
def year(
    wish: Wish,
    name: Annotated[str, typer.Argument(metavar="YYYY", help=_("which year"))] = "",
) -> None:
    """Report a year."""
    from bitools.report import year

    context = wish.context
    with context.console.working(_("counting")):
        report = year.year(context.run, context.jobs, name, mail=wish.mail, now=context.started)
    publish.period(wish, report)
