"""`bitools report daily`: the day in one mail."""

from __future__ import annotations

from bitools.cli.frame.help import remarked
from bitools.cli.report import publish
from bitools.cli.report.options import Wish, reporting
from bitools.i18n import _


@reporting(
    _("One digest of the day: network, accounts, backups, the ledger and its head."),
    "bitools report daily",
    remarked("bitools report daily --mail", _("once a day from cron; a quiet week is one mail")),
)
def daily(
    wish: Wish,
) -> None:
    """Report the day, and mail it if that is wanted."""
    from bitools.report import daily

    report = daily.daily(wish.context.run, wish.context.jobs, mail=wish.mail, now=wish.context.started)
    publish.digest(wish, report)
