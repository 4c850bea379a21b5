"""Open one account so that no crash leaves half of one that can be used.

journal → ADD, disabled and marked → password → groups → mailbox → slip → ONE commit (enabled, must change,
mark gone) → verify. Killed anywhere before the commit, there is nothing, or a disabled marked account that
the same command completes; with a new password, since none is stored.
"""

from __future__ import annotations

import secrets
import shlex
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from bitools import process
from bitools.documents.user import UserSyncItem
from bitools.errors import IntegrityBroken, NotFound, Refused, Rejected, Unreachable
from bitools.i18n import _
from bitools.inventory.accounts import Role
from bitools.ledger import acts
from bitools.user.decisions import names
from bitools.user.decisions.account import MARK, Account, Flag
from bitools.user.decisions.change import Value, Write
from bitools.user.decisions.checks import Cleared
from bitools.user.decisions.creation import Creation, create, resume
from bitools.user.decisions.passwords import generate
from bitools.user.decisions.person import Request, role_of, same_person
from bitools.user.verbs import connectors
from bitools.user.verbs.changing import Open
from bitools.user.verbs.passwd import policy_named
from bitools.user.verbs.write_journal import Writing
from bitools.user.wire import queries, slip
from bitools.user.wire.attributes import encoded
from bitools.user.wire.directory import rdn
from bitools.user.wire.directory_cache import DirectoryCache
from bitools.user.wire.journal import Begun, Journal

HOOK = 30.0  # seconds for a program of the municipality's; whoever waits for the lock waits for it too
_REMEMBERED = timedelta(days=1)  # how long "all is done, but nobody was told" is believed


@dataclass(frozen=True, slots=True)
class Start:
    """Where an opening stands: the plan, and what an earlier run has left of it. No plan: all is done."""

    creation: Creation | None
    account: Account | None = None
    begun: Begun | None = None
    cleared: Cleared | None = None

    @property
    def dn(self) -> str:
        """Where the account is, or will be."""
        if self.account:
            return self.account.dn
        assert self.creation is not None
        return f"{rdn('CN', self.creation.common_name)},{self.creation.ou}"

    def item(self) -> UserSyncItem:
        """What would be done, for a document."""
        if self.creation is None:
            assert self.account is not None
            return self.account.item("add", "planned" if self.begun else "unchanged")
        rights = [_("put users into {dn}").format(dn=self.creation.ou)]
        write = _("write {attribute} of {dn}")
        rights += [write.format(attribute="member", dn=group.dn) for group in self.creation.groups]
        return {
            "sam_account_name": self.creation.sam_account_name,
            "guid": self.account.guid if self.account else None,
            "dn": self.dn,
            "action": "add",
            "changes": [change.as_json() for change in self.creation.changes()],
            "status": "planned",
            "rights": rights,
        }


