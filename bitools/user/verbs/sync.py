"""Make the directory as the staff list says: plan, ask, apply. A second time nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bitools.errors import BitoolsError, IntegrityBroken, Refused, Unreachable
from bitools.i18n import _
from bitools.inventory.accounts import Directory
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions import guards, matching
from bitools.user.decisions.account import Account
from bitools.user.decisions.change import NOTHING, Plan
from bitools.user.decisions.matching import Match
from bitools.user.decisions.names import fold
from bitools.user.decisions.person import Person, role_of
from bitools.user.verbs.changing import SILENT, Consent, Open, opened, prove_rights
from bitools.user.verbs.move import moving
from bitools.user.verbs.provision import Opening, Start
from bitools.user.wire import queries
from bitools.user.wire.attributes import LISTED
from bitools.user.wire.directory import Domain
from bitools.user.wire.directory_cache import DirectoryCache
from bitools.user.wire.journal import Journal
from bitools.user.wire.staff import load

_DONE = {"change": "changed", "disable": "disabled", "adopt": "adopted"}
_ACTS = {"change": acts.USER_CHANGE, "disable": acts.USER_DISABLE, "adopt": acts.USER_ADOPT}


@dataclass(frozen=True, slots=True)
class Manner:
    """`adopt`: only write employee ids. `only_new`: only make accounts, change none."""

    adopt: bool = False
    only_new: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    """One row on its way."""

    match: Match
    decision: Plan = NOTHING
    opening: Opening | None = None
    start: Start | None = None

    @property
    def item(self) -> dict[str, Any]:
        """What would be done, for a document."""
        person, account = self.match.person, self.match.account
        if self.start is not None:
            item = self.start.item()
        elif account is not None:
            status = "planned" if self.decision.changes else "unchanged"
            item = account.item(self.match.kind, status, self.decision.changes)
            item["rights"] = [str(right) for right in self.decision.rights]
        else:
            item = {"sam_account_name": None, "guid": None, "dn": None, "action": "none", "changes": []}
            item["status"] = "unchanged"
        return item | {"employee_id": person.number, "line": person.line}


def sync(run: Run, path: Path, manner: Manner = Manner(), consent: Consent = SILENT) -> Document:
    """Make accounts for new people, change those that differ, disable those that leave.

    A row that is refused does not save the next. Raise InventoryInvalid, with every complaint, for a bad
    file; Refused for more changes than are allowed, or a no: nothing has been written then.
    """
    settings = run.inventory.require_directory()
    people = load(path, settings)
    name = "add" if manner.only_new else "sync"
    document = run.document(f"bitools.user.{name}/1")
    with opened(run, settings, document) as place:
        work = _Sync(run, settings, place, manner, consent, document)
        steps = work.plan(people)
        document.items = [step.item for step in steps]
        count = sum(item["status"] == "planned" for item in document.items)
        consent.limit(settings, count)
        if place.writer is not None:
            if count:
                consent.ask(document)
            document.items = []
            for step in steps:
                work.each(step, lambda step=step: document.items.append(work.apply(step)))
    document.changed = any(item["status"] != "unchanged" for item in document.items)
    return document


class _Sync:
    """One run over a staff list."""

    def __init__(
        self, run: Run, settings: Directory, place: Open, manner: Manner, consent: Consent, document: Document
    ) -> None:
        self.run, self.settings, self.place, self.manner = run, settings, place, manner
        self.consent, self.document = consent, document
        self.domain: Domain = place.domain
        self.accounts = queries.everybody(place.domain, attributes=LISTED)
        self.cache = DirectoryCache(place.domain, self.accounts)
        self.zone = run.inventory.settings.zone

    def plan(self, people: list[Person]) -> list[_Step]:
        """What would be done for each row; those that are refused have failed."""
        matches = matching.match(people, self.accounts, adopt=self.manner.adopt)
        steps: list[_Step] = []
        for match in matches:
            if match.error is not None:
                self._fail(match, match.error)
                continue
            self.each(_Step(match), lambda match=match: steps.append(self._step(match)))
            if match.note:
                self.document.warnings.append(f"{match.person.number}: {match.note}")
        facts = None
        for step in list(steps):
            if step.start is None and step.decision.changes:
                facts = facts or queries.guard_facts(self.domain, self.settings, self.run.ledger.actor)
                try:
                    self._prove(step, facts)
                except Unreachable:
                    raise
                except BitoolsError as error:
                    steps.remove(step)
                    self._fail(step.match, error)
        return steps

    def _prove(self, step: _Step, facts: guards.GuardFacts) -> None:
        assert step.match.account is not None
        account = queries.by_guid(self.domain, step.match.account.guid)
        guards.check(account, facts, allow_privileged=self.consent.privileged, reason=self.consent.reason)
        prove_rights(self.domain, step.decision.rights)

    def _step(self, match: Match) -> _Step:
        if match.kind in ("add", "complete"):
            opening = Opening(self.run, self.settings, self.cache, match.person.request)
            start = opening.start()
            if start.creation is not None:
                self.cache.took(start.creation)
            return _Step(match, opening=opening, start=start)
        if match.account is None or (self.manner.only_new and not self.manner.adopt):
            return _Step(match)
        return _Step(match, self._decide(match, match.account))

    def _decide(self, match: Match, account: Account) -> Plan:
        if match.kind == "disable":
            return matching.leaver(account)
        if match.kind == "adopt":
            return matching.adopted(match.person, account)
        if match.kind != "change":
            return Plan()
        if not account.enabled:
            why = _("{name} is disabled; sync does not open accounts: bitools user enable, or restore")
            self._warn(match, why.format(name=account.sam_account_name))
            return Plan()
        role = role_of(self.settings, match.person.request)
        groups, missing = self.cache.groups(role.groups)
        if missing:
            raise Refused(_("the directory has no group {names}").format(names=", ".join(missing)))
        decision = matching.as_listed(match.person, account, self.settings, groups, self.zone)
        if fold(account.dn).endswith(fold(f",{role.ou}")):
            return decision
        return decision.then(moving(role.ou, self.domain, account))

    def apply(self, step: _Step) -> dict[str, Any]:
        """Do it, read it back, record it."""
        writer, match = self.place.writer, step.match
        assert writer is not None
        more = {"employee_id": match.person.number, "line": match.person.line}
        if step.opening is not None and step.start is not None:
            return step.opening.open(step.start, writer, remember=False) | more
        if match.account is None:
            return step.item
        account, act = match.account, _ACTS.get(match.kind, acts.USER_CHANGE)
        if not step.decision.changes:
            for done in (acts.USER_ADD, acts.USER_ADOPT, act):  # it is there, and it has this person's number
                writer.settle(done, account.sam_account_name, step.item)
            Journal(self.run.state, match.person.request).forget()
            return step.item
        before = account.item(match.kind, account.status(self.run.started), step.decision.changes)
        with writer.intent(act, account.sam_account_name, before | more) as entry:
            for write in step.decision.writes:
                self.domain.carry_out(write)
            found = queries.by_guid(self.domain, account.guid)
            if left := self._decide(match, found).changes:
                names = ", ".join(change.attribute for change in left)
                message = _("the directory does not hold what was written: {names}")
                raise IntegrityBroken(message.format(names=names), target=account.sam_account_name)
            item = found.item(match.kind, _DONE[match.kind], step.decision.changes) | more
            entry.done(after=item)
        return item

    def each(self, step: _Step, act: Any) -> None:
        """Act for one row; what is refused has failed, and the next row's turn comes."""
        try:
            act()
        except Unreachable:
            raise
        except BitoolsError as error:
            self._fail(step.match, error)

    def _fail(self, match: Match, error: BitoolsError) -> None:
        person = match.person
        error.message = _("line {line}: {why}").format(line=person.line, why=error.message)
        error.target = person.number
        self.document.fail(error)

    def _warn(self, match: Match, text: str) -> None:
        line = _("line {line}: {why}").format(line=match.person.line, why=text)
        if line not in self.document.warnings:
            self.document.warnings.append(line)
