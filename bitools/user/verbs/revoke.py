"""Take accounts out of groups. The primary group stays: Windows keeps it elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bitools.errors import Refused
from bitools.i18n import _
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account
from bitools.user.decisions.change import Plan
from bitools.user.decisions.membership import leaving
from bitools.user.verbs.changing import SILENT, ChangeKind, Consent, change
from bitools.user.wire import groups
from bitools.user.wire.directory import Domain


def revoke(run: Run, names: Sequence[str], groups: Sequence[str], consent: Consent = SILENT) -> Document:
    """Take each account out of each group."""
    return change(
        run, names, ChangeKind(acts.USER_REVOKE, "revoked", partial(_revoked, tuple(groups))), consent
    )


def _revoked(names: tuple[str, ...], domain: Domain, account: Account) -> Plan:
    unwanted = groups.known(domain, names)
    for group in unwanted:
        if any(sid.endswith(f"-{account.primary_group}") for sid in group.own):
            message = _('"{name}" is the primary group; it stays').format(name=group.name)
            hint = _("make another one the primary group first, with Windows' own tools")
            raise Refused(message, target=account.sam_account_name, hint=hint, reason="primary")
    return leaving(account, unwanted)
