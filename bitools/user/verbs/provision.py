"""Open one account so that no crash leaves half of one that can be used.

journal → ADD, disabled and marked → password → groups → mailbox → slip → ONE commit (enabled, must change,
mark gone) → verify. Killed anywhere before the commit, there is nothing, or a disabled marked account that
the same command completes; with a new password, since none is stored.
"""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bitools import process
from bitools.errors import IntegrityBroken, NotFound, Refused, Rejected, Unreachable
from bitools.i18n import _
from bitools.inventory.accounts import Directory, Role
from bitools.ledger import acts
from bitools.run import Run
from bitools.user.decisions.account import MARK, Account, Flag
from bitools.user.decisions.change import Value, Write
from bitools.user.decisions.creation import Creation, Seen, create, resume
from bitools.user.decisions.passwords import generate
from bitools.user.decisions.person import Request, role_of, same_person
from bitools.user.verbs.passwd import policy_named
from bitools.user.verbs.write_journal import Writing
from bitools.user.wire import queries, slip
from bitools.user.wire.attributes import encoded
from bitools.user.wire.directory import Domain, rdn
from bitools.user.wire.directory_cache import DirectoryCache
from bitools.user.wire.journal import Begun, Journal

_REMEMBERED = timedelta(days=1)  # how long "all is done, but nobody was told" is believed


@dataclass(frozen=True, slots=True)
class Start:
    """Where an opening stands: the plan, and what an earlier run has left of it. No plan: all is done."""

    creation: Creation | None
    account: Account | None = None
    begun: Begun | None = None

    @property
    def dn(self) -> str:
        """Where the account is, or will be."""
        if self.account:
            return self.account.dn
        assert self.creation is not None
        return f"{rdn('CN', self.creation.common_name)},{self.creation.ou}"

    def item(self) -> dict[str, Any]:
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
    """One person's account on its way."""

    def __init__(self, run: Run, settings: Directory, cache: DirectoryCache, request: Request) -> None:
        self.run, self.settings, self.cache, self.request = run, settings, cache, request
        self.domain: Domain = cache.domain
        self.role: Role = role_of(settings, request)
        self.journal = Journal(run.state, request)
        self._now: datetime = run.started.astimezone(run.inventory.settings.zone)

    def start(self) -> Start:
        """Look at what is there, and plan the rest. Raise as creation.create does; nothing is written."""
        begun = self.journal.read()
        account = self._found(begun)
        if account and not account.pending and (not begun or self._whole(account, begun)):
            return Start(None, account, begun)
        if account and not account.pending:  # journalled, renamed or disabled since: no longer ours to finish
            account, begun = None, None
        seen = self.cache.before_creation(self.role, self.request)
        if account:
            creation = resume(self.request, self.role, self.settings, seen, account, self._now)
        elif holder := self._same_employee(seen):
            return Start(None, holder)
        else:
            creation = create(self.request, self.role, self.settings, seen, self._now)
        return Start(creation, account, begun)

    def _whole(self, account: Account, begun: Begun) -> bool:
        fresh = not begun.done or self._now - datetime.fromisoformat(begun.done) < _REMEMBERED
        return account.enabled and fresh

    def _same_employee(self, seen: Seen) -> Account | None:
        """Whoever has this number and this name is this person, and has an account."""
        return next(
            (one for one in seen.same_employee if same_person(one, self.request) and not one.pending),
            None,
        )

    def _found(self, begun: Begun | None) -> Account | None:
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

    def open(
        self, start: Start, writer: Writing, slip_to: Path | None = None, *, remember: bool = True
    ) -> dict[str, Any]:
        """Make the account, or complete it, or find it whole.

        `remember` that it is done, until the administrator was told: where nothing but the journal tells this
        person from another of the same name.
        """
        if start.creation is None:
            item = self._told(start, writer)
            if not remember:
                self.journal.forget()
            return item
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
            whole, begun = self._make(creation, begun)
            item = whole.item("add", "completed" if account else "created", creation.changes())
            item["slip"] = str(path)
            entry.done(after=item)
            if remember:
                self.journal.end(begun, self._now)
        if not remember:
            self.journal.forget()
        return item

    def _told(self, start: Start, writer: Writing) -> dict[str, Any]:
        """The account was whole before this run: its slip was written before it was opened."""
        assert start.account is not None
        if start.begun is None:
            return start.account.item("add", "unchanged")
        item = start.account.item("add", "completed") | {"slip": start.begun.slip}
        writer.settle(acts.USER_ADD, start.account.sam_account_name, item)
        self.journal.end(start.begun, self._now)
        return item

    def _make(self, creation: Creation, begun: Begun) -> tuple[Account, Begun]:
        """Everything that is written, in the one order that a crash cannot harm."""
        if not begun.guid:
            self.domain.add(begun.dn, self._disabled(creation))
            begun = self.journal.made(begun, self._read_back(begun).guid)
            member: set[str] = set()
        else:
            wanted = {name: ("REPLACE", [value]) for name, value in _written(creation).items()}
            self.domain.modify(f"<GUID={begun.guid}>", wanted)
            member = {dn.casefold() for dn in queries.by_guid(self.domain, begun.guid).groups}
        target = f"<GUID={begun.guid}>"
        password = generate(creation.policy, creation.sam_account_name, creation.display_name)
        try:
            self.domain.set_password(target, password)
        except Rejected as error:
            raise policy_named(error, creation.policy) from None
        for group in creation.groups:
            if group.dn.casefold() not in member:
                self.domain.carry_out(Write(f"<GUID={group.guid}>", {"member": ("ADD", [begun.dn])}))
        if creation.mailbox:
            process.run(shlex.split(creation.mailbox), check=True)
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
        self.domain.modify(target, _COMMIT)
        return self._verified(creation, begun), begun

    def _disabled(self, creation: Creation) -> dict[str, Any]:
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
