"""`bitools user`: accounts in Active Directory. One file a command."""

from __future__ import annotations

from bitools.cli.frame.command import group
from bitools.i18n import _

GROUP = group(
    _("Open and close accounts in Active Directory."),
    "bitools user add --given Ayşe --surname Yılmaz --role memur",
    "bitools user disable ayse.yilmaz",
    commands=(
        "add sync show name set_ rename disable enable unlock expire passwd move grant revoke "
        "offboard restore list_ access connectors audit"
    ).split(),
    completed={"role": "role", "to": "role"},
)
