"""Let people in again who have typed a wrong password too often."""

from __future__ import annotations

from collections.abc import Sequence

from bitools.documents.user import UserSyncItem
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account
from bitools.user.decisions.account_control import unlocking
from bitools.user.decisions.change import Plan
from bitools.user.verbs.changing import SILENT, ChangeKind, Consent, change
from bitools.user.wire.directory import Domain


def unlock(run: Run, names: Sequence[str], consent: Consent = SILENT) -> Document[UserSyncItem]:
    """Let those in again who have typed a wrong password too often."""
    return change(run, names, ChangeKind(acts.USER_UNLOCK, "unlocked", _decide), consent)


def _decide(_domain: Domain, account: Account) -> Plan:
    return unlocking(account)
