"""Close the account of a person who leaves, in an order that can be stopped anywhere and undone.

record → disable → groups → custody gate → move to the leavers → check-list. While anything is registered to
the person the gate holds back clearance (article 14.3 of the regulation); the account is disabled by then.
Nothing is deleted.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bitools import process
from bitools.errors import BitoolsError, IntegrityBroken, NotFound, Refused, Rejected, Unreachable, Usage
from bitools.i18n import _
from bitools.inventory.accounts import Directory
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions import guards
from bitools.user.decisions.account import Account, Change, Flag
from bitools.user.decisions.account_control import flags
from bitools.user.decisions.change import Plan
from bitools.user.decisions.creation import beside
from bitools.user.decisions.leaver import Record
from bitools.user.decisions.membership import Group, leaving
from bitools.user.verbs.changing import SILENT, Consent, Open, last_admin, opened, prove_rights
from bitools.user.verbs.move import moving
from bitools.user.verbs.write_journal import Writing
from bitools.user.wire import custody, groups, queries
from bitools.user.wire.records import Records


@dataclass(frozen=True, slots=True)
class Clearance:
    """What was said about this leaver: lines that are done, and whether custody may be overridden."""

    ticks: tuple[str, ...] = ()
    despite_custody: bool = False


@dataclass(frozen=True, slots=True)
class _Leaver:
    """One leaver's account before anything is done; `left` are groups that we may not take away."""

    account: Account
    groups: tuple[Group, ...]
    left: tuple[Group, ...]
    held: str  # why the gate is closed, as far as it can be known now
    things: tuple[str, ...]


def offboard(
    run: Run, names: Sequence[str], clearance: Clearance = Clearance(), consent: Consent = SILENT
) -> Document:
    """Off-board these people. One that is held back, or refused, does not save the next.

    Raise Usage for an override without a reason or an unknown line; Refused if there are too many.
    """
    settings = run.inventory.require_directory()
    wanted = list(dict.fromkeys(names))
    _proven(settings, clearance, consent)
    consent.limit(settings, len(wanted))
    document = run.document("bitools.user.offboard/1")
    with opened(run, settings, document) as place:
        leavers = _plan(run, settings, place, consent, wanted, document)
        document.items = [_planned(run, settings, one) for one in leavers]
        if settings.custody is None:
            document.warnings.append(_("directory.yaml names no custody list: nobody was asked"))
        if place.writer is not None:
            if any(item["status"] == "planned" for item in document.items):
                consent.ask(document)
            document.items = []
            for one in leavers:
                act = _Act(run, settings, place, place.writer, one, clearance, consent)
                _each(document, one, act)
    document.changed = any(
        item["status"] in ("planned", "held", "offboarded", "checklist") for item in document.items
    )
    return document


def _proven(settings: Directory, clearance: Clearance, consent: Consent) -> None:
    if clearance.despite_custody and not consent.reason:
        raise Usage(_("--despite-custody needs --reason"))
    for name in clearance.ticks:
        if name not in settings.checklist:
            hint = _("the check-list has: {names}").format(names=", ".join(settings.checklist))
            raise NotFound(_('the check-list has no line "{name}"').format(name=name), target=name, hint=hint)


def _plan(
    run: Run,
    settings: Directory,
    place: Open,
    consent: Consent,
    names: Sequence[str],
    document: Document,
) -> list[_Leaver]:
    facts = queries.guard_facts(place.domain, settings, run.ledger.actor)
    found: dict[str, _Leaver] = {}
    for name in names:
        try:
            account = queries.account(place.domain, name)
            guards.check(account, facts, allow_privileged=consent.privileged, reason=consent.reason)
            disabling = flags(account, account.flags | Flag.DISABLED)
            prove_rights(place.domain, disabling.rights)
            found[account.guid] = _leaver(settings, place, account)
        except Unreachable:
            raise
        except BitoolsError as error:
            document.fail(error, name)
    return list(found.values())


def _leaver(settings: Directory, place: Open, account: Account) -> _Leaver:
    joined, _missing = groups.find(place.domain, account.groups)
    held, things = "", tuple[str, ...]()
    if settings.custody is not None:
        try:
            things = tuple(custody.registered(settings.custody, account))
        except Refused as refusal:
            held = refusal.message
    return _Leaver(
        account,
        tuple(group for group in joined if group.writable),
        tuple(group for group in joined if not group.writable),
        held,
        things,
    )


def _planned(run: Run, settings: Directory, one: _Leaver) -> dict[str, Any]:
    account = one.account
    steps = [flags(account, account.flags | Flag.DISABLED), leaving(account, one.groups)]
    changes = [change for step in steps for change in step.changes]
    if account.parent.casefold() != settings.leavers.casefold():
        changes.append(Change("distinguishedName", account.dn, settings.leavers))
    record = Records(run.state).of(account.guid)
    open_lines = set(settings.checklist) - set(record.ticks if record else ())
    status = "planned" if changes or open_lines or not (record and record.finished) else "unchanged"
    rights = [str(right) for step in steps for right in step.rights]
    item = account.item("offboard", status, changes) | {"rights": rights, "custody": list(one.things)}
    return item | {"left": [group.dn for group in one.left], "checklist": _lines(settings, record)}


def _lines(settings: Directory, record: Record | None) -> list[dict[str, Any]]:
    """The check-list as it stands."""
    ticks = record.ticks if record else {}
    return [
        {
            "name": name,
            "text": task.text,
            "done": name in ticks,
            "by": ticks[name].by if name in ticks else None,
            "time": ticks[name].time if name in ticks else None,
        }
        for name, task in settings.checklist.items()
    ]


