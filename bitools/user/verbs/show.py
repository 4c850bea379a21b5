"""Look people up: by account, UPN, mail, employee id, or a part of the name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bitools.documents.directory import UserListItem, UserMembership, UserNeed, UserShowItem
from bitools.documents.user import Action
from bitools.errors import NotFound
from bitools.i18n import _
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account, last_moment
from bitools.user.verbs import connectors
from bitools.user.wire import queries
from bitools.user.wire.directory import connect
from bitools.user.wire.grants import Grants
from bitools.user.wire.needs import Needs


def show(run: Run, words: Sequence[str]) -> Document[UserShowItem]:
    """Everything bitools knows about the accounts that fit these words. A word that fits none has failed."""
    settings = run.inventory.require_directory()
    document: Document[UserShowItem] = run.document("bitools.user.show/1")
    seen = set()
    with connect(settings, run.started) as domain:
        document.warnings += domain.warnings
        for word in words:
            found = queries.people(domain, word)
            if not found:
                error = NotFound(
                    _("the directory knows nobody by this"), hint=_("a part of the name is enough")
                )
                document.fail(error, word)
            for account in found:
                if account.guid not in seen:
                    seen.add(account.guid)
                    item = described(account, run.started.astimezone(run.inventory.settings.zone))
                    item["grants"], item["connectors"] = _grants(run, account), _needs(run, account)
                    document.items.append(item)
    return document


def _grants(run: Run, account: Account) -> list[UserMembership]:
    """Groups that the account is in until a day."""
    known = Grants(run.state).of(account.guid).values()
    return [
        {
            "group": one.dn,
            "until": one.until,
            "reason": one.reason,
            "ends_by": "directory" if one.ends == one.until else "timer",
        }
        for one in known
    ]


def _needs(run: Run, account: Account) -> list[UserNeed]:
    """What other systems were told of this account, or still have to be."""
    return [connectors.need_item(one) for one in Needs(run.state).of(account.guid)]


def described(account: Account, now: datetime, action: Action = "show") -> UserListItem:
    """One account, for a document; its times are in the zone of `now`."""
    zone = now.tzinfo
    ends = last_moment(account.expires, zone)

    def shown(moment: datetime | None) -> str | None:
        return moment.astimezone(zone).isoformat() if moment else None

    return {
        "sam_account_name": account.sam_account_name,
        "guid": account.guid,
        "dn": account.dn,
        "action": action,
        "changes": [],
        "status": account.status(now),
        "attributes": {name: value for name, value in account.attributes.items() if name != "info"},
        "groups": list(account.groups),
        "must_change": account.must_change,
        "locked": account.locked,
        "services": list(account.service_names),
        "last_day": ends.date().isoformat() if ends else None,
        "created": shown(account.created),
        "expires": shown(ends),
        "password_set": shown(account.password_set),
        "last_logon": shown(
            account.last_logon
        ),  # lastLogonTimestamp: up to 14 days old, by design of Windows
    }
