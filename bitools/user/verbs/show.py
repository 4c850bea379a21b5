"""Look people up: by account, UPN, mail, employee id, or a part of the name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bitools.documents.directory import UserShowItem
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
    document = run.document("bitools.user.show/1")
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
                    document.items.append(
                        item | {"grants": _grants(run, account), "connectors": _needs(run, account)}
                    )
    return document


def _grants(run: Run, account: Account) -> list[dict[str, str]]:
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


def _needs(run: Run, account: Account) -> list[dict[str, Any]]:
    """What other systems were told of this account, or still have to be."""
    return [connectors.described(one) for one in Needs(run.state).of(account.guid)]


def described(account: Account, now: datetime) -> dict[str, Any]:
    """One account, for a document; its times are in the zone of `now`."""
    zone = now.tzinfo
    times = {
        "created": account.created,
        "expires": (ends := last_moment(account.expires, zone)),
        "password_set": account.password_set,
        "last_logon": account.last_logon,  # lastLogonTimestamp: up to 14 days old, by design of Windows
    }
    return account.item("show", account.status(now)) | {
        "attributes": {name: value for name, value in account.attributes.items() if name != "info"},
        "groups": list(account.groups),
        "must_change": account.must_change,
        "locked": account.locked,
        "services": list(account.service_names),
        "last_day": ends.date().isoformat() if ends else None,
        **{name: moment.astimezone(zone).isoformat() if moment else None for name, moment in times.items()},
    }
