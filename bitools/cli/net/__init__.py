"""`bitools net`: follow every change on switches and routers. One file a command."""

from __future__ import annotations

from bitools.cli.frame.command import group
from bitools.i18n import _

GROUP = group(
    _("Follow every change on switches and routers."),
    "bitools net snapshot",
    "bitools net diff --site merkez",
    commands=(
        "snapshot diff history show run trust platforms render remediate search check ack"
        " verify recover remask"
    ).split(),
    completed={"group": "group", "role": "=lan,wan"},
)
