"""One change to accounts that exist: plan all, ask once; then each by itself: lock, plan again, write, prove.

What a change does to one account is decided by a pure function that is given the account. The same function
proves the result: asked again after the write, it must find nothing left to do. So every change can be run
twice, and a run that was killed is completed by the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import cast

from bitools.documents.directory import Event
from bitools.documents.user import Action, ChangeDetail, Outcome, UserSyncItem
from bitools.errors import BitoolsError, IntegrityBroken, Refused, Rejected, Unreachable
from bitools.i18n import _
from bitools.inventory.accounts import Directory
from bitools.ledger.acts import Act
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account
from bitools.user.decisions.change import Plan
from bitools.user.verbs import connectors, locks
from bitools.user.verbs.checks import Checks
from bitools.user.verbs.locks import Patience
from bitools.user.verbs.write_journal import Writing, writing
from bitools.user.wire import queries
from bitools.user.wire.directory import Domain, connect
from bitools.user.wire.directory_cache import DirectoryCache

Ask = Callable[[Document[UserSyncItem]], None]


@dataclass(frozen=True, slots=True)
class Consent:
    """What was said on the command line: about privileged accounts, about many at once, and who is asked.

    Without a reason `privileged` is worth nothing. `ask` is given the plan, and raises Refused on a no;
    `asks` says that somebody thinks meanwhile.
    """

    privileged: bool = False
    reason: str = ""
    max_changes: int | None = None
    ask: Ask = lambda _plan: None
    asks: bool = False
    patience: Patience = field(default_factory=Patience)

    @property
    def override(self) -> bool:
        """May privileged accounts and groups be touched?"""
        return self.privileged and bool(self.reason)

    def limit(self, settings: Directory, count: int) -> None:
        """Raise Refused if these are more changes than one run may make."""
        limit = settings.guards.max_changes if self.max_changes is None else self.max_changes
        if count > limit:
            message = _("{count} accounts at once; {limit} are allowed").format(count=count, limit=limit)
            hint = _("if it is meant: --max-changes {count}").format(count=count)
            raise Refused(message, hint=hint, reason="max_changes")


SILENT = Consent()


@dataclass(frozen=True, slots=True)
class ChangeKind:
    """A kind of change: its act, how it is called when done, and what it does to one account.

    `decide` raises Refused if the account is not one for it. `find` looks an account up by what was typed;
    `prepare` is called before it is written, `finish` when it is made and proven, before that is recorded;
    `more` is what the item says beside the rest, `target` what the ledger calls the account. With `alone`
    nobody else writes to the account meanwhile.
    """

    act: Act
    done: Outcome
    decide: Callable[[Domain, Account], Plan]
    alone: bool = True
    event: Event | None = None  # what connectors call it
    find: Callable[[Domain, str], Account] = queries.account
    finish: Callable[[Account], None] = lambda _account: None
    more: Callable[[Account], ChangeDetail] = lambda _account: {}
    prepare: Callable[[Account, Plan], None] = lambda _account, _plan: None
    target: Callable[[Account], str] = lambda account: account.sam_account_name

    @property
    def name(self) -> Action:
        """`enable` of `user.enable`."""
        return cast("Action", self.act.name.removeprefix("user."))


@dataclass(frozen=True, slots=True)
class Open:
    """A connection to one controller, what is known of its directory, and who may do what."""

    run: Run
    settings: Directory
    domain: Domain
    cache: DirectoryCache
    checks: Checks
    consent: Consent

    @contextmanager
    def alone(self, name: str) -> Iterator[str]:
        """Nobody else writes here in the block; gives the run that was here last."""
        with locks.held(self.run, name, self.consent.patience) as before:
            yield before

    def still(self, shown: UserSyncItem, item: UserSyncItem) -> None:
        """The plan was made again: if it is another one, ask again. Raise Refused on a no."""
        if _essence(shown) != _essence(item):
            document: Document[UserSyncItem] = self.run.document(f"bitools.user.{item['action']}/1")
            document.items = [item]
            self.consent.ask(document)


def _essence(item: UserSyncItem) -> tuple[object, ...]:
    return item["changes"], item["dn"], item["sam_account_name"]


@contextmanager
def opened(
    run: Run, settings: Directory, consent: Consent, document: Document[UserSyncItem]
) -> Iterator[Open]:
    """A connection to one controller; to one that can be written to unless this is a dry run."""
    with connect(settings, run.started, write=not run.dry_run) as domain:
        document.warnings += domain.warnings
        cache = DirectoryCache(domain)
        checks = Checks(run, settings, cache, override=consent.override)
        yield Open(run, settings, domain, cache, checks, consent)


@dataclass(frozen=True, slots=True)
class _Planned:
    account: Account
    plan: Plan
    kind: ChangeKind

    def item(self) -> UserSyncItem:
        """What would be done, for a document."""
        item = self.as_found(self.account, "planned" if self.plan.changes else "unchanged")
        item["rights"] = [str(right) for right in self.plan.rights]
        return item

    def as_found(self, account: Account, status: Outcome) -> UserSyncItem:
        """The account as it is now, what was changed, and what is said of it beside."""
        plan, kind = self.plan, self.kind
        item: UserSyncItem = {**account.item(kind.name, status, plan.changes), **kind.more(account)}
        if plan.lost:
            item["lost"] = list(plan.lost)
        return item


def change(
    run: Run, names: Sequence[str], kind: ChangeKind, consent: Consent = SILENT
) -> Document[UserSyncItem]:
    """Make this change to each of these accounts. One account's refusal does not save the next.

    Raise Refused if there are too many or the answer is no; Unreachable as soon as nobody answers.
    """
    settings = run.inventory.require_directory()
    wanted = list(dict.fromkeys(names))
    consent.limit(settings, len(wanted))
    document: Document[UserSyncItem] = run.document(f"bitools.user.{kind.name}/1")
    with opened(run, settings, consent, document) as place:
        planned = _plan(place, kind, wanted, document)
        document.items = [one.item() for one in planned]
        if run.dry_run:
            return _finished(document)
        if any(one.plan.changes for one in planned):
            consent.ask(document)
        document.items = []
        with writing(run, place.domain) as writer:
            for one in planned:
                for why in one.plan.lost:
                    document.fail(Rejected(why, reason="lost"), one.account.sam_account_name)
                each(document, one.account, lambda one=one: _apply(place, writer, one))  # type: ignore[misc]
                document.warnings += _notified(place, kind, one.account)
    return _finished(document)


def _finished(document: Document[UserSyncItem]) -> Document[UserSyncItem]:
    document.changed = any(item["changes"] for item in document.items)
    return document


def _plan(
    place: Open, kind: ChangeKind, names: Sequence[str], document: Document[UserSyncItem]
) -> list[_Planned]:
    """What would be done to each; those that nothing may be done to have failed."""
    planned: dict[str, _Planned] = {}
    for name in names:
        try:
            account = kind.find(place.domain, name)
            place.checks.clear(account, Plan())
            plan = kind.decide(place.domain, account)
            place.checks.clear(account, plan)
            planned.setdefault(account.guid, _Planned(account, plan, kind))
        except Unreachable:
            raise
        except BitoolsError as error:
            document.fail(error, name)
    return list(planned.values())


def _apply(place: Open, writer: Writing, one: _Planned) -> UserSyncItem:
    """Write one account's change and read it back. Raise IntegrityBroken if the directory says otherwise."""
    kind, reason = one.kind, place.consent.reason
    lock = place.alone(locks.account(one.account.guid)) if kind.alone else nullcontext("")
    with lock:
        account = queries.by_guid(place.domain, one.account.guid)
        again = replace(one, account=account, plan=kind.decide(place.domain, account))
        place.still(one.item(), again.item())
        if not again.plan.changes:
            item: UserSyncItem = {**account.item(kind.name, "unchanged"), **kind.more(account)}
            kind.finish(account)
            writer.close_intents(kind.act, kind.target(account), item)
            return item
        cleared = place.checks.clear(account, again.plan, fresh=True)
        was = account.item(kind.name, account.status(place.run.started), again.plan.changes)
        before = {**was, "reason": reason} if reason else was
        with writer.intent(kind.act, kind.target(account), before) as entry:
            kind.prepare(account, again.plan)
            if kind.event:
                old = {"old_sam": account.sam_account_name}
                connectors.announce(place.run, place.settings, kind.event, account, **old)
            place.domain.carry_out(cleared)
            found = queries.by_guid(place.domain, account.guid)
            proven(kind.decide(place.domain, found), account)
            kind.finish(found)
            item = again.as_found(found, kind.done)
            entry.done(after=item)
    return item


def _notified(place: Open, kind: ChangeKind, account: Account) -> list[str]:
    """Other systems are told of what the directory holds; of what it refused they are not."""
    if not kind.event or not place.settings.connectors:
        return []
    found = queries.by_guid(place.domain, account.guid)
    if kind.decide(place.domain, found).changes:
        connectors.withdraw(place.run, kind.event, account.guid)
        return []
    return connectors.carry(place.run, place.settings, kind.event, found)


def proven(left: Plan, account: Account) -> None:
    """Raise IntegrityBroken if something is left to do after all was written."""
    if left.changes:
        message = _("the directory does not hold what was written: {names}")
        names = ", ".join(change.attribute for change in left.changes)
        raise IntegrityBroken(message.format(names=names), target=account.sam_account_name)


def each(document: Document[UserSyncItem], account: Account, act: Callable[[], UserSyncItem]) -> None:
    """Act for one account; what is refused has failed, and the next one's turn comes."""
    try:
        document.items.append(act())
    except Unreachable:
        raise
    except BitoolsError as error:
        document.fail(error, account.sam_account_name)
