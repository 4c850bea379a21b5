"""One change to accounts that exist: plan all, ask once, write, read back.

What a change does to one account is decided by a pure function that is given the account. The same function
proves the result: asked again after the write, it must find nothing left to do. So every change can be run
twice, and a run that was killed is completed by the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from bitools.errors import BitoolsError, IntegrityBroken, Refused, Rejected, Unreachable
from bitools.i18n import _
from bitools.inventory.accounts import Directory
from bitools.ledger.acts import Act
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions import guards
from bitools.user.decisions.account import Account, Change
from bitools.user.verbs import observe
from bitools.user.verbs.unfinished import Writing, writing
from bitools.user.wire.directory import Domain, connect

Modification = Mapping[str, tuple[str, Sequence[str]]]
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
class Write:
    """One operation: attributes of an object, or (`parent`) its move below another."""

    dn: str
    changes: Modification = field(default_factory=dict)
    name: str = ""
    parent: str = ""

    def send(self, domain: Domain) -> None:
        """Do it. Raise Rejected, or Unreachable: then it is unknown.

        A membership that somebody else has given or taken meanwhile is no failure (each controller refuses it
        in its own way): whoever sends this reads back what is there.
        """
        try:
            if self.parent:
                domain.move(self.dn, self.name, self.parent)
            else:
                domain.modify(self.dn, self.changes)
        except Rejected as error:
            if "member" not in self.changes or error.reason not in ("exists", "absent"):
                raise


@dataclass(frozen=True, slots=True)
class Right:
    """What must be allowed to us: to write an attribute of an object, or to make users below it."""

    dn: str
    attribute: str = ""

    def __str__(self) -> str:
        if self.attribute:
            return _("write {attribute} of {dn}").format(attribute=self.attribute, dn=self.dn)
        return _("put users into {dn}").format(dn=self.dn)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done to one account; nothing, if it is as it should be."""

    changes: tuple[Change, ...] = ()
    writes: tuple[Write, ...] = ()
    rights: tuple[Right, ...] = ()
    lost: tuple[str, ...] = ()  # what cannot be done, and why; the rest is

    def then(self, *others: Decision, lost: tuple[str, ...] = ()) -> Decision:
        """This, then those, in one go."""
        all_of = (self, *others)
        return Decision(
            tuple(change for one in all_of for change in one.changes),
            tuple(write for one in all_of for write in one.writes),
            tuple(right for one in all_of for right in one.rights),
            (*(why for one in all_of for why in one.lost), *lost),
        )


NOTHING = Decision()


@dataclass(frozen=True, slots=True)
class Verb:
    """A kind of change: its act, how it is called when done, and what it does to one account.

    `decide` raises Refused if the account is not one for it. `find` looks an account up by what was typed;
    `finish` is called when the change is made and proven, before that is recorded.
    """

    act: Act
    done: str
    decide: Callable[[Domain, Account], Decision]
    alone: bool = True
    find: Callable[[Domain, str], Account] = observe.account
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
    decision: Decision


def change(run: Run, names: Sequence[str], verb: Verb, consent: Consent = SILENT) -> Document:
    """Make this change to each of these accounts. One account's refusal does not save the next.

    Raise Refused if there are too many or the answer is no; Unreachable as soon as nobody answers.
    """
    settings = run.inventory.require_directory()
    wanted = list(dict.fromkeys(names))
    consent.limit(settings, len(wanted))
    document = run.document(f"bitools.user.{verb.name}/1")
    with opened(run, settings, document, alone=verb.alone) as place:
        planned = _plan(run, settings, place.domain, verb, consent, wanted, document)
        plan = [_planned_item(verb, one) for one in planned]
        if place.writer is None or any(item["changes"] for item in plan):
            document.items = plan
        if place.writer is None:
            return _finished(document)
        if document.items:
            consent.ask(document)
        document.items = []
        for one in planned:
            for why in one.decision.lost:
                document.fail(Rejected(why, reason="lost"), one.account.sam_account_name)
            _each(document, one.account, lambda one=one: _apply(place, settings, run, verb, consent, one))  # type: ignore[misc]
    return _finished(document)


def _finished(document: Document) -> Document:
    document.changed = any(item["changes"] for item in document.items)
    return document


def _plan(
    run: Run,
    settings: Directory,
    domain: Domain,
    verb: Verb,
    consent: Consent,
    names: Sequence[str],
    document: Document,
) -> list[_Planned]:
    """What would be done to each; those that nothing may be done to have failed."""
    facts = observe.facts(domain, settings, run.ledger.actor)
    planned: list[_Planned] = []
    for name in names:
        try:
            account = verb.find(domain, name)
            guards.check(account, facts, allow_privileged=consent.privileged, reason=consent.reason)
            decision = verb.decide(domain, account)
            prove_rights(domain, decision.rights)
            if account.guid not in {one.account.guid for one in planned}:
                planned.append(_Planned(account, decision))
        except Unreachable:
            raise
        except BitoolsError as error:
            document.fail(error, name)
    return planned


def _planned_item(verb: Verb, one: _Planned) -> dict[str, Any]:
    status = "planned" if one.decision.changes else "unchanged"
    item = one.account.item(verb.name, status, one.decision.changes)
    item |= {"lost": list(one.decision.lost)} if one.decision.lost else {}
    return item | {"rights": [str(right) for right in one.decision.rights]}


def _apply(
    place: Open, settings: Directory, run: Run, verb: Verb, consent: Consent, one: _Planned
) -> dict[str, Any]:
    """Write one account's change and read it back. Raise IntegrityBroken if the directory says otherwise."""
    assert place.writer is not None
    account = one.account
    if not one.decision.changes:
        item = account.item(verb.name, "unchanged")
        verb.finish(account)
        place.writer.settle(verb.act, account.sam_account_name, item)
        return item
    last_admin(run, settings, place.domain, account)
    before = account.item(verb.name, account.status(run.started), one.decision.changes)
    before |= {"reason": consent.reason} if consent.reason else {}
    with place.writer.intent(verb.act, account.sam_account_name, before) as entry:
        for write in one.decision.writes:
            write.send(place.domain)
        found = observe.by_guid(place.domain, account.guid)
        if left := verb.decide(place.domain, found).changes:
            message = _("the directory does not hold what was written: {names}")
            names = ", ".join(change.attribute for change in left)
            raise IntegrityBroken(message.format(names=names), target=account.sam_account_name)
        verb.finish(found)
        item = found.item(verb.name, verb.done, one.decision.changes)
        item |= {"lost": list(one.decision.lost)} if one.decision.lost else {}
        entry.done(after=item)
    return item


def last_admin(run: Run, settings: Directory, domain: Domain, account: Account) -> None:
    """Raise Refused if this has become the last enabled Domain Admin since the plan was made."""
    if any(sid.endswith(f"-{guards.DOMAIN_ADMINS}") for sid in account.all_groups):
        facts = observe.facts(domain, settings, run.ledger.actor)
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
            known[right.dn] = observe.effective(domain, right.dn)
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
