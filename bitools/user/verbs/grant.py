"""Put accounts into groups."""

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
from bitools.user.decisions.guards import privileged_group
from bitools.user.decisions.membership import joining
from bitools.user.verbs.changing import SILENT, ChangeKind, Consent, change
from bitools.user.wire import groups
from bitools.user.wire.directory import Domain


def grant(run: Run, names: Sequence[str], groups: Sequence[str], consent: Consent = SILENT) -> Document:
    """Put each account into each group. A privileged group needs `privileged` and a reason."""
    decide = partial(_granted, tuple(groups), consent)
    return change(run, names, ChangeKind(acts.USER_GRANT, "granted", decide), consent)


def _granted(names: tuple[str, ...], consent: Consent, domain: Domain, account: Account) -> Plan:
    wanted = groups.known(domain, names)
    if not (consent.privileged and consent.reason):
        for group in wanted:
            if any(privileged_group(sid) for sid in group.sids):
                message = _('the group "{name}" is privileged, or is in one that is')
                hint = _('if it must be: --privileged --reason "…", which is recorded')
                raise Refused(message.format(name=group.name), hint=hint, reason="privileged")
    return joining(account, wanted)
