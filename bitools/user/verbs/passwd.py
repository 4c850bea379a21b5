"""Give an account a new first password. The slip is on the disk before the password is valid.

One operation sets it, makes its owner change it, and unlocks: there is no half of it. A run that was killed
left a slip that may or may not be valid; the next one removes it and makes another.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bitools.errors import BitoolsError, IntegrityBroken, Refused, Rejected
from bitools.i18n import _
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document, write
from bitools.user.decisions import guards
from bitools.user.decisions.account import Account, Change
from bitools.user.decisions.change import Right
from bitools.user.decisions.passwords import PasswordPolicy, generate
from bitools.user.verbs.changing import SILENT, Consent, opened, prove_rights
from bitools.user.verbs.write_journal import Writing
from bitools.user.wire import policies, queries, slip
from bitools.user.wire.directory import Domain

_CHANGES = (Change("unicodePwd", None, "×××"), Change("pwdLastSet", None, "0"))


def passwd(run: Run, name: str, slip_to: Path | None = None, consent: Consent = SILENT) -> Document:
    """Set a new first password and write it onto a slip.

    Raise Refused for a protected account or one that is not whole; Rejected if the domain refuses it: then
    the old password goes on being valid, and there is no slip.
    """
    settings = run.inventory.require_directory()
    consent.limit(settings, 1)
    document = run.document("bitools.user.passwd/1")
    with opened(run, settings, document) as place:
        account = queries.account(place.domain, name)
        facts = queries.guard_facts(place.domain, settings, run.ledger.actor)
        guards.check(account, facts, allow_privileged=consent.privileged, reason=consent.reason)
        if account.pending:
            message = _("an interrupted run began this account and it is not whole")
            hint = _("complete it: repeat the command that began it")
            raise Refused(message, target=account.sam_account_name, hint=hint, reason="pending")
        rights = (Right(account.dn, "unicodePwd"), Right(account.dn, "pwdLastSet"))
        prove_rights(place.domain, rights)
        policy = policies.of(place.domain, account)
        item = account.item("passwd", "planned", _CHANGES) | {"rights": [str(right) for right in rights]}
        document.items.append(item)
        document.changed = True
        if place.writer is not None:
            path = slip.place(run.state, account.sam_account_name, run.id, slip_to)
            consent.ask(document)
            document.items = [
                _Reset(run, place.domain, place.writer, account, policy, path).write(consent.reason)
            ]
    return document


@dataclass(frozen=True, slots=True)
class _Reset:
    run: Run
    domain: Domain
    writer: Writing
    account: Account
    policy: PasswordPolicy
    path: Path

    def write(self, reason: str) -> dict[str, Any]:
        """Slip, then the one operation, then read back."""
        sam, earlier = self.account.sam_account_name, self.run.state.path("journal", self._memory)
        before = self.account.item("passwd", self.account.status(self.run.started))
        before |= {"reason": reason} if reason else {}
        with self.writer.intent(acts.USER_PASSWD, sam, before) as entry:
            if earlier.exists():
                slip.discard(Path(earlier.read_text(encoding="utf-8")))
            write(earlier, str(self.path).encode())
            self._set()
            found = queries.by_guid(self.domain, self.account.guid)
            if not found.must_change:
                message = _("the directory does not hold what was written: {names}")
                raise IntegrityBroken(message.format(names="pwdLastSet"), target=sam)
            item = found.item("passwd", "password_set", _CHANGES) | {"slip": str(self.path)}
            entry.done(after=item)
        earlier.unlink()
        return item

    @property
    def _memory(self) -> str:
        return f"{self.account.guid}.slip"

    def _set(self) -> None:
        account = self.account
        display = account.attributes.get("displayName", "")
        password = generate(self.policy, account.sam_account_name, display)
        slip.write(
            self.path,
            self.run.inventory,
            self.run.state,
            display_name=display or account.sam_account_name,
            login=account.sam_account_name,
            principal=account.attributes.get("userPrincipalName", account.sam_account_name),
            password=password,
            now=self.run.started,
        )
        more = {"pwdLastSet": ("REPLACE", ["0"])} | (
            {"lockoutTime": ("REPLACE", ["0"])} if account.locked else {}
        )
        try:
            self.domain.set_password(f"<GUID={account.guid}>", password, more)
        except Rejected as error:
            slip.discard(self.path)
            raise policy_named(error, self.policy) from None


def policy_named(error: Rejected, policy: PasswordPolicy) -> BitoolsError:
    """The same refusal; if it was the password policy's, with what that asks for."""
    if error.reason != "policy":
        return error
    hint = _("the policy asks for: {policy}").format(policy=policy)
    return Rejected(error.message, target=error.target, hint=hint, reason="policy")
