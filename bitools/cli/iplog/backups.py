"""Where the address log meets its backups: what they still hold, and what is frozen in them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bitools.documents.iplog import FrozenItem, PurgedItem
from bitools.errors import BitoolsError
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.inventory.backups import Dataset
    from bitools.run import Run
    from bitools.state import Document


def datasets(run: Run) -> list[Dataset]:
    """The data sets that keep the log."""
    return [one for one in run.inventory.datasets.values() if one.keeps == "iplog"]


def still_there(run: Run, document: Document[PurgedItem]) -> None:
    """Name the snapshots that hold days which are removed here, as the last listing had them: they go by
    their own policy, which may not reach back over 30 days.
    """
    gone = [date.fromisoformat(item["day"]) for item in document.items if item["status"] in ("purged", "due")]
    if not gone:
        return
    from bitools.backup.verbs import remains

    document.more["backups"] = [
        snapshot for one in datasets(run) for snapshot in remains.remains(run, one, min(gone))
    ]


def freeze(run: Run, document: Document[FrozenItem], reason: str) -> dict[str, str]:
    """Pin the newest backup of the log; give the time of each by data set. What fails is told: days stay
    frozen here all the same.
    """
    from bitools.backup.verbs import pin

    pinned = {}
    for dataset in datasets(run):
        text = _("{name}: its backups are not frozen: {why}")
        try:
            told = pin.pin(run, dataset, at=None, reason=reason)
        except BitoolsError as error:
            document.warnings.append(text.format(name=dataset.name, why=error))
            continue
        for item in told.items:
            pinned[dataset.name] = item["time"]
        document.warnings += [text.format(name=dataset.name, why=one["error"]) for one in told.failed]
    return pinned


def thaw(run: Run, document: Document[FrozenItem], kept: set[tuple[str, str]], reason: str) -> None:
    """Unpin what was pinned for these items and is not among `kept` (data set, time)."""
    from bitools.backup.verbs import unpin

    known = {one.name: one for one in datasets(run)}
    pinned = {pair for item in document.items for pair in item["pinned"].items()} - kept
    for name, time in sorted(pinned):
        if name not in known:
            continue
        text = _("{name}: its backup of {time} stays pinned: {why}")
        at = datetime.fromisoformat(time) + timedelta(seconds=1)  # printed times have no fractions
        try:
            told = unpin.unpin(run, known[name], at=at, reason=reason)
        except BitoolsError as error:
            document.warnings.append(text.format(name=name, time=time, why=error))
            continue
        document.warnings += [text.format(name=name, time=time, why=one["error"]) for one in told.failed]
