"""Set what the directory says of a person: telephone, title, manager, office, department, number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bitools.documents.user import UserSyncItem
from bitools.errors import Usage
from bitools.i18n import _
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions import names as people
from bitools.user.decisions.account import Account
from bitools.user.decisions.change import Plan, replacing
from bitools.user.decisions.person import fits
from bitools.user.verbs.changing import SILENT, ChangeKind, Consent, change
from bitools.user.wire import queries
from bitools.user.wire.directory import Domain

ATTRIBUTES = {
    "phone": "telephoneNumber",
    "title": "title",
    "manager": "manager",
    "office": "physicalDeliveryOfficeName",
    "department": "department",
    "employee-id": "employeeID",
    "mail": "mail",
    "description": "description",
    "company": "company",
}


def set_(
    run: Run,
    names: Sequence[str],
    wanted: Mapping[str, str],
    clear: Sequence[str] = (),
    consent: Consent = SILENT,
) -> Document[UserSyncItem]:
    """Set these (by the names of ATTRIBUTES), and clear those, by these names or the directory's.

    The manager is an account. Raise Usage for an attribute that is none of these, or what does not fit.
    """
    desired: dict[str, str | None] = {}
    for name, value in wanted.items():
        text = people.normal(value, name)
        fits(ATTRIBUTES[name], text)
        desired[ATTRIBUTES[name]] = text
    for name in clear:
        desired[_attribute(name)] = None

    def decide(domain: Domain, account: Account) -> Plan:
        found = dict(desired)
        if manager := found.get("manager"):
            found["manager"] = queries.account(domain, manager).dn
        return replacing(account, found)

    return change(run, names, ChangeKind(acts.USER_SET, "set", decide), consent)


def _attribute(name: str) -> str:
    known = {**ATTRIBUTES, **{attribute.casefold(): attribute for attribute in ATTRIBUTES.values()}}
    if (found := known.get(name.casefold())) is None:
        hint = _("one of: {names}").format(names=", ".join(ATTRIBUTES))
        raise Usage(_('"{name}" cannot be cleared').format(name=name), hint=hint)
    return found
