"""List accounts: stale, locked, disabled, expiring, never used, privileged, unfinished, or in a group."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account
from bitools.user.decisions.selection import SLACK, Selection, fits, privileges
from bitools.user.verbs.show import described
from bitools.user.wire import groups, queries
from bitools.user.wire.directory import connect


def list_(run: Run, selection: Selection) -> Document:
    """Every account of the directory to which this applies, by name."""
    settings = run.inventory.require_directory()
    document = run.document("bitools.user.list/1")
    now = run.started.astimezone(run.inventory.settings.zone)
    with connect(settings, run.started) as domain:
        document.warnings += domain.warnings
        members = groups.privileged_members(domain) if selection.privileged else {}
        query = f"(info={queries.MARKED})" if selection.pending else ""
        if selection.group:
            query += groups.in_group(domain, selection.group)
        for account in queries.everybody(domain, query):
            why = privileges(account, members) if selection.privileged else []
            if fits(account, selection, now) and (why or not selection.privileged):
                document.items.append(_item(account, now, why))
    document.more = {"stale_slack_days": SLACK.days} if selection.stale is not None else {}
    return document


def _item(account: Account, now: datetime, why: list[str]) -> dict[str, Any]:
    item = described(account, now) | {"action": "list"}
    return item | {"privileges": why} if why else item
