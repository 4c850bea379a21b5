"""`bitools backup`: make what is due, see what is kept and why, bring it back. A file a command."""

from __future__ import annotations

from bitools.cli.frame.command import group
from bitools.i18n import _

GROUP = group(
    _("Keep backups in tiers, and bring them back."),
    "bitools backup run --tier daily",
    "bitools backup plan mis-db",
    "bitools backup restore belgeler --to /srv/geri",
    commands=(
        "run plan status list_ find mount restore drill copy replace".split()
        + "key unlock prune verify pin unpin".split()
    ),
    completed={
        "name": "dataset",
        "names": "dataset",
        "tier": "=hourly,daily,weekly,monthly,quarterly,biannual,yearly",
    },
)
