"""Is what lies at a repository's place still the repository that lay there?

A disk that was exchanged, a mount that shows another folder: restic would work in what is there, with the
same password, and nobody would know that the old one is gone.
"""

from __future__ import annotations

from bitools.backup.decisions.memory import Memory
from bitools.backup.wire.restic import Repository
from bitools.errors import IntegrityBroken
from bitools.i18n import _


def check(repository: Repository, memory: Memory, *, confirmed: bool = False) -> str:
    """Give its identity, and remember it. Raise IntegrityBroken if it was another, unless that is right."""
    now = repository.identity()
    other = bool(memory.identity) and now != memory.identity
    if other and not confirmed:
        message = _("another repository is at {place} than was there before")
        hint = _("is the right disk mounted? if it was made anew: bitools backup copy --confirm")
        raise IntegrityBroken(
            message.format(place=repository.access.shown), target=repository.name, hint=hint, reason="other"
        )
    if other:
        memory.known, memory.absent = {}, {}  # what lay in the old one is not missing in this
    memory.identity = now
    return now
