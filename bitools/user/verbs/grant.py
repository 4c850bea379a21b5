"""Put accounts into groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account
from bitools.user.decisions.change import Plan
from bitools.user.decisions.membership import joining
from bitools.user.verbs.changing import SILENT, ChangeKind, Consent, change
from bitools.user.wire import groups
from bitools.user.wire.directory import Domain


def grant(run: Run, names: Sequence[str], wanted: Sequence[str], consent: Consent = SILENT) -> Document[Any]:
    """Put each account into each of these groups. A privileged one needs `privileged` and a reason."""

    def decide(domain: Domain, account: Account) -> Plan:
        return joining(account, groups.known(domain, wanted))

    return change(run, names, ChangeKind(acts.USER_GRANT, "granted", decide), consent)
