"""Say until which day accounts work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bitools.documents.user import UserSyncItem
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account
from bitools.user.decisions.account_control import expiring
from bitools.user.decisions.change import Plan
from bitools.user.verbs.changing import SILENT, ChangeKind, Consent, change
from bitools.user.wire.directory import Domain


def expire(
    run: Run, names: Sequence[str], last_day: date | None, consent: Consent = SILENT
) -> Document[UserSyncItem]:
    """Let these accounts work until the end of this day, in the municipality's zone; None: for ever."""
    zone = run.inventory.settings.zone

    def decide(_domain: Domain, account: Account) -> Plan:
        return expiring(account, last_day, zone)

    return change(
        run, names, ChangeKind(acts.USER_EXPIRE, "expires" if last_day else "never_expires", decide), consent
    )
