"""What came and is not believed: `state/quarantine/<device>.txt`, for whoever looks into it.

It may come from a device of another platform than the declared one, so all platforms' patterns mask it.
"""

from __future__ import annotations

from bitools import state
from bitools.net.wire.mask import Masks
from bitools.run import Run

_MOST = 4 << 20  # letters; more than anybody reads


def keep(run: Run, device: str, text: str) -> None:
    """Keep its beginning, in the place of what was kept of this device before."""
    masked = Masks(run).of_anyone(text[:_MOST])
    state.write(run.state.path("quarantine", f"{device}.txt"), masked.encode())