def _each(document: Document, one: _Leaver, act: _Act) -> None:
    try:
        document.items.append(act.write())
        document.warnings += act.warnings
        for error in act.held_back():
            document.fail(error, one.account.sam_account_name)
    except Unreachable:
        raise
    except BitoolsError as error:
        document.fail(error, one.account.sam_account_name)


class _Act:
    """One off-boarding on its way."""

    def __init__(
        self,
        run: Run,
        settings: Directory,
        place: Open,
        writer: Writing,
        leaver: _Leaver,
        clearance: Clearance,
        consent: Consent,
    ) -> None:
        self.run, self.settings, self.domain, self.writer = run, settings, place.domain, writer
        self.leaver, self.clearance, self.consent = leaver, clearance, consent
        self.records = Records(run.state)
        self.warnings: list[str] = []
        self.changes: list[Change] = []
        self._now: datetime = run.started.astimezone(run.inventory.settings.zone)

    def write(self) -> dict[str, Any]:
        """Do what is left to do. Raise Rejected, IntegrityBroken, or Unreachable."""
        account, sam = self.leaver.account, self.leaver.account.sam_account_name
        if _planned(self.run, self.settings, self.leaver)["status"] == "unchanged":
            item = account.item("offboard", "unchanged")
            self.writer.settle(acts.USER_OFFBOARD, sam, item)
            return item
        last_admin(self.run, self.settings, self.domain, account)
        groups = {group.guid: group.dn for group in (*self.leaver.groups, *self.leaver.left)}
        time = self._now.isoformat(timespec="seconds")
        fresh = Record.of(account, groups, self.run.id, time, self.consent.reason)
        record = (self.records.of(account.guid) or fresh).with_groups(groups)
        before = record.as_json() | {"custody": list(self.leaver.things)}
        before |= {"override": self.consent.reason} if self.clearance.despite_custody else {}
        with self.writer.intent(acts.USER_OFFBOARD, sam, before) as entry:
            self.records.save(record)
            self._send(flags(account, account.flags | Flag.DISABLED))
            self._send(leaving(account, self.leaver.groups))
            status = "held"
            if not self._closed():
                self._rest(record)
                record = self._cleared(record, time)
                status = "offboarded" if record.finished else "checklist"
            item = self._verified(status).item("offboard", status, self.changes)
            item |= {"custody": list(self.leaver.things), "left": [group.dn for group in self.leaver.left]}
            item["checklist"] = _lines(self.settings, record)
            entry.done(after=item)
        return item

    def held_back(self) -> list[BitoolsError]:
        """Why this person is not cleared, and what we were not allowed to take away."""
        sam, found = self.leaver.account.sam_account_name, list[BitoolsError]()
        if self._closed():
            things = ", ".join(self.leaver.things)
            why = self.leaver.held or _("still registered to this person: {things}").format(things=things)
            hint = _(
                "the account is disabled; clearance waits for the hand-over (--despite-custody --reason)"
            )
            found.append(Refused(why, target=sam, hint=hint, reason="custody"))
        if self.leaver.left:
            names = ", ".join(group.dn for group in self.leaver.left)
            message = _("bitools may not remove members from {names}").format(names=names)
            found.append(Rejected(message, target=sam, reason="rights"))
        return found

    def _closed(self) -> bool:
        return bool(self.leaver.held or self.leaver.things) and not self.clearance.despite_custody

    def _send(self, decision: Plan) -> None:
        for write in decision.writes:
            self.domain.carry_out(write)
        self.changes += decision.changes

    def _rest(self, record: Record) -> None:
        """Move it to the leavers; under a name of its own if somebody of that name lies there already."""
        account = queries.by_guid(self.domain, self.leaver.account.guid)
        try:
            decision = moving(self.settings.leavers, self.domain, account)
        except Refused:
            other = beside(record.name, record.sam_account_name)
            decision = moving(self.settings.leavers, self.domain, account, other)
        prove_rights(self.domain, decision.rights)
        self._send(decision)

    def _cleared(self, record: Record, time: str) -> Record:
        """Tick the lines that were said, run the programs, and close the record if all are done."""
        record = record.ticked(self.clearance.ticks, self.run.ledger.actor, time)
        number = record.attributes.get("employeeID", "")
        for name, task in self.settings.checklist.items():
            if task.command and name not in record.ticks:
                words = [
                    word.format(sam=record.sam_account_name, employee_id=number)
                    for word in shlex.split(task.command)
                ]
                try:
                    process.run(words, timeout=120, check=True)
                except BitoolsError as error:
                    self.warnings.append(f"{name}: {error}")
                    continue
                record = record.ticked([name], words[0], time)
        if not set(self.settings.checklist) - set(record.ticks):
            record = replace(record, finished=record.finished or time)
        self.records.save(record)
        return record

    def _verified(self, status: str) -> Account:
        """The account as the directory has it now. Raise IntegrityBroken if it is not as it should be."""
        account = queries.by_guid(self.domain, self.leaver.account.guid)
        left = {group.dn.casefold() for group in self.leaver.left}
        wrong = [dn for dn in account.groups if dn.casefold() not in left]
        if account.enabled:
            wrong.append("userAccountControl")
        if status != "held" and account.parent.casefold() != self.settings.leavers.casefold():
            wrong.append("distinguishedName")
        if wrong:
            message = _("the directory does not hold what was written: {names}")
            raise IntegrityBroken(
                message.format(names=", ".join(wrong)), target=self.leaver.account.sam_account_name
            )
        return account
