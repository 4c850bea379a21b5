"""Changes of one attribute: disable, enable, unlock, expire. Each is a decision about one account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from bitools.errors import Refused
from bitools.i18n import _
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account, Change, Flag, expiry, moment
from bitools.user.verbs.changing import SILENT, Consent, Decision, Right, Verb, Write, change
from bitools.user.wire.directory import Domain

NEVER = "0"  # accountExpires of an account that does not expire (MS-ADA1)


def disable(run: Run, names: Sequence[str], consent: Consent = SILENT) -> Document:
    """Disable these accounts: at once, waiting for nobody, not even for another run."""
    return change(run, names, Verb(acts.USER_DISABLE, "disabled", _disabled, alone=False), consent)


def enable(run: Run, names: Sequence[str], consent: Consent = SILENT) -> Document:
    """Open these accounts again. One that is not whole, or has no password, is refused."""
    return change(run, names, Verb(acts.USER_ENABLE, "enabled", _enabled), consent)


def unlock(run: Run, names: Sequence[str], consent: Consent = SILENT) -> Document:
    """Let those in again who have typed a wrong password too often."""
    return change(run, names, Verb(acts.USER_UNLOCK, "unlocked", _unlocked), consent)


def expire(run: Run, names: Sequence[str], last_day: date | None, consent: Consent = SILENT) -> Document:
    """Let these accounts work until the end of this day, in the municipality's zone; None: for ever."""
    zone = run.inventory.settings.zone

    def decide(_domain: Domain, account: Account) -> Decision:
        return expiring(account, last_day, zone)

    return change(
        run, names, Verb(acts.USER_EXPIRE, "expires" if last_day else "never_expires", decide), consent
    )


def replacing(account: Account, attribute: str, value: str, shown: Change) -> Decision:
    """Give one attribute one value."""
    write = Write(f"<GUID={account.guid}>", {attribute: ("REPLACE", [value])})
    return Decision((shown,), (write,), (Right(account.dn, attribute),))


def flags(account: Account, new: Flag) -> Decision:
    """Give an account these flags, if it has others."""
    if new == account.flags:
        return Decision()
    shown = Change("userAccountControl", int(account.flags), int(new))
    return replacing(account, "userAccountControl", str(int(new)), shown)


def expiring(account: Account, last_day: date | None, zone: ZoneInfo) -> Decision:
    """Let the account end with this day, if it does not."""
    value = str(expiry(last_day, zone)) if last_day else NEVER
    wanted = moment(value.encode())
    if wanted == account.expires:
        return Decision()
    old, new = (at.astimezone(zone).isoformat() if at else None for at in (account.expires, wanted))
    return replacing(account, "accountExpires", value, Change("accountExpires", old, new))


def _disabled(_domain: Domain, account: Account) -> Decision:
    return flags(account, account.flags | Flag.DISABLED)


def _enabled(_domain: Domain, account: Account) -> Decision:
    name = account.sam_account_name
    if account.pending:
        message = _("an interrupted run began this account and it is not whole")
        hint = _("complete it: repeat the command that began it")
        raise Refused(message, target=name, hint=hint, reason="pending")
    if not account.enabled and not account.has_password:
        message = _("it has no password; Windows opens no such account")
        hint = _("first: bitools user passwd {name}").format(name=name)
        raise Refused(message, target=name, hint=hint, reason="no_password")
    return flags(account, account.flags & ~Flag.DISABLED)


def _unlocked(_domain: Domain, account: Account) -> Decision:
    if not account.locked:
        return Decision()
    return replacing(account, "lockoutTime", "0", Change("lockoutTime", "locked", None))
