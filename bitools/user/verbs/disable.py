"""Disable accounts: at once, waiting for nobody."""

from __future__ import annotations

from collections.abc import Sequence

from bitools.documents.user import UserSyncItem
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account
from bitools.user.decisions.account_control import disabling
from bitools.user.decisions.change import Plan
from bitools.user.verbs.changing import SILENT, ChangeKind, Consent, change
from bitools.user.wire.directory import Domain


def disable(run: Run, names: Sequence[str], consent: Consent = SILENT) -> Document[UserSyncItem]:
    """Disable these accounts: at once, waiting for nobody, not even for another run."""
    return change(
        run, names, ChangeKind(acts.USER_DISABLE, "disabled", _decide, alone=False, event="disable"), consent
    )


def _decide(_domain: Domain, account: Account) -> Plan:
    return disabling(account)
