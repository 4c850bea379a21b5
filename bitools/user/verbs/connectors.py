"""Tell other systems what was done to an account; what fails is told, tried again, and never undoes anything.

What is needed is noted before the directory is changed, so that no crash loses it, and carried out after.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace

from bitools import process
from bitools.documents.directory import Event, UserConnectorsItem, UserNeed
from bitools.errors import BitoolsError, NotFound
from bitools.i18n import _
from bitools.inventory.accounts import CONNECTOR_FIELDS, Connector, Directory
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account
from bitools.user.decisions.names import fold
from bitools.user.wire.needs import Need, Needs

_LEFT = ("open", "failed")


def announce(run: Run, settings: Directory, event: Event, account: Account, **more: str) -> None:
    """Note what this event asks of other systems, before the directory is changed."""
    names = [name for name, one in settings.connectors.items() if event in one.on]
    if not names:
        return
    has = account.attributes
    fields = dict.fromkeys(CONNECTOR_FIELDS, "") | {
        "event": event,
        "sam": account.sam_account_name,
        "employee_id": has.get("employeeID", ""),
        "given": has.get("givenName", ""),
        "surname": has.get("sn", ""),
        "mail": has.get("mail", ""),
        **more,
    }
    needs, time = Needs(run.state), _now(run)
    others = [one for one in needs.of(account.guid) if not (one.event == event and one.connector in names)]
    new = [Need(name, event, "pending", time, account.sam_account_name, fields) for name in names]
    needs.save(account.guid, [*others, *new])


def withdraw(run: Run, event: Event, guid: str) -> None:
    """The directory refused: nothing is needed."""
    needs = Needs(run.state)
    if found := needs.of(guid):
        needs.save(guid, [one for one in found if (one.event, one.status) != (event, "pending")])


def carry(run: Run, settings: Directory, event: Event, account: Account) -> list[str]:
    """The directory holds it: run the programs, leave the rest to people. Gives what failed, in words."""
    needs = Needs(run.state)
    found = needs.of(account.guid)
    if not any(one.event == event and one.status != "done" for one in found):
        return []
    fresh = {"sam": account.sam_account_name, "mail": account.attributes.get("mail", "")}
    ready = [
        replace(one, status="open", fields={**one.fields, **fresh})
        if (one.event, one.status) == (event, "pending")
        else one
        for one in found
    ]
    needs.save(account.guid, ready)
    return _each(run, settings, account.guid, ready, lambda one: one.event == event and one.status in _LEFT)


def carry_on(run: Run, settings: Directory, events: Sequence[Event], account: Account) -> list[str]:
    """The directory holds these events: carry out what a dead run had noted of them. Gives what failed."""
    programs = {name for name, one in settings.connectors.items() if one.command}
    waiting = {
        one.event
        for one in Needs(run.state).of(account.guid)
        if one.status == "pending" or (one.status == "open" and one.connector in programs)
    }
    return [why for event in events if event in waiting for why in carry(run, settings, event, account)]


def connectors(
    run: Run, names: Sequence[str] = (), tick: Sequence[str] = (), *, again: bool = False
) -> Document[UserConnectorsItem]:
    """What other systems still need, of these accounts or all; `tick` lines, or run what failed `again`.

    Raise NotFound for a connector that directory.yaml does not name.
    """
    settings = run.inventory.require_directory()
    for name in tick:
        if name not in settings.connectors:
            hint = _("known: {names}").format(names=", ".join(settings.connectors))
            raise NotFound(_('there is no connector "{name}"').format(name=name), target=name, hint=hint)
    document: Document[UserConnectorsItem] = run.document("bitools.user.connectors/1")
    needs, wanted = Needs(run.state), set(map(fold, names))
    for guid, found in list(needs.all()):
        if wanted and not wanted & {fold(one.sam_account_name) for one in found}:
            continue
        if not run.dry_run and (tick or again):
            _do(run, settings, guid, found, tick, again=again)
            document.changed = True
        document.items += [_item(guid, one) for one in needs.of(guid)]
    return document


def _do(
    run: Run, settings: Directory, guid: str, found: list[Need], tick: Sequence[str], *, again: bool
) -> None:
    actor, time = run.ledger.actor, _now(run)
    ticked = [
        replace(one, status="done", by=actor, time=time, error="")
        if one.connector in tick and one.status in _LEFT
        else one
        for one in found
    ]
    Needs(run.state).save(guid, ticked)
    if again:
        _each(run, settings, guid, ticked, lambda one: one.status in _LEFT)


def _each(
    run: Run, settings: Directory, guid: str, needs: list[Need], wanted: Callable[[Need], bool]
) -> list[str]:
    """Run the program of each that is wanted and has one; each outcome is on the disk before the next."""
    warnings = []
    for at, one in enumerate(needs):
        connector = settings.connectors.get(one.connector)
        if connector is None or not connector.command or not wanted(one):
            continue
        needs[at] = _tried(run, connector, one)
        Needs(run.state).save(guid, needs)
        if needs[at].status == "failed":
            why = _("{connector}: {why}; it is tried again: bitools user connectors --again")
            warnings.append(why.format(connector=one.connector, why=needs[at].error))
    return warnings


def _tried(run: Run, connector: Connector, need: Need) -> Need:
    words = [word.format_map(need.fields) for word in shlex.split(connector.command)]
    error = ""
    for _attempt in range(connector.retries + 1):
        try:
            process.run(words, timeout=connector.timeout, check=True)
        except BitoolsError as failed:
            error = str(failed)
            continue
        return replace(need, status="done", by=words[0], time=_now(run), error="")
    return replace(need, status="failed", time=_now(run), error=error)


def _item(guid: str, one: Need) -> UserConnectorsItem:
    return {"guid": guid, **need_item(one)}


def need_item(one: Need) -> UserNeed:
    """One need, for a document."""
    return {
        "sam_account_name": one.sam_account_name,
        "connector": one.connector,
        "event": one.event,
        "status": one.status,
        "time": one.time,
        "by": one.by or None,
        "error": one.error or None,
    }


def _now(run: Run) -> str:
    return run.started.astimezone(run.inventory.settings.zone).isoformat(timespec="seconds")
