"""What the ledger knows of accounts: the role they were given last, and groups that were granted by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bitools.ledger import acts
from bitools.user.decisions.names import fold

_TAKING = {acts.USER_REVOKE.name, acts.USER_OFFBOARD.name, acts.USER_CHANGE.name}


@dataclass(slots=True)
class AccountPast:
    """By the GUID of the account: its last role, and the folded DNs of standing grants."""

    roles: dict[str, str] = field(default_factory=dict)
    grants: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, entries: Iterable[Mapping[str, Any]]) -> AccountPast:
        """From the ledger's entries, oldest first."""
        past = cls()
        for entry in entries:
            after = entry.get("after")
            if entry["outcome"] == "done" and entry["action"].startswith("user.") and isinstance(after, dict):
                result = after.get("result")
                if isinstance(result, dict) and isinstance(result.get("guid"), str):
                    past._follow(entry["action"], result["guid"], result)
        return past

    def _follow(self, action: str, guid: str, result: dict[str, Any]) -> None:
        if isinstance(role := result.get("role"), str):
            self.roles[guid] = role
        for change in result.get("changes") or ():
            if change.get("attribute") != "memberOf":
                continue
            if action == acts.USER_GRANT.name and change.get("new"):
                self.grants[guid].add(fold(change["new"]))
            elif action in _TAKING and change.get("old"):
                self.grants[guid].discard(fold(change["old"]))
        self.grants[guid] -= {fold(dn) for dn in result.get("by_post") or ()}
        self.grants[guid] |= {fold(dn) for dn in result.get("standing") or ()}
