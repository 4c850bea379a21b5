"""One change to accounts that exist: plan all, ask once, write, read back.

What a change does to one account is decided by a pure function that is given the account. The same function
proves the result: asked again after the write, it must find nothing left to do. So every change can be run
twice, and a run that was killed is completed by the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from bitools.errors import BitoolsError, IntegrityBroken, Refused, Rejected, Unreachable
from bitools.i18n import _
from bitools.inventory.accounts import Directory
from bitools.ledger.acts import Act
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions import guards
from bitools.user.decisions.account import Account
from bitools.user.decisions.change import Plan, Right
from bitools.user.verbs.write_journal import Writing, writing
from bitools.user.wire import queries
from bitools.user.wire.directory import Domain, connect

Ask = Callable[[Document], None]


@dataclass(frozen=True, slots=True)
class Consent:
    """What was said on the command line: about privileged accounts, about many at once, and who is asked.

    Without a reason `privileged` is worth nothing. `ask` is given the plan, and raises Refused on a no.
    """

    privileged: bool = False
    reason: str = ""
    max_changes: int | None = None
    ask: Ask = lambda _plan: None

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
    `finish` is called when the change is made and proven, before that is recorded.
    """

    act: Act
    done: str
    decide: Callable[[Domain, Account], Plan]
    alone: bool = True
    find: Callable[[Domain, str], Account] = queries.account
    finish: Callable[[Account], None] = lambda _account: None

    @property
    def name(self) -> str:
        """The command's: `enable`."""
        return self.act.name.removeprefix("user.")


@contextmanager
def opened(run: Run, settings: Directory, document: Document, *, alone: bool = True) -> Iterator[Open]:
    """A connection to one controller, and leave to write unless this is a dry run."""
    with ExitStack() as stack:
        writer = None if run.dry_run else stack.enter_context(writing(run, alone=alone))
        domain = stack.enter_context(connect(settings, run.started, write=not run.dry_run))
        document.warnings += domain.warnings
        yield Open(domain, writer)


@dataclass(frozen=True, slots=True)
class Open:
    """A connection, and the leave to write; none in a dry run."""

    domain: Domain
    writer: Writing | None


@dataclass(frozen=True, slots=True)
class _Planned:
    account: Account
    plan: Plan


def change(run: Run, names: Sequence[str], kind: ChangeKind, consent: Consent = SILENT) -> Document:
    """Make this change to each of these accounts. One account's refusal does not save the next.

    Raise Refused if there are too many or the answer is no; Unreachable as soon as nobody answers.
    """
    settings = run.inventory.require_directory()
    wanted = list(dict.fromkeys(names))
    consent.limit(settings, len(wanted))
    document = run.document(f"bitools.user.{kind.name}/1")
    with opened(run, settings, document, alone=kind.alone) as place:
        planned = _plan(run, settings, place.domain, kind, consent, wanted, document)
        plan = [_planned_item(kind, one) for one in planned]
        if place.writer is None or any(item["changes"] for item in plan):
            document.items = plan
        if place.writer is None:
            return _finished(document)
        if document.items:
            consent.ask(document)
        document.items = []
        for one in planned:
            for why in one.plan.lost:
                document.fail(Rejected(why, reason="lost"), one.account.sam_account_name)
            _each(document, one.account, lambda one=one: _apply(place, settings, run, kind, consent, one))  # type: ignore[misc]
    return _finished(document)


def _finished(document: Document) -> Document:
    document.changed = any(item["changes"] for item in document.items)
    return document


def _plan(
    run: Run,
    settings: Directory,
    domain: Domain,
    kind: ChangeKind,
    consent: Consent,
    names: Sequence[str],
    document: Document,
) -> list[_Planned]:
    """What would be done to each; those that nothing may be done to have failed."""
    facts = queries.guard_facts(domain, settings, run.ledger.actor)
    planned: list[_Planned] = []
    for name in names:
        try:
            account = kind.find(domain, name)
            guards.check(account, facts, allow_privileged=consent.privileged, reason=consent.reason)
            plan = kind.decide(domain, account)
            prove_rights(domain, plan.rights)
            if account.guid not in {one.account.guid for one in planned}:
                planned.append(_Planned(account, plan))
        except Unreachable:
            raise
        except BitoolsError as error:
            document.fail(error, name)
    return planned


def _planned_item(kind: ChangeKind, one: _Planned) -> dict[str, Any]:
    status = "planned" if one.plan.changes else "unchanged"
    item = one.account.item(kind.name, status, one.plan.changes)
    item |= {"lost": list(one.plan.lost)} if one.plan.lost else {}
    return item | {"rights": [str(right) for right in one.plan.rights]}


def _apply(
    place: Open, settings: Directory, run: Run, kind: ChangeKind, consent: Consent, one: _Planned
) -> dict[str, Any]:
    """Write one account's change and read it back. Raise IntegrityBroken if the directory says otherwise."""
    assert place.writer is not None
    account = one.account
    if not one.plan.changes:
        item = account.item(kind.name, "unchanged")
        kind.finish(account)
        place.writer.settle(kind.act, account.sam_account_name, item)
        return item
    last_admin(run, settings, place.domain, account)
    before = account.item(kind.name, account.status(run.started), one.plan.changes)
    before |= {"reason": consent.reason} if consent.reason else {}
    with place.writer.intent(kind.act, account.sam_account_name, before) as entry:
        for write in one.plan.writes:
            place.domain.carry_out(write)
        found = queries.by_guid(place.domain, account.guid)
        if left := kind.decide(place.domain, found).changes:
            message = _("the directory does not hold what was written: {names}")
            names = ", ".join(change.attribute for change in left)
            raise IntegrityBroken(message.format(names=names), target=account.sam_account_name)
        kind.finish(found)
        item = found.item(kind.name, kind.done, one.plan.changes)
        item |= {"lost": list(one.plan.lost)} if one.plan.lost else {}
        entry.done(after=item)
    return item


def last_admin(run: Run, settings: Directory, domain: Domain, account: Account) -> None:
    """Raise Refused if this has become the last enabled Domain Admin since the plan was made."""
    if any(sid.endswith(f"-{guards.DOMAIN_ADMINS}") for sid in account.all_groups):
        facts = queries.guard_facts(domain, settings, run.ledger.actor)
        guards.check(account, facts, allow_privileged=True, reason="-")


# To reset a password is a right of its own (User-Force-Change-Password, MS-ADTS 5.1.3.2.1), which a help desk
# has without writing the attribute; the controller says nothing of it beforehand.
_OWN_RIGHT = frozenset({"unicodePwd"})


def prove_rights(domain: Domain, rights: Sequence[Right]) -> None:
    """Raise Rejected, naming what is missing, if our rights do not reach; nothing has been written yet."""
    known: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for right in rights:
        if right.attribute in _OWN_RIGHT:
            continue
        if right.dn not in known:
            known[right.dn] = queries.effective(domain, right.dn)
        attributes, children = known[right.dn]
        allowed = right.attribute.lower() in attributes if right.attribute else "user" in children
        if not allowed:
            hint = _("delegate it to the account in bind:, see the manual")
            message = _("bitools may not {right}").format(right=right)
            raise Rejected(message, target=right.dn, hint=hint, reason="rights")


def _each(document: Document, account: Account, act: Callable[[], dict[str, Any]]) -> None:
    try:
        document.items.append(act())
    except Unreachable:
        raise
    except BitoolsError as error:
        document.fail(error, account.sam_account_name)
