"""`bitools report changes`: everything since the last mail."""

from __future__ import annotations

from bitools.cli.report import publish
from bitools.cli.report.options import Wish, reporting
from bitools.i18n import _


@reporting(
    _("Everything since the last mailed report: changes, devices that fail, accounts, backups."),
    "bitools report changes",
    "bitools report changes --mail",
    "bitools report changes --html rapor.html",
)
def changes(
    wish: Wish,
) -> None:
    """Report, and mail it if that is wanted."""
    from bitools.report import changes

    report = changes.changes(wish.context.run, mail=wish.mail, now=wish.context.started)
    publish.digest(wish, report)
