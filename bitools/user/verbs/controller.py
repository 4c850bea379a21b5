"""What `doctor` asks the domain controllers: are they there, until when their certificate, what may we do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bitools.documents.doctor import FindingItem, Grade
from bitools.errors import BitoolsError
from bitools.i18n import _, short_date
from bitools.inventory.accounts import Directory
from bitools.user.wire import groups, queries
from bitools.user.wire.directory import Domain, connect

_SOON = timedelta(days=30)


def _finding(name: str, grade: Grade, text: str, hint: str = "") -> FindingItem:
    return {"name": name, "grade": grade, "text": text, "hint": hint}


def examine(settings: Directory, now: datetime) -> Iterator[FindingItem]:
    """One finding a controller, and one for each right that is lacking. Nothing is written."""
    for server in settings.servers:
        alone = settings.model_copy(update={"servers": (server,)})
        try:
            with connect(alone, now) as domain:
                yield _reached(domain, server, now)
                yield from _rights(domain, settings)
        except BitoolsError as error:
            yield _finding(server, "warning", str(error), error.hint)


def _reached(domain: Domain, server: str, now: datetime) -> FindingItem:
    ends = domain.certificate_ends
    if ends and ends - now < _SOON:
        text = _("its certificate ends on {day}").format(day=short_date(ends))
        return _finding(server, "warning", text, _("renew it on the controller"))
    if domain.warnings:
        return _finding(server, "warning", "; ".join(domain.warnings))
    until = short_date(ends) if ends else "?"
    return _finding(server, "good", _("answers; its certificate is good until {day}").format(day=until))


def _rights(domain: Domain, settings: Directory) -> Iterator[FindingItem]:
    """What the roles and the leavers' OU need, and we may not do, or is not there."""
    hint = _("delegate it to the account in bind:, see the manual")
    places = {role.ou: name for name, role in settings.roles.items()} | {settings.leavers: "leavers"}
    for ou, name in places.items():
        if not queries.exists(domain, ou):
            yield _finding(name, "missing", _('the directory has no "{ou}"').format(ou=ou))
        elif "user" not in queries.effective(domain, ou)[1]:
            yield _finding(name, "missing", _("bitools may not create users in {dn}").format(dn=ou), hint)
    wanted = dict.fromkeys(name for role in settings.roles.values() for name in role.groups)
    found, missing = groups.find(domain, wanted)
    for name in missing:
        yield _finding(name, "missing", _("the directory has no group {names}").format(names=name))
    for group in found:
        if not group.writable:
            message = _("bitools may not add members to {names}").format(names=group.name)
            yield _finding(group.name, "missing", message, hint)
