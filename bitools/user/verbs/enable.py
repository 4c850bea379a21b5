"""Open accounts again that are disabled."""

from __future__ import annotations

from collections.abc import Sequence

from bitools.documents.user import UserSyncItem
from bitools.errors import Refused
from bitools.i18n import _
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account, Flag
from bitools.user.decisions.account_control import flags
from bitools.user.decisions.change import Plan
from bitools.user.verbs.changing import SILENT, ChangeKind, Consent, change
from bitools.user.wire.directory import Domain


def enable(run: Run, names: Sequence[str], consent: Consent = SILENT) -> Document[UserSyncItem]:
    """Open these accounts again. One that is not whole, or has no password, is refused."""
    return change(run, names, ChangeKind(acts.USER_ENABLE, "enabled", _decide), consent)


def _decide(_domain: Domain, account: Account) -> Plan:
    name = account.sam_account_name
    if account.pending:
        message = _("an interrupted run began this account and it is not whole")
        hint = _("complete it: repeat the command that began it")
        raise Refused(message, target=name, hint=hint, reason="pending")
    if not account.enabled and not account.has_password:
        message = _("it has no password; Windows opens no such account")
        hint = _("first: bitools user passwd {name}").format(name=name)
        raise Refused(message, target=name, hint=hint, reason="no_password")
    return flags(account, account.flags & ~Flag.DISABLED)