class Opening:
    """One person's account on its way. `namesake`: another of this name is meant."""

    def __init__(self, place: Open, request: Request, *, namesake: bool = False) -> None:
        self.place, self.request, self.namesake = place, request, namesake
        self.run, self.settings, self.domain = place.run, place.settings, place.domain
        self.cache, self.checks = place.cache, place.checks
        self.role: Role = role_of(self.settings, request)
        self.journal = Journal(self.run.state, request)
        self._now: datetime = self.run.started.astimezone(self.run.inventory.settings.zone)

    def start(self) -> Start:
        """Look at what is there, and plan the rest; nothing is written.

        Raise as `create` and `Checks.clear_new` do; Refused if there is somebody of this name, and no number
        says that it is another.
        """
        begun = self.journal.read()
        account = self._begun_account(begun)
        if account and not account.pending and begun:
            if not begun.told and self._whole(account, begun):
                return Start(None, account, begun)
            account, begun = None, None  # known to whoever asked, or changed since: no longer ours to finish
        seen = self.cache.before_creation(self.role, self.request)
        if account:
            creation = resume(self.request, self.role, self.settings, seen, account, self._now)
        elif holder := self._same_employee():
            return Start(None, holder)
        else:
            self._alone_of_this_name()
            creation = create(self.request, self.role, self.settings, seen, self._now)
            self._nobody_new(creation)
        cleared = self.checks.clear_new(self.request, creation, account)
        return Start(creation, account, begun, cleared)

    def _whole(self, account: Account, begun: Begun) -> bool:
        fresh = not begun.done or self._now - datetime.fromisoformat(begun.done) < _REMEMBERED
        return account.enabled and fresh

    def _nobody_new(self, creation: Creation) -> None:
        """Raise Refused if whoever has the name came since everybody was listed, and may be this person.

        What a run sent before it was killed may be carried out at any moment after.
        """
        rule = self.settings.username
        wanted = names.username(self.request.given, self.request.surname, rule.pattern, rule.max)
        if creation.sam_account_name == wanted or not self.cache.listed:
            return
        found = {one.guid: one.sam_account_name for one in self._possibly(DirectoryCache(self.domain))}
        new = found.keys() - {one.guid for one in self._possibly(self.cache)}
        if new:
            message = _("{names} came to be while this was planned: is it the same person?")
            named = ", ".join(sorted(found[guid] for guid in new))
            hint = _("run the same command again: it looks first at what was done")
            raise Refused(message.format(names=named), target=named, hint=hint, reason="namesake")

    def _possibly(self, cache: DirectoryCache) -> list[Account]:
        """Accounts that may be this person's."""
        return [*cache.employee(self.request.employee_id), *cache.namesakes(self.request)]

    def _same_employee(self) -> Account | None:
        """Whoever has this number and this name is this person, and has an account.

        Raise Refused if it is a leaver's, or closed: then it is not a new one that is wanted.
        """
        numbered = self.cache.employee(self.request.employee_id)
        same = [one for one in numbered if same_person(one, self.request) and not one.pending]
        for one in same:
            if not one.enabled:
                message = _("this person has an account that is disabled: {name}")
                hint = _(
                    "bitools user restore {name}, if it was off-boarded; else bitools user enable {name}"
                )
                name = one.sam_account_name
                raise Refused(
                    message.format(name=name), target=name, hint=hint.format(name=name), reason="left"
                )
        return same[0] if same else None

    def _alone_of_this_name(self) -> None:
        """Raise Refused if somebody has this name, and no two numbers tell the two apart."""
        number = self.request.employee_id.strip()
        others = [
            one
            for one in self.cache.namesakes(self.request)
            if not (number and one.attributes.get("employeeID", "").strip())
        ]
        if others and not self.namesake:
            names = ", ".join(one.sam_account_name for one in others)
            message = _("{names} has this name: is it the same person?").format(names=names)
            hint = _("another of this name: --namesake, or give both their employee ids (bitools user set)")
            raise Refused(message, target=others[0].sam_account_name, hint=hint, reason="namesake")

    def _begun_account(self, begun: Begun | None) -> Account | None:
        """The account that an earlier run began for this person, whatever has become of it."""
        if begun and begun.guid:
            return self._awaited(begun)
        marked = self.cache.pending(self.request)
        if len(marked) > 1:
            names = ", ".join(account.sam_account_name for account in marked)
            raise Refused(_("several unfinished accounts fit this person: {names}").format(names=names))
        if not marked and begun and begun.server != self.domain.server:
            raise self._elsewhere(begun)
        return marked[0] if marked else None

    def _awaited(self, begun: Begun) -> Account | None:
        """The account of the journal. On another controller than it was begun on, replication is waited for.

        Raise Unreachable if it does not come: another account would become a second one.
        """
        deadline = time.monotonic() + self.settings.replication_timeout
        while True:
            try:
                return queries.by_guid(self.domain, begun.guid)
            except NotFound:
                if begun.server == self.domain.server:
                    return None
                if time.monotonic() > deadline:
                    raise self._elsewhere(begun) from None
                time.sleep(0.5)

    def _elsewhere(self, begun: Begun) -> Unreachable:
        message = _("{name} was begun on {server}, and has not arrived on {here}")
        hint = _("repeat it when {server} is back; if it never will be, remove {file}")
        return Unreachable(
            message.format(name=begun.sam_account_name, server=begun.server, here=self.domain.server),
            target=begun.sam_account_name,
            hint=hint.format(server=begun.server, file=self.journal.file),
            reason="replication",
        )

    def open(self, start: Start, writer: Writing, slip_to: Path | None = None) -> UserSyncItem:
        """Make the account, or complete it, or find it whole. The journal lives on, until this was told."""
        if start.creation is None:
            return self._known(start, writer)
        assert start.cleared is not None
        if start.begun:
            slip.discard(Path(start.begun.slip))
        creation, account, sam = start.creation, start.account, start.creation.sam_account_name
        path = slip.place(self.run.state, sam, self.run.id, slip_to)
        before = {"dn": start.dn, "resumed": account.pending if account else None}
        with writer.intent(acts.USER_ADD, sam, before) as entry:
            guid = account.guid if account else ""
            begun = Begun(self.run.id, sam, start.dn, str(path), guid, self.domain.server)
            self.journal.begin(begun)
            self.cache.took(creation)
            whole, begun = self._make(creation, begun, start.cleared)
            made = whole.item("add", "completed" if account else "created", creation.changes())
            item: UserSyncItem = {**made, "slip": str(path), "role": self.request.role}
            entry.done(after=item)
        self._ended(begun)
        return item

    def tell(self, item: UserSyncItem) -> list[str]:
        """Other systems are told of the account; gives what failed."""
        if not self.settings.connectors or not item["guid"]:
            return []
        account = queries.by_guid(self.domain, item["guid"])
        return connectors.carry(self.run, self.settings, "add", account)

    def _ended(self, begun: Begun) -> None:
        """Where a number tells this person from others, the directory itself remembers."""
        if self.request.employee_id.strip():
            self.journal.forget()
        else:
            self.journal.end(begun, self._now)

    def _known(self, start: Start, writer: Writing) -> UserSyncItem:
        """The account was whole before this run: its slip was written before it was opened."""
        assert start.account is not None
        if start.begun is None:
            if self.request.employee_id.strip():
                self.journal.forget()
            idle = start.account.item("add", "unchanged")
            writer.close_intents(acts.USER_ADD, start.account.sam_account_name, idle)
            return idle
        item: UserSyncItem = {**start.account.item("add", "completed"), "slip": start.begun.slip}
        writer.close_intents(acts.USER_ADD, start.account.sam_account_name, item)
        self._ended(start.begun)
        return item

    def _make(self, creation: Creation, begun: Begun, cleared: Cleared) -> tuple[Account, Begun]:
        """Everything that is written, in the one order that a crash cannot harm."""
        if not begun.guid:
            self.domain.add(cleared, begun.dn, self._disabled(creation))
            begun = self.journal.made(begun, self._read_back(begun).guid)
            member: set[str] = set()
        else:
            wanted = {name: ("REPLACE", [value]) for name, value in _written(creation).items()}
            self.domain.modify(cleared, f"<GUID={begun.guid}>", wanted)
            member = {dn.casefold() for dn in queries.by_guid(self.domain, begun.guid).groups}
        target = f"<GUID={begun.guid}>"
        password = generate(
            creation.policy, creation.sam_account_name, creation.display_name, secrets.token_bytes
        )
        try:
            self.domain.set_password(cleared, target, password)
        except Rejected as error:
            raise policy_named(error, creation.policy) from None
        joins = [
            Write(f"<GUID={group.guid}>", {"member": ("ADD", [begun.dn])}, about=group.dn)
            for group in creation.groups
            if group.dn.casefold() not in member
        ]
        self.domain.carry_out(replace(cleared, plan=replace(cleared.plan, writes=tuple(joins))))
        if creation.mailbox:
            process.run(shlex.split(creation.mailbox), timeout=HOOK, check=True)
        slip.write(
            Path(begun.slip),
            self.run.inventory,
            self.run.state,
            display_name=creation.display_name,
            login=creation.sam_account_name,
            principal=creation.attributes["userPrincipalName"],
            password=password,
            now=self.run.started,
        )
        if self.settings.connectors:
            person = queries.by_guid(self.domain, begun.guid)
            connectors.announce(self.run, self.settings, "add", person, role=self.request.role)
        self.domain.modify(cleared, target, _COMMIT)
        return self._verified(creation, begun), begun

    def _disabled(self, creation: Creation) -> dict[str, Value | list[str]]:
        return {
            "objectClass": ["top", "person", "organizationalPerson", "user"],
            "sAMAccountName": creation.sam_account_name,
            "userAccountControl": str(int(Flag.NORMAL | Flag.DISABLED)),
            "info": MARK + self.run.id,
            **_written(creation),
        }

    def _read_back(self, begun: Begun) -> Account:
        """What was just added, proven to be ours. Raise IntegrityBroken if it is not."""
        entry = self.domain.read(begun.dn, _OWN)
        account = queries.decoded(entry) if entry else None
        if account is None or account.pending != self.run.id:
            message = _("another account has taken the name meanwhile")
            raise IntegrityBroken(message, target=begun.sam_account_name)
        return account

    def _verified(self, creation: Creation, begun: Begun) -> Account:
        """The account as the directory has it now. Raise IntegrityBroken if it is not what was planned."""
        entry = self.domain.read(f"<GUID={begun.guid}>", (*_OWN, *_written(creation)))
        if not entry:
            raise IntegrityBroken(_("it is not there"), target=creation.sam_account_name)
        account = queries.decoded(entry)
        wrong = [
            name
            for name, value in _held(creation).items()
            if entry.get(name.lower(), [value]) != [value]  # none: we may not see it
        ]
        joined = {dn.casefold() for dn in account.groups}
        wrong += [group.name for group in creation.groups if group.dn.casefold() not in joined]
        if not account.enabled or not account.must_change or "info" in account.attributes:
            wrong.append("userAccountControl")
        if wrong:
            message = _("the directory does not hold what was written: {names}").format(
                names=", ".join(wrong)
            )
            raise IntegrityBroken(message, target=account.sam_account_name)
        return account


def _written(creation: Creation) -> dict[str, Value]:
    """The attributes of a new account, as we know them."""
    return {**creation.attributes, **({"accountExpires": creation.expires} if creation.expires else {})}


def _held(creation: Creation) -> dict[str, bytes]:
    """The same, as the controller will show them."""
    return {name: str(encoded(value)).encode() for name, value in _written(creation).items()}


# What must be known of an account that is being made, beside what was written into it.
_OWN = ("objectGUID", "objectSid", "sAMAccountName", "userAccountControl", "pwdLastSet", "info", "memberOf")
_COMMIT = {
    "userAccountControl": ("REPLACE", [str(int(Flag.NORMAL))]),
    "pwdLastSet": ("REPLACE", ["0"]),
    "info": ("REPLACE", list[str]()),
}
