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
from bitools.user.decisions.account import Account, Change
from bitools.user.decisions.change import Plan, Right, Value
from bitools.user.decisions.checks import Cleared
from bitools.user.decisions.passwords import PasswordPolicy, generate
from bitools.user.verbs import locks
from bitools.user.verbs.changing import SILENT, Consent, Open, opened
from bitools.user.verbs.write_journal import Writing, writing
from bitools.user.wire import policies, queries, slip

_CHANGES = (Change("unicodePwd", None, "×××"), Change("pwdLastSet", None, "0"))


def passwd(run: Run, name: str, slip_to: Path | None = None, consent: Consent = SILENT) -> Document[Any]:
    """Set a new first password and write it onto a slip.

    Raise Refused for a protected account or one that is not whole; Rejected if the domain refuses it: then
    the old password goes on being valid, and there is no slip.
    """
    settings = run.inventory.require_directory()
    consent.limit(settings, 1)
    document = run.document("bitools.user.passwd/1")
    with opened(run, settings, consent, document) as place:
        account = queries.account(place.domain, name)
        cleared = place.checks.clear(account, _plan(account))
        item = account.item("passwd", "planned", _CHANGES)
        item |= {"rights": [str(right) for right in cleared.plan.rights]}
        document.items.append(item)
        document.changed = True
        if run.dry_run:
            return document
        path = slip.place(run.state, account.sam_account_name, run.id, slip_to)
        consent.ask(document)
        with writing(run) as writer, place.alone(locks.account(account.guid)):
            account = queries.by_guid(place.domain, account.guid)
            cleared = place.checks.clear(account, _plan(account), fresh=True)
            document.items = [_Reset(place, writer, account, cleared, path).write()]
    return document


def _plan(account: Account) -> Plan:
    if account.pending:
        message = _("an interrupted run began this account and it is not whole")
        hint = _("complete it: repeat the command that began it")
        raise Refused(message, target=account.sam_account_name, hint=hint, reason="pending")
    rights = (Right(account.dn, "unicodePwd"), Right(account.dn, "pwdLastSet"))
    return Plan(_CHANGES, rights=rights)


@dataclass(frozen=True, slots=True)
class _Reset:
    place: Open
    writer: Writing
    account: Account
    cleared: Cleared
    path: Path

    def write(self) -> dict[str, Any]:
        """Slip, then the one operation, then read back."""
        run, sam = self.place.run, self.account.sam_account_name
        earlier = run.state.path("journal", f"{self.account.guid}.slip")
        before = self.account.item("passwd", self.account.status(run.started))
        before |= {"reason": self.place.consent.reason} if self.place.consent.reason else {}
        with self.writer.intent(acts.USER_PASSWD, sam, before) as entry:
            if earlier.exists():
                slip.discard(Path(earlier.read_text(encoding="utf-8")))
            write(earlier, str(self.path).encode())
            self._set()
            found = queries.by_guid(self.place.domain, self.account.guid)
            if not found.must_change:
                message = _("the directory does not hold what was written: {names}")
                raise IntegrityBroken(message.format(names="pwdLastSet"), target=sam)
            item = found.item("passwd", "password_set", _CHANGES) | {"slip": str(self.path)}
            entry.done(after=item)
        earlier.unlink()
        return item

    def _set(self) -> None:
        account, run = self.account, self.place.run
        policy = policies.of(self.place.domain, account)
        display = account.attributes.get("displayName", "")
        password = generate(policy, account.sam_account_name, display)
        slip.write(
            self.path,
            run.inventory,
            run.state,
            display_name=display or account.sam_account_name,
            login=account.sam_account_name,
            principal=account.attributes.get("userPrincipalName", account.sam_account_name),
            password=password,
            now=run.started,
        )
        more: dict[str, tuple[str, list[Value]]] = {"pwdLastSet": ("REPLACE", [0])}
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
