"""Look back: what a device looked like."""

from __future__ import annotations

from bitools import moments
from bitools.documents.net import ShowItem
from bitools.errors import NotFound
from bitools.i18n import _
from bitools.inventory.network import Device
from bitools.net.wire.history import BRANCH, History
from bitools.net.wire.mask import Masks
from bitools.run import Run
from bitools.state import Document


def show(run: Run, device: Device, at: str = "") -> Document[ShowItem]:
    """One stored configuration: the newest, or as it was at a revision or date. Raise NotFound."""
    history = History(run.state)
    if at and moments.dated(at):
        when = run.moment(at, end=True)
        revision = history.at(when.isoformat(timespec="seconds"))
    else:
        revision = history.resolve(at) if at else BRANCH
    text = history.latest([device.name], revision).get(device.name) if revision else None
    if text is None:
        raise NotFound(
            _("no snapshot of it then"), target=device.name, hint=f"bitools net history {device.name}"
        )
    document: Document[ShowItem] = run.document("bitools.net.show/1")
    masked = Masks(run).stored(device.name, text)
    document.items.append({"device": device.name, "revision": history.resolve(revision), "text": masked})
    return document
