"""What came and is not believed: `state/quarantine/<device>.txt`, masked, for whoever looks into it."""

from __future__ import annotations

from bitools import state
from bitools.run import Run


def keep(run: Run, device: str, text: str) -> None:
    """Keep it, in the place of what was kept of this device before."""
    state.write(run.state.path("quarantine", f"{device}.txt"), text.encode())
