"""One row of the staff list on its way."""

from __future__ import annotations

from dataclasses import dataclass

from bitools.documents.user import Action, RowDetail
from bitools.user.decisions.account import Account
from bitools.user.decisions.change import NOTHING, Plan
from bitools.user.decisions.leaver import Record
from bitools.user.decisions.matching import Match
from bitools.user.decisions.movers import Post
from bitools.user.verbs.offboard import Leaver
from bitools.user.verbs.provision import Opening, Start


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done for it, as far as that was decided."""

    match: Match
    account: Account | None = None
    plan: Plan = NOTHING
    post: Post | None = None
    record: Record | None = None  # of the off-boarding that is undone
    stays: tuple[str, ...] = ()  # groups that do not come back with it
    opening: Opening | None = None
    start: Start | None = None
    leaver: Leaver | None = None

    @property
    def kind(self) -> Action:
        """How the act is called."""
        return "restore" if self.record else self.match.kind

    @property
    def elsewhere(self) -> bool:
        """Does it go to another OU?"""
        return any(change.attribute == "distinguishedName" for change in self.plan.changes)

    @property
    def more(self) -> RowDetail:
        """What an item says beside the account."""
        person = self.match.person
        more: RowDetail = {"employee_id": person.number, "line": person.line}
        if self.post is not None:
            more |= {"role": self.post.role, "old_role": self.post.old, "kept": list(self.post.kept)}
        if self.record:
            more["stays"] = list(self.stays)
        return more
