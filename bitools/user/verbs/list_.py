"""List accounts by what they are, where they are, and what they are in."""

from __future__ import annotations

from datetime import datetime

from bitools.documents.directory import UserListItem
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account
from bitools.user.decisions.person import Request, role_of
from bitools.user.decisions.selection import SLACK, Selection, applies, privileges
from bitools.user.verbs.posts import Posts
from bitools.user.verbs.show import described
from bitools.user.wire import groups, queries
from bitools.user.wire.attributes import READ, READ_ENDS
from bitools.user.wire.directory import connect
from bitools.user.wire.directory_cache import DirectoryCache


def list_(run: Run, selection: Selection) -> Document[UserListItem]:
    """Every account of the directory to which this applies, by name."""
    settings = run.inventory.require_directory()
    if selection.role:
        role_of(settings, Request("", "", selection.role))
    document: Document[UserListItem] = run.document("bitools.user.list/1")
    now = run.started.astimezone(run.inventory.settings.zone)
    with connect(settings, run.started) as domain:
        document.warnings += domain.warnings
        members = groups.privileged_members(domain) if selection.privileged else {}
        query = f"(info={queries.MARKED})" if selection.pending else ""
        if selection.group:
            query += groups.in_group(domain, selection.group)
        posts = Posts(run, settings, DirectoryCache(domain))
        read = READ if selection.password_expires is None else READ_ENDS
        for account in queries.everybody(domain, query, read):
            if selection.role and posts.role(account, selection.role) != selection.role:
                continue
            why = privileges(account, members) if selection.privileged else []
            if applies(account, selection, now) and (why or not selection.privileged):
                document.items.append(_item(account, now, why))
    document.more = {"stale_slack_days": SLACK.days} if selection.stale is not None else {}
    return document


def _item(account: Account, now: datetime, why: list[str]) -> UserListItem:
    item = described(account, now, "list")
    if ends := account.password_expires:
        item["password_expires"] = ends.astimezone(now.tzinfo).isoformat()
    if why:
        item["privileges"] = why
    return item
