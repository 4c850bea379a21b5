"""What came, beside what was stored: which devices have anything new, and what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bitools.inventory.network import Device
from bitools.net.verbs.fetch import Fetched
from bitools.net.wire.mask import Masks
from bitools.run import Run

if TYPE_CHECKING:
    from bitools.documents.net import Difference


@dataclass(frozen=True, slots=True)
class Compared:
    """A device's answer beside what was stored of it.

    `before`: as today's masks would have it; None if nothing was stored. `remasked`: the history has other
    masks. `change`: what is new; None if nothing is, whatever the text looks like.
    """

    device: Device
    fetched: Fetched
    before: str | None
    remasked: bool
    change: Difference | None


def against_stored(
    run: Run, whole: Iterable[tuple[Device, Fetched]], stored: Mapping[str, str]
) -> Iterator[Compared]:
    """Each answer beside what is stored of its device.

    What the device's `ignore` list names is no change, nor is what the platform's data call the same, nor
    what today's masks hide and older ones did not.
    """
    masks = Masks(run)
    for device, fetched in whole:
        kept = stored.get(device.name)
        if kept is not None and fetched.running.says(kept):
            yield Compared(device, fetched, kept, remasked=False, change=None)
            continue
        before = None if kept is None else masks.stored(device.name, kept)
        yield Compared(device, fetched, before, before != kept, _change(run, device, fetched, before))


def _change(run: Run, device: Device, fetched: Fetched, before: str | None) -> Difference | None:
    from bitools.net.verbs import compare  # not at the top: most nights nothing is different

    running = fetched.running
    if before is None:
        return compare.nothing(running.lines)
    if running.says(before):
        return None
    platform = run.inventory.platform(device.platform)
    change = compare.difference_of(device, before, running.text, platform)
    return change if change["changes"] else None
