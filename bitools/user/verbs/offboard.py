"""Close the account of a person who leaves, in an order that can be stopped anywhere and undone.

record → disable → groups → custody gate → move to the leavers → check-list. While anything is registered to
the person the gate holds back clearance (article 14.3 of the regulation); the account is disabled by then.
Nothing is deleted.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bitools import process
from bitools.documents.user import ChecklistLine, Outcome, UserSyncItem
from bitools.errors import BitoolsError, IntegrityBroken, NotFound, Refused, Rejected, Unreachable, Usage
from bitools.i18n import _
from bitools.inventory.accounts import Directory
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account, Change
from bitools.user.decisions.account_control import disabling
from bitools.user.decisions.change import Plan
from bitools.user.decisions.checks import bare, protects
from bitools.user.decisions.group import Group
from bitools.user.decisions.leaver import Record
from bitools.user.decisions.membership import leaving
from bitools.user.verbs import connectors, locks
from bitools.user.verbs.changing import SILENT, Consent, Open, each, opened
from bitools.user.verbs.move import moving_beside
from bitools.user.verbs.provision import HOOK
from bitools.user.verbs.write_journal import Writing, writing
from bitools.user.wire import custody, groups, queries
from bitools.user.wire.records import Records


@dataclass(frozen=True, slots=True)
class Clearance:
    """What was said about this leaver: lines that are done, and whether custody may be overridden."""

    ticks: tuple[str, ...] = ()
    despite_custody: bool = False


@dataclass(frozen=True, slots=True)
class Leaver:
    """One leaver's account before anything is done; `left` are groups that we may not take away.

    `held` says why the gate is closed, `things` are what is registered. `cleared`: it was open before.
    """

    account: Account
    groups: tuple[Group, ...] = ()
    left: tuple[Group, ...] = ()
    held: str = ""
    things: tuple[str, ...] = ()
    record: Record | None = None

    @property
    def plan(self) -> Plan:
        """Disabled, and out of its groups; the move comes when the gate is open."""
        return disabling(self.account).then(leaving(self.account, self.groups))

    @property
    def closed(self) -> bool:
        """Does the gate hold back?"""
        return bool(self.held or self.things) and not self.cleared

    @property
    def why(self) -> str:
        """What holds back, in words."""
        things = ", ".join(self.things)
        return self.held or _("still registered to this person: {things}").format(things=things)

    @property
    def cleared(self) -> bool:
        """Was it cleared before? Then only the check-list can be open."""
        return bool(self.record and (self.record.cleared or self.record.finished))


def offboard(
    run: Run, names: Sequence[str], clearance: Clearance = Clearance(), consent: Consent = SILENT
) -> Document[UserSyncItem]:
    """Off-board these people. One that is held back, or refused, does not save the next.

    Raise Usage for an override without a reason or an unknown line; Refused if there are too many.
    """
    settings = run.inventory.require_directory()
    wanted = list(dict.fromkeys(names))
    _proven(settings, clearance, consent)
    consent.limit(settings, len(wanted))
    document: Document[UserSyncItem] = run.document("bitools.user.offboard/1")
    with opened(run, settings, consent, document) as place:
        leavers = _plan(place, wanted, document)
        document.items = [planned(place, one) for one in leavers]
        if settings.custody is None:
            document.warnings.append(_("directory.yaml names no custody list: nobody was asked"))
        if not run.dry_run:
            if any(item["status"] == "planned" for item in document.items):
                consent.ask(document)
            shown, document.items = document.items, []
            with writing(run, place.domain) as writer:
                for one, item in zip(leavers, shown, strict=True):
                    _close(place, writer, clearance, document, one.account, item)
    document.changed = any(
        item["status"] in ("planned", "held", "offboarded", "checklist") for item in document.items
    )
    return document


def look(place: Open, account: Account) -> Leaver:
    """What an off-boarding of this account is about; nothing is written. Raise as `Checks.clear` does."""
    settings = place.settings
    place.checks.clear(account, disabling(account))
    joined, _missing = groups.find(place.domain, account.groups)

    def ours(group: Group) -> bool:
        return group.writable and not protects(group, settings.guards.protected)

    held, things = "", tuple[str, ...]()
    if settings.custody is not None:
        try:
            now = place.run.started.astimezone(place.run.inventory.settings.zone)
            known = tuple(map(bare, queries.addresses(place.domain, account.guid)))
            things = tuple(custody.registered(settings.custody, account, now, known))
        except Refused as refusal:
            held = refusal.message
    return Leaver(
        account,
        tuple(group for group in joined if ours(group)),
        tuple(group for group in joined if not ours(group)),
        held,
        things,
        Records(place.run.state).of(account.guid),
    )


def planned(place: Open, one: Leaver) -> UserSyncItem:
    """What would be done, for a document."""
    account, record, settings = one.account, one.record, place.settings
    changes = list(one.plan.changes)
    if account.parent.casefold() != settings.leavers.casefold():
        changes.append(Change("distinguishedName", account.dn, settings.leavers))
    open_lines = set(settings.checklist) - set(record.ticks if record else ())
    idle = record and record.finished and not changes and not open_lines
    status: Outcome = "unchanged" if idle else "planned"
    return {
        **account.item("offboard", status, changes),
        "rights": [str(right) for right in one.plan.rights],
        "custody": list(one.things),
        "left": [group.dn for group in one.left],
        "checklist": _lines(settings, record),
    }


def _proven(settings: Directory, clearance: Clearance, consent: Consent) -> None:
    if clearance.despite_custody and not consent.reason:
        raise Usage(_("--despite-custody needs --reason"))
    for name in clearance.ticks:
        if name not in settings.checklist:
            hint = _("the check-list has: {names}").format(names=", ".join(settings.checklist))
            raise NotFound(_('the check-list has no line "{name}"').format(name=name), target=name, hint=hint)


def _plan(place: Open, names: Sequence[str], document: Document[UserSyncItem]) -> list[Leaver]:
    found: dict[str, Leaver] = {}
    for name in names:
        try:
            account = queries.account(place.domain, name)
            found[account.guid] = look(place, account)
        except Unreachable:
            raise
        except BitoolsError as error:
            document.fail(error, name)
    return list(found.values())


def _close(
    place: Open,
    writer: Writing,
    clearance: Clearance,
    document: Document[UserSyncItem],
    account: Account,
    shown: UserSyncItem,
) -> None:
    """Off-board one account, and say why it is not cleared, if it is not."""

    def act() -> UserSyncItem:
        with place.alone(locks.account(account.guid)):
            one = look(place, queries.by_guid(place.domain, account.guid))
            place.still(shown, planned(place, one))
            closing = Closing(place, writer, one, clearance)
            item = closing.write()
        document.warnings += [*closing.warnings, *closing.tell()]
        for error in closing.held_back():
            document.fail(error, account.sam_account_name)
        return item

    each(document, account, act)


def _lines(settings: Directory, record: Record | None) -> list[ChecklistLine]:
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


@dataclass(slots=True)
class Closing:
    """One off-boarding on its way."""

    place: Open
    writer: Writing
    leaver: Leaver
    clearance: Clearance
    warnings: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @property
    def _time(self) -> str:
        zone = self.place.run.inventory.settings.zone
        return self.place.run.started.astimezone(zone).isoformat(timespec="seconds")

    def write(self) -> UserSyncItem:
        """Do what is left to do. Raise Rejected, IntegrityBroken, or Unreachable."""
        place, account, sam = self.place, self.leaver.account, self.leaver.account.sam_account_name
        if planned(place, self.leaver)["status"] == "unchanged":
            idle = account.item("offboard", "unchanged")
            self.writer.close_intents(acts.USER_OFFBOARD, sam, idle)
            return idle
        cleared = place.checks.clear(account, self.leaver.plan, fresh=True)
        record = self._record()
        before = record.as_json() | {"custody": list(self.leaver.things)}
        before |= {"override": place.consent.reason} if self.clearance.despite_custody else {}
        with self.writer.intent(acts.USER_OFFBOARD, sam, before) as entry:
            if self.leaver.record is None:
                connectors.announce(place.run, place.settings, "offboard", account)
            Records(place.run.state).save(record)
            place.domain.carry_out(cleared)
            self.changes += cleared.plan.changes
            status: Outcome = "held"
            if not self._closed():
                self._move(record)
                record = self._checked_off(replace(record, cleared=record.cleared or self._time))
                status = "offboarded" if record.finished else "checklist"
            item: UserSyncItem = {
                **self._verified(status).item("offboard", status, self.changes),
                "custody": list(self.leaver.things),
                "left": [group.dn for group in self.leaver.left],
                "checklist": _lines(place.settings, record),
            }
            entry.done(after=item)
        return item

    def tell(self) -> list[str]:
        """Other systems are told that this person leaves; gives what failed."""
        return connectors.carry(self.place.run, self.place.settings, "offboard", self.leaver.account)

    def _record(self) -> Record:
        """What the account was: as an interrupted run noted it, with what was given to it since."""
        place, account = self.place, self.leaver.account
        joined = {group.guid: group.dn for group in (*self.leaver.groups, *self.leaver.left)}
        unit = queries.guid_of(place.domain, account.parent)
        fresh = Record.of(account, joined, place.run.id, self._time, place.consent.reason, unit)
        return (self.leaver.record or fresh).with_groups(joined)

    def held_back(self) -> list[BitoolsError]:
        """Why this person is not cleared, and what we were not allowed to take away."""
        sam, found = self.leaver.account.sam_account_name, list[BitoolsError]()
        if self._closed():
            hint = _(
                "the account is disabled; clearance waits for the hand-over (--despite-custody --reason)"
            )
            found.append(Refused(self.leaver.why, target=sam, hint=hint, reason="custody"))
        if self.leaver.left:
            names = ", ".join(group.dn for group in self.leaver.left)
            message = _("bitools may not remove members from {names}").format(names=names)
            found.append(Rejected(message, target=sam, reason="rights"))
        return found

    def _closed(self) -> bool:
        return self.leaver.closed and not self.clearance.despite_custody

    def _move(self, record: Record) -> None:
        """Move it to the leavers; under a name of its own if somebody of that name lies there already."""
        place = self.place
        account = queries.by_guid(place.domain, self.leaver.account.guid)
        leavers = place.settings.leavers
        plan = moving_beside(leavers, place.domain, account, sam=record.sam_account_name)
        place.domain.carry_out(place.checks.clear(account, plan))
        self.changes += plan.changes

    def _checked_off(self, record: Record) -> Record:
        """Tick the lines that were said, run the programs, and close the record if all are done."""
        record = record.ticked(self.clearance.ticks, self.place.run.ledger.actor, self._time)
        number = record.attributes.get("employeeID", "")
        for name, task in self.place.settings.checklist.items():
            if task.command and name not in record.ticks:
                words = [
                    word.format(sam=record.sam_account_name, employee_id=number)
                    for word in shlex.split(task.command)
                ]
                try:
                    process.run(words, timeout=HOOK, check=True)
                except BitoolsError as error:
                    self.warnings.append(f"{name}: {error}")
                    continue
                record = record.ticked([name], words[0], self._time)
        if not set(self.place.settings.checklist) - set(record.ticks):
            record = replace(record, finished=record.finished or self._time)
        Records(self.place.run.state).save(record)
        return record

    def _verified(self, status: str) -> Account:
        """The account as the directory has it now. Raise IntegrityBroken if it is not as it should be."""
        account = queries.by_guid(self.place.domain, self.leaver.account.guid)
        left = {group.dn.casefold() for group in self.leaver.left}
        wrong = [dn for dn in account.groups if dn.casefold() not in left]
        if account.enabled:
            wrong.append("userAccountControl")
        if status != "held" and account.parent.casefold() != self.place.settings.leavers.casefold():
            wrong.append("distinguishedName")
        if wrong:
            message = _("the directory does not hold what was written: {names}")
            raise IntegrityBroken(
                message.format(names=", ".join(wrong)), target=self.leaver.account.sam_account_name
            )
        return account
