"""`bitools report`: say what happened, by mail, on the screen or as a file."""

from __future__ import annotations

from bitools.cli.frame.command import group
from bitools.cli.report.options import CODES
from bitools.i18n import _

GROUP = group(
    _("Say what happened, by mail, on the screen or as a file."),
    "bitools report changes --mail",
    "bitools report year 2026 --html rapor.html --pdf rapor.pdf",
    commands=("changes", "daily", "month", "year", "site", "flush", "outbox", "test", "failed"),
    codes=CODES,
)
