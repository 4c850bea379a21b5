"""`bitools inventory`: prove it, list it, hand it to editors and other tools. A file a command."""

from __future__ import annotations

from bitools.cli.frame.command import group
from bitools.errors import Code
from bitools.i18n import _

GROUP = group(
    _("Prove, list and hand on what the municipality has."),
    "bitools inventory check",
    "bitools inventory list --site garaj",
    commands="check list_ add schema export import_ init".split(),
    codes=(Code.INVALID,),
    completed={"group": "group", "role": "=lan,wan"},
)
