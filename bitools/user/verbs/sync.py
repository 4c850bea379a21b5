"""Make the directory as the staff list says: plan, ask, apply. A second time nothing is written.

New people get accounts, movers get what their post gives and lose what it does not, leavers are off-boarded,
and who comes back gets their account back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from bitools.documents.directory import Event
from bitools.documents.user import Action, Outcome, UserSyncItem
from bitools.errors import BitoolsError, Refused, Unreachable
from bitools.i18n import _
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions import matching, movers
from bitools.user.decisions.account import Account, Flag
from bitools.user.decisions.account_control import expiring, flags
from bitools.user.decisions.change import Plan
from bitools.user.decisions.checks import privileged_group
from bitools.user.decisions.group import Group
from bitools.user.decisions.leaver import Record
from bitools.user.decisions.matching import Match
from bitools.user.decisions.membership import joining
from bitools.user.decisions.movers import Post
from bitools.user.decisions.names import fold
from bitools.user.decisions.person import Person, nearly, role_of, same_name
from bitools.user.verbs import connectors, locks, offboard
from bitools.user.verbs.changing import SILENT, Consent, Open, opened, proven
from bitools.user.verbs.checks import Checks
from bitools.user.verbs.move import moving_beside
from bitools.user.verbs.offboard import Clearance, Closing, Leaver
from bitools.user.verbs.posts import Posts
from bitools.user.verbs.provision import Opening, Start
from bitools.user.verbs.sync_step import Step
from bitools.user.verbs.write_journal import Writing, writing
from bitools.user.wire import groups, queries
from bitools.user.wire.attributes import LISTED
from bitools.user.wire.directory_cache import DirectoryCache
from bitools.user.wire.journal import Journal
from bitools.user.wire.records import Records
from bitools.user.wire.staff import staff_list

_IDLE = ("unchanged", "held", "checklist")
_DONE: Mapping[Action, Outcome] = {"change": "changed", "adopt": "adopted", "restore": "restored"}
_ACTS: Mapping[Action, acts.Act] = {
    "change": acts.USER_CHANGE,
    "adopt": acts.USER_ADOPT,
    "restore": acts.USER_RESTORE,
}


@dataclass(frozen=True, slots=True)
class Manner:
    """`adopt`: only write employee ids. `only_new`: only make accounts, change none.

    `movers`: what to do with groups of which nobody knows whether an old post gave them; empty: to be asked.
    """

    adopt: bool = False
    only_new: bool = False
    movers: Literal["", "take", "keep"] = ""


def sync(
    run: Run, path: Path, manner: Manner = Manner(), consent: Consent = SILENT
) -> Document[UserSyncItem]:
    """Make accounts for new people, change those that differ, off-board those that leave.

    A row that is refused does not save the next. Raise InventoryInvalid, with every complaint, for a bad
    file; Refused for more changes than are allowed, or a no: nothing has been written then.
    """
    settings = run.inventory.require_directory()
    people = staff_list(path, settings)
    name = "add" if manner.only_new else "sync"
    document: Document[UserSyncItem] = run.document(f"bitools.user.{name}/1")
    with opened(run, settings, consent, document) as place:
        work = _Sync(place, manner, document)
        steps = work.plan(people)
        document.items = [work.item(step) for step in steps]
        count = sum(item["status"] == "planned" for item in document.items)
        consent.limit(settings, count)
        if not run.dry_run:
            if count:
                consent.ask(document)
            shown, document.items = document.items, []
            with writing(run, place.domain) as writer:
                for step, item in zip(steps, shown, strict=True):
                    work.each(step.match, lambda step=step, item=item: work.apply(writer, step, item))  # type: ignore[misc]
    document.changed = any(item["changes"] or item["status"] not in _IDLE for item in document.items)
    return document


class _Sync:
    """One run over a staff list."""

    def __init__(self, place: Open, manner: Manner, document: Document[UserSyncItem]) -> None:
        self.run, self.settings, self.manner, self.document = place.run, place.settings, manner, document
        self.domain, self.consent = place.domain, place.consent
        self.accounts = queries.everybody(place.domain, attributes=LISTED)
        cache = DirectoryCache(place.domain, self.accounts)
        checks = Checks(place.run, place.settings, cache, override=place.consent.override)
        self.place = replace(place, cache=cache, checks=checks)
        self.posts = Posts(place.run, place.settings, cache)
        self.now = place.run.started.astimezone(place.run.inventory.settings.zone)
        self.last = locks.last(place.run, locks.NEW)
        self.records = Records(place.run.state)
        self.kept: dict[str, set[str]] = {}  # by GUID: groups that --movers keep has kept

    def plan(self, people: list[Person]) -> list[Step]:
        """What would be done for each row; those that are refused have failed."""
        steps: list[Step] = []
        for match in matching.match(people, self.accounts, adopt=self.manner.adopt):
            if match.error is not None:
                self._fail(match, match.error)
                continue
            self.each(match, lambda match=match: steps.append(self._step(match)))  # type: ignore[misc]
            if match.note:
                self.document.warnings.append(f"{match.person.number}: {match.note}")
        return steps

    def item(self, step: Step) -> UserSyncItem:
        """What would be done, for a document."""
        if step.start is not None:
            return {**step.start.item(), **step.more}
        if step.leaver is not None:
            planned = offboard.planned(self.place, step.leaver)
            if not self._due(step.leaver):
                return {**planned, **step.more, "status": _waiting(step.leaver), "changes": []}
            return {**planned, **step.more, "status": "planned"}
        if step.account is not None:
            status: Outcome = "planned" if step.plan.changes or self._noted(step) else "unchanged"
            rights = [str(right) for right in step.plan.rights]
            return {
                **step.account.item(step.kind, status, step.plan.changes),
                **step.more,
                "rights": rights,
            }
        nobody: UserSyncItem = {
            "sam_account_name": None,
            "guid": None,
            "dn": None,
            "action": "none",
            "changes": [],
            "status": "unchanged",
        }
        return {**nobody, **step.more}

    def _step(self, match: Match) -> Step:
        written = match.person.request.attributes.get("department", "")
        if meant := nearly(self.settings, written):
            why = _('directory.yaml knows no directorate "{name}"; did you mean "{meant}"?')
            self._warn(match, why.format(name=written, meant=meant))
        if match.kind in ("add", "complete"):
            opening = Opening(self.place, match.person.request)
            start = opening.start()
            if start.creation is not None:
                self.place.cache.took(start.creation)
            return Step(match, opening=opening, start=start)
        account = match.account
        if account is None or (self.manner.only_new and not self.manner.adopt):
            return Step(match, account)
        if match.kind == "disable":
            return self._leaving(match, account)
        step = self._decided(match, account)
        if step.plan.changes:
            whole = queries.by_guid(self.domain, account.guid)
            self.place.checks.clear(whole, step.plan)
        return step

    def _leaving(self, match: Match, account: Account) -> Step:
        record = self.records.of(account.guid)
        if record and record.finished and not account.enabled and not account.groups:
            return Step(match, account)
        one = offboard.look(self.place, queries.by_guid(self.domain, account.guid))
        if one.closed:
            self._warn(match, f"{account.sam_account_name}: {one.why}")
        return Step(match, account, leaver=one)

    def _due(self, one: Leaver) -> bool:
        """Is there something to do for this leaver, other than to wait?"""
        return bool(one.plan.changes) or not (one.closed or one.cleared)

    def _decided(self, match: Match, account: Account) -> Step:
        """What the row asks of this account. The same question, asked after the write, proves it."""
        if match.kind == "adopt":
            return Step(match, account, matching.adopted(match.person, account))
        if match.kind != "change":
            return Step(match, account)
        record = self.records.of(account.guid)
        if not account.enabled and record is None:
            why = _("{name} is disabled; sync does not open accounts: bitools user enable, or restore")
            self._warn(match, why.format(name=account.sam_account_name))
            return Step(match, account)
        if record is not None and not same_name(account, match.person.request):
            why = _("{name} was off-boarded, and this row has another name: is it the same person?")
            hint = _("if so: bitools user rename {name}; if not: bitools user set {name} --clear employee-id")
            name = account.sam_account_name
            raise Refused(why.format(name=name), target=name, hint=hint.format(name=name), reason="ambiguous")
        request = movers.as_it_stands(match.person.request, account)
        role = role_of(self.settings, request)
        given, missing = self.place.cache.groups(role.groups)
        if missing:
            raise Refused(_("the directory has no group {names}").format(names=", ".join(missing)))
        post = self._post(match, account, request.role, given)
        plan = matching.as_listed(match.person, account, role, post, self.now)
        if fold(account.parent) != fold(role.ou):
            plan = plan.then(moving_beside(role.ou, self.domain, account))
        if record is None:
            return Step(match, account, plan, post)
        why = _("{name} comes back, and its old password with it; another one: bitools user passwd {name}")
        self._warn(match, why.format(name=account.sam_account_name))
        back, stays = self._come_back(account, record, given)
        return Step(match, account, plan.then(back), post, record, stays)

    def _post(self, match: Match, account: Account, role: str, given: tuple[Group, ...]) -> Post:
        """What the post gives and takes. Raise Refused if only a person can say which groups were its."""
        old = self.posts.role(account, role)
        granted = self.posts.past.grants.get(account.guid, set()) | self.kept.get(account.guid, set())
        post = movers.post(role, old, account, given, self.posts.managed.values(), granted)
        if not post.doubtful:
            return post
        names = ", ".join(group.name for group in post.leaves)
        if self.manner.movers == "keep":
            self.kept[account.guid] = {fold(group.dn) for group in post.leaves}
            return replace(post, leaves=(), kept=(*post.kept, *(group.dn for group in post.leaves)))
        if self.manner.movers == "take" or self.consent.asks or self.run.dry_run:
            why = _("{name}: nobody knows the post before this one; its groups {names} would go")
            self._warn(match, why.format(name=account.sam_account_name, names=names))
            return post
        message = _("nobody knows the post before this one: did it give {names}?").format(names=names)
        hint = _("say it once: --movers take, or --movers keep; or answer on a terminal")
        raise Refused(message, hint=hint, reason="old_role")

    def _come_back(
        self, account: Account, record: Record, given: tuple[Group, ...]
    ) -> tuple[Plan, tuple[str, ...]]:
        """What a rehire gets back beside the post (groups that none gives), and what stays off."""
        posts = {group.guid for group in (*self.posts.managed.values(), *given)}
        back, stays = [], []
        for guid, dn in record.groups.items():
            group = None if guid in posts else groups.by_guid(self.domain, guid)
            if group and (self.consent.override or not any(map(privileged_group, group.sids))):
                back.append(group)
            elif guid not in {one.guid for one in given}:
                stays.append(dn)
        plan = joining(account, back)
        if account.expires and account.expires <= self.now:
            plan = plan.then(expiring(account, None, self.run.inventory.settings.zone))
        return plan.then(flags(account, account.flags & ~Flag.DISABLED)), tuple(stays)

    def _noted(self, step: Step) -> list[str]:
        """Groups that stay because a person said so, which the ledger does not know yet."""
        kept = self.kept.get(step.account.guid, set()) if step.account else set()
        return [dn for dn in step.account.groups if fold(dn) in kept] if step.account else []

    def apply(self, writer: Writing, step: Step, shown: UserSyncItem) -> None:
        """Do it, read it back, record it. Of what was done already, other systems may not have been told."""
        item = self._applied(writer, step, shown)
        self.document.items.append(item)
        if step.account and self.settings.connectors and item["status"] in _IDLE:
            events: tuple[Event, ...] = ("offboard",) if step.match.person.leaving else ("add", "move")
            self.document.warnings += connectors.carry_on(self.run, self.settings, events, step.account)

    def _applied(self, writer: Writing, step: Step, shown: UserSyncItem) -> UserSyncItem:
        if step.opening is not None and step.start is not None:
            return self._open(writer, step, step.opening, step.start, shown)
        if step.account is None:
            return shown
        if step.leaver is not None:
            return self._close(writer, step, step.account, shown)
        if shown["status"] == "unchanged":
            for act in (acts.USER_ADD, acts.USER_ADOPT, acts.USER_OFFBOARD, _ACTS.get(step.kind)):
                if act is not None:  # it is there, and it has this person's number
                    writer.close_intents(act, step.account.sam_account_name, shown)
            Journal(self.run.state, step.match.person.request).forget()
            return shown
        return self._change(writer, step, step.account, shown)

    def _open(
        self, writer: Writing, step: Step, opening: Opening, start: Start, shown: UserSyncItem
    ) -> UserSyncItem:
        """Make an account. If others made accounts since, look again whether the names are free."""
        with self.place.alone(locks.NEW) as before:
            if before not in (self.last, self.run.id) or self.consent.asks:
                self.last = before
                cache = DirectoryCache(self.domain)
                checks = Checks(self.run, self.settings, cache, override=self.consent.override)
                opening = Opening(replace(self.place, cache=cache, checks=checks), opening.request)
                start = opening.start()
                self.place.still(shown, start.item())
            item: UserSyncItem = {**opening.open(start, writer), **step.more}
        self.document.warnings += opening.tell(item)
        return item

    def _close(self, writer: Writing, step: Step, account: Account, shown: UserSyncItem) -> UserSyncItem:
        if shown["status"] != "planned":
            writer.close_intents(acts.USER_OFFBOARD, account.sam_account_name, shown)
            return shown
        with self.place.alone(locks.account(account.guid)):
            one = offboard.look(self.place, queries.by_guid(self.domain, account.guid))
            self.place.still(shown, offboard.planned(self.place, one))
            closing = Closing(self.place, writer, one, Clearance())
            item: UserSyncItem = {**closing.write(), **step.more}
        self.document.warnings += [*closing.warnings, *closing.tell()]
        return item

    def _change(self, writer: Writing, step: Step, account: Account, shown: UserSyncItem) -> UserSyncItem:
        act = _ACTS[step.kind]
        with self.place.alone(locks.account(account.guid)):
            whole = queries.by_guid(self.domain, account.guid)
            again = self._decided(step.match, whole)
            self.place.still(shown, self.item(again))
            cleared = self.place.checks.clear(whole, again.plan, fresh=True)
            was = whole.item(step.kind, whole.status(self.run.started), again.plan.changes)
            moves = again.post is not None and (again.post.moved or again.elsewhere)
            with writer.intent(act, whole.sam_account_name, {**was, **step.more}) as entry:
                if moves:
                    role = again.post.role if again.post else ""
                    connectors.announce(self.run, self.settings, "move", whole, role=role)
                self.domain.carry_out(cleared)
                found = queries.by_guid(self.domain, whole.guid)
                proven(self._decided(step.match, found).plan, whole)
                if again.record is not None:
                    self.records.save(replace(again.record, restored=self.now.isoformat(timespec="seconds")))
                done = found.item(step.kind, _DONE[step.kind], again.plan.changes)
                item: UserSyncItem = {**done, **again.more}
                if standing := self._noted(again):
                    item["standing"] = standing
                entry.done(after=item)
        if moves:
            self.document.warnings += connectors.carry(self.run, self.settings, "move", found)
        return item

    def each(self, match: Match, act: Callable[[], None]) -> None:
        """Act for one row; what is refused has failed, and the next row's turn comes."""
        try:
            act()
        except Unreachable:
            raise
        except BitoolsError as error:
            self._fail(match, error)

    def _fail(self, match: Match, error: BitoolsError) -> None:
        person = match.person
        message = _("line {line}: {why}").format(line=person.line, why=error.message)
        self.document.fail(error.but(message=message, target=person.number))

    def _warn(self, match: Match, text: str) -> None:
        line = _("line {line}: {why}").format(line=match.person.line, why=text)
        if line not in self.document.warnings:
            self.document.warnings.append(line)


def _waiting(one: Leaver) -> Outcome:
    """How a leaver is called for whom nothing is to be done now."""
    if one.closed:
        return "held"
    return "unchanged" if one.record and one.record.finished else "checklist"
