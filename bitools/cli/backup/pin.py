"""`bitools backup pin`: keep a run whatever the policy says."""

from __future__ import annotations

from bitools.cli.backup.holding import HeldRun, holding
from bitools.i18n import _


@holding(
    _("Keep a run whatever the policy says: a legal hold."),
    "bitools backup pin mis-db --reason 'Sayıştay denetimi'",
    "bitools backup pin mis-db --at 2026-06-30 --reason 'Sayıştay denetimi'",
)
def pin(hold: HeldRun) -> None:
    """Its snapshots get a new id; the run keeps its name."""
    from bitools.backup.verbs import pin

    hold.finish(pin.pin(hold.run, hold.dataset, at=hold.at, reason=hold.reason))
