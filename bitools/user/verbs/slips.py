"""What becomes of slips that nobody has fetched."""

from __future__ import annotations

from bitools.run import Run
from bitools.user.wire import slip


def expire(run: Run) -> None:
    """Remove those older than `keep: slips:` of settings.yaml."""
    slip.expire(run.state, run.started, run.inventory.settings.keep.slips)
