"""Give accounts new first passwords. The slip is on the disk before the password is valid.

One operation sets it, makes its owner change it, and unlocks: there is no half of it. A run that was killed
left a slip that may or may not be valid; the next one removes it and makes another.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bitools.documents.user import UserSyncItem
from bitools.errors import BitoolsError, IntegrityBroken, Refused, Rejected, Unreachable
from bitools.i18n import _
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document, write
from bitools.user.decisions.account import Account, Change, Flag
from bitools.user.decisions.account_control import flags
from bitools.user.decisions.change import NOTHING, Plan, Right, Value
from bitools.user.decisions.checks import Cleared
from bitools.user.decisions.passwords import PasswordPolicy, generate
from bitools.user.verbs import locks
from bitools.user.verbs.changing import SILENT, Consent, Open, each, opened
from bitools.user.verbs.write_journal import Writing, writing
from bitools.user.wire import policies, queries, slip

_SHEET = "sheet"
_CHANGES = (Change("unicodePwd", None, "×××"), Change("pwdLastSet", None, "0"))


def passwd(
    run: Run,
    names: str | Sequence[str],
    slip_to: Path | None = None,
    consent: Consent = SILENT,
    *,
    fix: bool = False,
) -> Document[UserSyncItem]:
    """Set new first passwords and write them onto slips; those of several accounts onto one sheet.

    `fix`: a password that never expires is made one that does, or nobody is asked for another. Raise Refused
    for a protected account or one that is not whole; Rejected if the domain refuses it: then the old password
    goes on being valid, and there is no slip. Of several, one that is refused does not save the next.
    """
    settings = run.inventory.require_directory()
    wanted = [names] if isinstance(names, str) else list(dict.fromkeys(names))
    consent.limit(settings, len(wanted))
    document: Document[UserSyncItem] = run.document("bitools.user.passwd/1")
    with opened(run, settings, consent, document) as place:
        accounts = _plan(place, wanted, document, fix=fix)
        document.changed = bool(accounts)
        if run.dry_run or not accounts:
            return document
        alone = len(wanted) == 1
        sheet = slip.place(run.state, accounts[0].sam_account_name if alone else _SHEET, run.id, slip_to)
        consent.ask(document)
        document.items = []
        with writing(run, place.domain) as writer:
            for account in accounts:
                path = sheet if alone else slip.single(run.state, account.sam_account_name, run.id, sheet)
                act = partial(_reset, place, writer, account, path, fix)
                document.items.append(act()) if alone else each(document, account, act)
            if not alone:
                slip.bind(run.state, [Path(item["slip"]) for item in document.items], sheet)
                document.items = [{**item, "slip": str(sheet)} for item in document.items]
    return document


def _plan(place: Open, names: Sequence[str], document: Document[UserSyncItem], *, fix: bool) -> list[Account]:
    """The accounts that can be given one; the others have failed, or (of one) raise."""
    accounts: dict[str, Account] = {}
    for name in names:
        try:
            account = queries.account(place.domain, name)
            cleared = place.checks.clear(account, _change(account, fix=fix))
        except Unreachable:
            raise
        except BitoolsError as error:
            if len(names) == 1:
                raise
            document.fail(error, name)
            continue
        if account.guid not in accounts:
            accounts[account.guid] = account
            item = account.item("passwd", "planned", cleared.plan.changes)
            document.items.append({**item, "rights": [str(right) for right in cleared.plan.rights]})
        if account.flags & Flag.PASSWORD_NEVER_EXPIRES and not fix:
            why = _("{name}: its password never expires, so Windows asks for no other; to change that: --fix")
            document.warnings.append(why.format(name=account.sam_account_name))
    return list(accounts.values())


def _change(account: Account, *, fix: bool) -> Plan:
    if account.pending:
        message = _("an interrupted run began this account and it is not whole")
        hint = _("complete it: repeat the command that began it")
        raise Refused(message, target=account.sam_account_name, hint=hint, reason="pending")
    rights = (Right(account.dn, "unicodePwd"), Right(account.dn, "pwdLastSet"))
    fixed = flags(account, account.flags & ~Flag.PASSWORD_NEVER_EXPIRES) if fix else NOTHING
    return Plan((*_CHANGES, *fixed.changes), rights=(*rights, *fixed.rights))


def _reset(place: Open, writer: Writing, account: Account, path: Path, fix: bool) -> UserSyncItem:
    with place.alone(locks.account(account.guid)):
        account = queries.by_guid(place.domain, account.guid)
        cleared = place.checks.clear(account, _change(account, fix=fix), fresh=True)
        return _Reset(place, writer, account, cleared, path).write()


@dataclass(frozen=True, slots=True)
class _Reset:
    place: Open
    writer: Writing
    account: Account
    cleared: Cleared
    path: Path

    def write(self) -> UserSyncItem:
        """Slip, then the one operation, then read back."""
        run, sam = self.place.run, self.account.sam_account_name
        earlier = run.state.path("journal", f"{self.account.guid}.slip")
        asked = Change("pwdLastSet", "0" if self.account.must_change else None, "0")
        was, reason = (
            self.account.item("passwd", self.account.status(run.started), [asked]),
            self.place.consent.reason,
        )
        before = {**was, "reason": reason} if reason else was
        with self.writer.intent(acts.USER_PASSWD, sam, before) as entry:
            if earlier.exists():
                slip.discard(Path(earlier.read_text(encoding="utf-8")))
            write(earlier, str(self.path).encode())
            self._set()
            found = queries.by_guid(self.place.domain, self.account.guid)
            if not found.must_change:
                message = _("the directory does not hold what was written: {names}")
                raise IntegrityBroken(message.format(names="pwdLastSet"), target=sam)
            done = found.item("passwd", "password_set", self.cleared.plan.changes)
            item: UserSyncItem = {**done, "slip": str(self.path)}
            entry.done(after=item)
        earlier.unlink()
        slip.supersede(run.state, sam, self.path)
        return item

    @property
    def _lasting(self) -> bool:
        """Will Windows never ask for another password?"""
        fixed = any(change.attribute == "userAccountControl" for change in self.cleared.plan.changes)
        return bool(self.account.flags & Flag.PASSWORD_NEVER_EXPIRES) and not fixed

    def _set(self) -> None:
        account, run = self.account, self.place.run
        policy = policies.of(self.place.domain, account)
        display = account.attributes.get("displayName", "")
        password = generate(policy, account.sam_account_name, display, secrets.token_bytes)
        slip.write(
            self.path,
            run.inventory,
            run.state,
            display_name=display or account.sam_account_name,
            login=account.sam_account_name,
            principal=account.attributes.get("userPrincipalName", account.sam_account_name),
            password=password,
            now=run.started,
            must_change=not self._lasting,
        )
        more: dict[str, tuple[str, list[Value]]] = {"pwdLastSet": ("REPLACE", [0])}
        if any(change.attribute == "userAccountControl" for change in self.cleared.plan.changes):
            more["userAccountControl"] = ("REPLACE", [int(account.flags & ~Flag.PASSWORD_NEVER_EXPIRES)])
        if account.locked:
            more["lockoutTime"] = ("REPLACE", [0])
        try:
            self.place.domain.set_password(self.cleared, f"<GUID={account.guid}>", password, more)
        except Rejected as error:
            slip.discard(self.path)
            raise policy_named(error, policy) from None


def policy_named(error: Rejected, policy: PasswordPolicy) -> BitoolsError:
    """The same refusal; if it was the password policy's, with what that asks for."""
    if error.reason != "policy":
        return error
    hint = _("the policy asks for: {policy}").format(policy=policy)
    return Rejected(error.message, target=error.target, hint=hint, reason="policy")
