"""Who is in what, against what their role gives: for the yearly review of rights."""

from __future__ import annotations

from bitools.documents.directory import UserAccessItem
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account
from bitools.user.decisions.names import fold
from bitools.user.decisions.person import department_key
from bitools.user.verbs.posts import Posts
from bitools.user.wire import queries
from bitools.user.wire.directory import connect
from bitools.user.wire.directory_cache import DirectoryCache


def access(run: Run, department: str = "") -> Document[UserAccessItem]:
    """Every person's groups: given by the role, granted by name, accounted for by nobody, or missing."""
    settings = run.inventory.require_directory()
    document: Document[UserAccessItem] = run.document("bitools.user.access/1")
    with connect(settings, run.started) as domain:
        document.warnings += domain.warnings
        posts = Posts(run, settings, DirectoryCache(domain))
        for account in queries.everybody(domain):
            own = account.attributes.get("department", "")
            person = account.rid >= 1000 and not account.service_names
            if person and (not department or department_key(own) == department_key(department)):
                document.items.append(_item(posts, account))
    return document


def _item(posts: Posts, account: Account) -> UserAccessItem:
    has = account.attributes
    role = posts.role(account)
    given = {fold(group.dn): group.dn for group in posts.given(account, role)}
    named = posts.past.grants.get(account.guid, set())
    member = {fold(dn): dn for dn in account.groups}
    return {
        "sam_account_name": account.sam_account_name,
        "guid": account.guid,
        "dn": account.dn,
        "name": has.get("displayName", ""),
        "employee_id": has.get("employeeID", ""),
        "department": has.get("department", ""),
        "title": has.get("title", ""),
        "enabled": account.enabled,
        "role": role,
        "given": [dn for key, dn in member.items() if key in given],
        "granted": [dn for key, dn in member.items() if key not in given and key in named],
        "extra": [dn for key, dn in member.items() if key not in given and key not in named],
        "missing": [dn for key, dn in given.items() if key not in member and account.enabled],
    }
