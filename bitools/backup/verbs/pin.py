"""`backup pin`: keep a run whatever the policy says."""

from __future__ import annotations

from datetime import datetime

from bitools.backup.decisions.runs import PINNED
from bitools.backup.verbs.history import histories, local
from bitools.backup.verbs.restore import choose
from bitools.backup.wire import memory_file
from bitools.documents.backup_admin import PinItem
from bitools.inventory.backups import Dataset
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document


def pin(run: Run, dataset: Dataset, *, at: datetime | None, reason: str) -> Document[PinItem]:
    """Keep the newest run up to `at` whatever the policy says. Raise NotFound if there is none."""
    return set_pinned(run, dataset, at=at, pinned=True, reason=reason)


def set_pinned(
    run: Run, dataset: Dataset, *, at: datetime | None, pinned: bool, reason: str
) -> Document[PinItem]:
    """Keep a run whatever the policy says, or no longer. Raise NotFound if there is no such run.

    restic gives a snapshot a new id when its tags change; the run keeps its name.
    """
    document: Document[PinItem] = run.document("bitools.backup.pin/1")
    for history in histories(run, [dataset], document):
        chosen = choose([one for one in history.runs if pinned or one.pinned], dataset.name, at)
        item: PinItem = {
            "dataset": dataset.name,
            "run": chosen.id,
            "snapshot": chosen.snapshots[-1].id,
            "time": local(run, chosen.time),
            "pinned": pinned,
        }
        document.items.append(item)
        if run.dry_run or chosen.pinned == pinned:
            continue
        ids = [snapshot.id for snapshot in chosen.snapshots]
        change = {"add": PINNED} if pinned else {"remove": PINNED}
        act = acts.BACKUP_PIN if pinned else acts.BACKUP_UNPIN
        with (
            run.state.lock(f"backup-{history.repository.name}"),
            run.ledger.intent(act, dataset.name, before={"run": chosen.id, "reason": reason}) as entry,
        ):
            listed = history.repository.tag(ids, **change)
            history.memory.look(listed, run.started)
            memory_file.save(history.memory, run.state)
            item["snapshot"] = next(one.id for one in listed if one.original in ids or one.run == chosen.id)
            entry.done({"snapshot": item["snapshot"]})
        document.changed = True
    return document
