"""`bitools backup unpin`: let the policy decide again."""

from __future__ import annotations

from bitools.cli.backup.holding import HeldRun, holding
from bitools.i18n import _


@holding(
    _("Let the policy decide again on a run that was pinned."),
    "bitools backup unpin mis-db --reason 'denetim bitti'",
    "bitools backup unpin mis-db --at 2026-06-30 --reason 'denetim bitti'",
)
def unpin(hold: HeldRun) -> None:
    """The last pinned run up to a time."""
    from bitools.backup.verbs import unpin

    hold.finish(unpin.unpin(hold.run, hold.dataset, at=hold.at, reason=hold.reason))
