"""Changes that somebody has looked at, and those that nobody has.

`state/reviews.json` holds by commit who reviewed it, when and why; the act itself is in the ledger and in the
document that `report` reads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Literal

from bitools import state
from bitools.documents.net import AckItem, Review
from bitools.errors import IntegrityBroken, NotFound, Usage
from bitools.i18n import _
from bitools.inventory.network import Device
from bitools.ledger import acts
from bitools.net.wire.history import Commit, History
from bitools.run import Run
from bitools.state import Document, State

SCHEMA = "bitools.net.ack/1"
Status = Literal["unreviewed", "reviewed", "unchanged", "planned"]
_COMMIT = re.compile(r"[0-9a-f]{7,40}")


def reviews(place: State) -> dict[str, Review]:
    """By commit: `by`, `time`, `reason`. Raise IntegrityBroken if the file is damaged."""
    file = place.at("reviews.json")
    if not file.exists():
        return {}
    try:
        found = dict(json.loads(file.read_bytes()))
    except (ValueError, TypeError) as error:
        raise IntegrityBroken(_("{file} cannot be read").format(file=file), cause=error) from error
    return found


def needs_review(commit: Commit, reviewed: dict[str, Review]) -> bool:
    """The first snapshot of a device is where one begins, and no change."""
    return commit.id not in reviewed and commit.trailers.get("Reason") != "first snapshot"


def waiting(run: Run, devices: Sequence[Device], until: str = "") -> list[Commit]:
    """The changes of these devices (all if none is named) that nobody has reviewed, newest first."""
    last = run.moment(until, end=True).isoformat(timespec="seconds") if until else ""
    done = reviews(run.state)
    commits = History(run.state).log([device.name for device in devices], until=last)
    return [commit for commit in commits if needs_review(commit, done)]


def unreviewed(run: Run, devices: Sequence[Device], until: str = "") -> Document[AckItem]:
    """List what nobody has reviewed."""
    document: Document[AckItem] = run.document(SCHEMA)
    document.items += [_item(run, commit, "unreviewed") for commit in waiting(run, devices, until)]
    return document


def named(run: Run, changes: Sequence[str]) -> list[Commit]:
    """The stored changes with these ids, or beginnings of ids.

    Raise Usage for what is no id, NotFound for one that the history does not have or has twice.
    """
    known = History(run.state).log()
    found = []
    for change in changes:
        if not _COMMIT.fullmatch(change):
            hint = _("see: bitools net history")
            raise Usage(
                _('"{change}" is no change: at least 7 digits of its commit').format(change=change), hint=hint
            )
        fitting = [commit for commit in known if commit.id.startswith(change)]
        if len(fitting) != 1:
            hint = _("see: bitools net ack --list")
            raise NotFound(_("the history has no such change, or several"), target=change, hint=hint)
        found += fitting
    return found


def ack(run: Run, commits: Sequence[Commit], reason: str) -> Document[AckItem]:
    """Mark changes as reviewed, with the reason; one that is reviewed already stays as it is.

    Raise Usage without a reason.
    """
    if not reason.strip():
        raise Usage(_("a review needs --reason"))
    document: Document[AckItem] = run.document(SCHEMA)
    with run.state.lock("reviews", wait=60):
        done = reviews(run.state)
        fresh = [commit for commit in commits if commit.id not in done]
        now = run.started.isoformat(timespec="seconds")
        added: dict[str, Review] = {
            one.id: {"by": run.ledger.actor, "time": now, "reason": reason.strip()} for one in fresh
        }
        if fresh and not run.dry_run:
            before = {"commits": list(added), "reason": reason.strip()}
            with run.ledger.intent(acts.NET_ACK, "history", before=before) as intent:
                text = json.dumps(done | added, ensure_ascii=False, indent=1)
                state.write(run.state.path("reviews.json"), text.encode())
                intent.done(after={"reviewed": len(added)})
    for commit in commits:
        status: Status = "unchanged" if commit.id in done else "planned" if run.dry_run else "reviewed"
        document.items.append(_item(run, commit, status, done.get(commit.id) or added[commit.id]))
    document.changed = bool(fresh)
    return document


def _item(run: Run, commit: Commit, status: Status, review: Review | None = None) -> AckItem:
    return {
        "device": commit.device,
        "commit": commit.id,
        "time": commit.time.astimezone(run.inventory.settings.zone).isoformat(timespec="seconds"),
        "author": None if commit.author == "unknown" else commit.author,
        "site": commit.trailers.get("Site", ""),
        "role": commit.trailers.get("Role", ""),
        "status": status,
        "review": review,
    }
