"""`bitools schedule`: cron lines or systemd timers for every job of the inventory. A file a command."""

from __future__ import annotations

from bitools.cli.frame.command import group
from bitools.i18n import _

GROUP = group(
    _("When each job runs by itself."),
    "bitools schedule show",
    "bitools schedule install --as systemd",
    commands="show install remove".split(),
)
