"""How each part stands, from the documents of past runs and the outbox; nothing is connected to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from bitools.doctor.finding import Finding
from bitools.i18n import _, ng
from bitools.inventory.model import Inventory
from bitools.past.reading import Past
from bitools.report.digest import outcomes
from bitools.report.digest.outcomes import Trouble
from bitools.report.digest.troubles import Place, sites_down
from bitools.sanitize import inert
from bitools.status.lately import Lately, lately
from bitools.status.standing import Problem, Standing, standing, unset

if TYPE_CHECKING:
    from bitools.documents.backup import ProofDocument, RunDocument
    from bitools.documents.net import Snapshot

_PROOFS = ("backup.copy", "backup.verify", "backup.drill", "backup.prune")
_LEDGER = ("clock", "state", "documents")  # what doctor calls the place of all records, and their time
# Programs that a step may begin with; else it is no command, and doctor says it in its own words.
_PROGRAMS = ("bitools", "df", "ls", "systemctl", "timedatectl")


def parts(inventory: Inventory, past: Past, now: datetime, overdue: Sequence[Finding]) -> list[Standing]:
    """Every part but the ledger and the schedule, which others look at. `overdue`: as doctor found it."""
    return [
        _net(inventory, past, now, overdue),
        _backups(inventory, past, overdue),
        _copies(inventory, past, overdue),
        _accounts(inventory, past, overdue),
        _addresses(inventory, overdue, past),
        _mail(inventory, overdue),
    ]


def records(overdue: Iterable[Finding]) -> list[Problem]:
    """What is wrong with the place of the records: no room, things that are not ours, damaged documents."""
    return _late(overdue, _LEDGER)


def _net(inventory: Inventory, past: Past, now: datetime, overdue: Sequence[Finding]) -> Standing:
    awake = {
        device.name: Place(
            device.site, silent=bool(device.silent_until and device.silent_until >= now.date())
        )
        for device in inventory.devices.values()
        if device.enabled
    }
    if not awake:
        return unset("net", _("no device is described"))
    silent = {name for name, place in awake.items() if place.silent}
    found = lately(
        past,
        "net.snapshot",
        lambda document: outcomes.of_snapshot(cast("Snapshot", document), silent),
        awake.keys() - silent,
    )
    failing = [_failing(one, _again(one)) for one in sites_down(found.troubles, awake)]
    read = ng("{count} device is read", "{count} devices are read", len(awake) - len(silent))
    problems = [*failing, *_late(overdue, ("net",))]
    return standing("net", problems, read.format(count=len(awake) - len(silent)), found.last)


def _again(trouble: Trouble) -> str:
    which = f"--site {trouble.name}" if trouble.devices else trouble.name
    return f"bitools net snapshot {which}"


def _backups(inventory: Inventory, past: Past, overdue: Sequence[Finding]) -> Standing:
    if not inventory.datasets:
        return unset("backups", _("no data set is described"))
    found = lately(
        past,
        "backup.run",
        lambda document: outcomes.of_backups(cast("RunDocument", document)),
        inventory.datasets,
    )
    failing = [_failing(one, _once_more(one)) for one in found.troubles]
    whole = ng("{count} data set is backed up", "{count} data sets are backed up", len(inventory.datasets))
    late = _late(overdue, ("backup",), "bitools backup run ")
    problems = [*failing, *late]
    return standing("backups", problems, whole.format(count=len(inventory.datasets)), found.last)


def _once_more(trouble: Trouble) -> str:
    accept = " --accept --reason …" if trouble.reason == "suspicious" else ""
    return f"bitools backup run {trouble.name}{accept}"


def _copies(inventory: Inventory, past: Past, overdue: Sequence[Finding]) -> Standing:
    if not inventory.repositories:
        return unset("copies", _("no repository is described"))
    targets = {*inventory.repositories, *inventory.datasets}
    each = {
        kind: lately(past, kind, lambda document: outcomes.of_proof(cast("ProofDocument", document)), targets)
        for kind in _PROOFS
    }
    failing = [
        _failing(one, f"bitools {kind.replace('.', ' ')} {one.name}")
        for kind, found in each.items()
        for one in found.troubles
    ]
    late = _late(overdue, ("backup",), "bitools backup verify", "bitools backup drill", "bitools backup copy")
    copies = sum(1 for one in inventory.repositories.values() if one.copy_of)
    text = ng("{count} second repository, read back", "{count} second repositories, read back", copies)
    well = text.format(count=copies) if copies else _("no second repository; the first is read back")
    return standing("copies", [*failing, *late], well, _last(each))


def _last(each: Mapping[str, Lately]) -> datetime | None:
    return max((found.last for found in each.values() if found.last), default=None)


def _accounts(inventory: Inventory, past: Past, overdue: Sequence[Finding]) -> Standing:
    if inventory.directory is None:
        return unset("accounts", _("no directory is described"))
    problems: list[Problem] = []
    audit = _first(past, "user.audit")
    if audit is None:
        problems.append(Problem(_("nobody has looked at them yet"), "bitools user audit"))
    elif count := sum(item.get("status") == "violation" for item in audit["items"]):
        text = ng("{count} account is against the rules", "{count} accounts are against the rules", count)
        since = datetime.fromisoformat(audit["started"])
        problems.append(Problem(text.format(count=count), "bitools user audit", since))
    for kind in ("user.offboard", "user.sync"):
        document = _first(past, kind) or {"items": (), "started": ""}
        for item in document["items"]:
            if item.get("status") == "held":
                text = _("{sam}: must not go before the hand-over")
                name = item.get("sam_account_name")
                since = datetime.fromisoformat(document["started"])
                problems.append(Problem(text.format(sam=name), f"bitools user offboard {name}", since))
    problems += _late(overdue, ("accounts",)) if audit else ()
    problems += _kept_rights(past)
    looked = datetime.fromisoformat(audit["started"]) if audit else None
    return standing("accounts", problems, _("nothing against the rules"), looked)


def _kept_rights(past: Past) -> list[Problem]:
    """Rights until a day that could not be taken back when they were last to be."""
    document = _first(past, "user.revoke") or {"failed": (), "started": ""}
    return [
        Problem(
            f"{failure['target']}: {inert(failure['error'])}",
            "bitools user revoke --due",
            datetime.fromisoformat(document["started"]),
        )
        for failure in document["failed"]
    ]


def _first(past: Past, kind: str) -> Mapping[str, Any] | None:
    return next(past.applied(kind), None)


def _addresses(inventory: Inventory, overdue: Sequence[Finding], past: Past) -> Standing:
    if not inventory.sources:
        return unset("iplog", _("no source of the IP-distribution log is described"))
    names = ("iplog", "timestamp", *inventory.sources)
    sealed = _first(past, "iplog.seal")
    since = datetime.fromisoformat(sealed["started"]) if sealed else None
    return standing("iplog", _late(overdue, names), _("taken in and sealed"), since)


def _mail(inventory: Inventory, overdue: Iterable[Finding]) -> Standing:
    if inventory.settings.mail is None:
        return unset("mail", _("no mail server is described"))
    return standing("mail", _late(overdue, ("mail",)), _("nothing waits"), None)


def _late(findings: Iterable[Finding], names: Sequence[str], *starts: str) -> list[Problem]:
    """What doctor finds overdue of these; with `starts`, only what such a command mends."""
    return [
        Problem(one.text, _command(one.hint))
        for one in findings
        if one.name in names and one.grade != "good" and (not starts or one.hint.startswith(starts))
    ]


def _command(hint: str) -> str:
    """The command of a hint. What is no command is said, in its own words, by doctor."""
    said = hint.rpartition(": ")[2]
    return said if said.split(" ")[0] in _PROGRAMS else "bitools doctor"


def _failing(trouble: Trouble, step: str) -> Problem:
    return Problem(f"{trouble.name}: {trouble.told}", step, datetime.fromisoformat(trouble.since))
