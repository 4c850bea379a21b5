"""Ask the directory for what the audit must know, and say what it found."""

from __future__ import annotations

from bitools.documents.directory import UserAuditItem
from bitools.documents.user import AccountItem
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.audit import AuditFacts, findings
from bitools.user.verbs.write_journal import writing
from bitools.user.wire import groups, queries
from bitools.user.wire.directory import connect
from bitools.user.wire.needs import Need, Needs
from bitools.user.wire.records import Records


def _open(needs: list[Need]) -> list[str]:
    return [f"{one.connector} ({one.event})" for one in needs if one.status != "done"]


def audit(run: Run, stale_days: int = 90) -> Document[UserAuditItem]:
    """Everything that is wrong with the accounts; one item a finding. Slips older than a week go."""
    settings = run.inventory.require_directory()
    document: Document[UserAuditItem] = run.document("bitools.user.audit/1")
    with connect(settings, run.started) as domain:
        document.warnings += domain.warnings
        facts = AuditFacts(
            tuple(queries.everybody(domain)),
            settings.leavers,
            run.started.astimezone(run.inventory.settings.zone),
            stale_days,
            groups.privileged_members(domain),
            {record.guid: record for record in Records(run.state).all()},
            {guid: _open(needs) for guid, needs in Needs(run.state).all()},
        )
        if not run.dry_run:
            with writing(run, domain):  # nothing is changed: what a lost answer left open is looked up
                pass
    for finding in findings(facts):
        item: AccountItem = finding.account.item("audit", "violation")
        document.items.append(
            {**item, "rule": finding.rule, "why": finding.why, "duties": list(finding.duties)}
        )
    document.more = {"accounts": len(facts.accounts)}
    return document
