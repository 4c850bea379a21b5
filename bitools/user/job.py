"""What accounts hand to those that serve every job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bitools.i18n import _, ng
from bitools.inventory.model import Inventory
from bitools.job import Job
from bitools.job.timer import Timer
from bitools.sanitize import inert

if TYPE_CHECKING:
    from bitools.documents.doctor import FindingItem
    from bitools.figures.count import Activity
    from bitools.figures.section import Section, Total
    from bitools.job.finding import Finding
    from bitools.job.standing import Problem, Standing
    from bitools.past.reading import Past
    from bitools.state import State


class Accounts(Job):
    """Accounts of people in the directory."""

    def described(self, inventory: Inventory) -> bool:
        """Is there a directory?"""
        return inventory.directory is not None

    def timers(self, inventory: Inventory) -> Iterator[Timer]:
        """Other systems, rights until a day, the morning's look, passwords that end."""
        if inventory.directory is None:
            return
        if any(one.command for one in inventory.directory.connectors.values()):
            why = _("every hour: other systems are told what they were not yet")
            words: tuple[str, ...] = ("user", "connectors", "--again")
            yield Timer("connectors", words, "41 * * * *", "*-*-* *:41:00", why, mute=True)
        why = _("every night: what was granted until a day is taken back")
        yield Timer("grants", ("user", "revoke", "--due", "--yes"), "9 1 * * *", "*-*-* 01:09:00", why)
        why = _("every morning: what is wrong with the accounts; first passwords on slips end after a week")
        yield Timer("accounts", ("user", "audit"), "52 6 * * *", "*-*-* 06:52:00", why)
        if inventory.settings.mail and (days := inventory.settings.reports.passwords):
            why = _("every morning: whose password ends soon is told by mail")
            words = ("user", "list", "--password-expires", str(days))
            yield Timer("passwords", words, "33 7 * * *", "*-*-* 07:33:00", why, mute=True)

    def examined(self, inventory: Inventory, state: State, now: datetime) -> Iterable[FindingItem]:
        """Whether the controllers answer, and what we may do there."""
        if inventory.directory is None:
            return ()
        from bitools.user.verbs import controller

        return controller.examine(inventory.directory, now)

    def overdue(self, inventory: Inventory, past: Past, now: datetime) -> Iterator[Finding]:
        """Whether somebody still looks at them; of a young state nobody expects it yet."""
        from bitools.job.finding import Finding

        age = inventory.settings.ages.audit
        if inventory.directory is None or (past.oldest() or now) > now - age:
            return
        last = next(past.applied("user.audit"), None)
        if last is None or datetime.fromisoformat(last["started"]) < now - age:
            text = _("nobody has looked at the accounts in the last {days} days").format(days=age.days)
            yield Finding("accounts", "warning", text, "bitools user audit")

    def standings(
        self, inventory: Inventory, past: Past, now: datetime, overdue: Sequence[Finding]
    ) -> Iterator[Standing]:
        """Accounts against the rules, leavers that are held, rights that stayed."""
        from bitools.job.standing import Problem, late, standing, unset

        if inventory.directory is None:
            yield unset("accounts", _("no directory is described"))
            return
        problems: list[Problem] = []
        audit = next(past.applied("user.audit"), None)
        looked = datetime.fromisoformat(audit["started"]) if audit else None
        if audit is None:
            problems.append(Problem(_("nobody has looked at them yet"), "bitools user audit"))
        elif count := sum(item.get("status") == "violation" for item in audit["items"]):
            text = ng("{count} account is against the rules", "{count} accounts are against the rules", count)
            problems.append(Problem(text.format(count=count), "bitools user audit", looked))
        problems += _held(past)
        problems += late(overdue, ("accounts",)) if audit else ()
        problems += _kept_rights(past)
        yield standing("accounts", problems, _("nothing against the rules"), looked)

    def totals(self, found: Activity) -> Iterator[Total]:
        """Accounts opened and closed, custody that was passed over."""
        from bitools.user import figures

        return figures.totals(found)

    def sections(self, found: Activity, site_names: Mapping[str, str]) -> Iterable[Section]:
        """What was done to accounts."""
        from bitools.user import figures

        return (figures.section(found),)


def _held(past: Past) -> Iterator[Problem]:
    """Leavers who must not go before the hand-over."""
    from bitools.job.standing import Problem

    for kind in ("user.offboard", "user.sync"):
        document = next(past.applied(kind), None) or {"items": (), "started": ""}
        for item in document["items"]:
            if item.get("status") == "held":
                name = item.get("sam_account_name")
                text = _("{sam}: must not go before the hand-over").format(sam=name)
                since = datetime.fromisoformat(document["started"])
                yield Problem(text, f"bitools user offboard {name}", since)


def _kept_rights(past: Past) -> Iterator[Problem]:
    """Rights until a day that could not be taken back when they were last to be."""
    from bitools.job.standing import Problem

    document = next(past.applied("user.revoke"), None) or {"failed": (), "started": ""}
    for failure in document["failed"]:
        text, since = f"{failure['target']}: {inert(failure['error'])}", document["started"]
        yield Problem(text, "bitools user revoke --due", datetime.fromisoformat(since))
