"""What is new goes into the history: one entry of the ledger, one commit a device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bitools.ledger import acts
from bitools.net.decisions.comparison import line_counts
from bitools.net.verbs.against_stored import Compared
from bitools.net.verbs.authorship import Authors
from bitools.net.wire.history import Entry, History
from bitools.net.wire.mask import note
from bitools.net.wire.shelf import Shelved
from bitools.run import Run
from bitools.sanitize import inert


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a change: its commit, and the patch that git shows of it; neither in a dry run."""

    authors: Authors
    commit: str | None = None
    patch: str = ""


def store(
    run: Run, history: History, changed: Sequence[Compared], authors: Mapping[str, Authors]
) -> Mapping[str, Stored]:
    """Store what is new, one step of the history for all of it; by device what became of it."""
    names = [one.device.name for one in changed]
    if not changed or run.dry_run:
        return {name: Stored(authors[name]) for name in names}
    with run.ledger.intent(acts.NET_SNAPSHOT, "history", before={"devices": names}) as intent:
        trailers = {"Run-Id": run.id, "Ledger": str(intent.number), "Actor": inert(run.ledger.actor)}
        entries = [_entry(one, authors[one.device.name], trailers) for one in changed]
        if not history.head():
            note(run.state)  # nothing in it is older
        commits = dict(zip(names, history.store(entries, run.started), strict=True))
        intent.done(after={"commits": commits})
    patches = history.patches(commits[one.device.name] for one in changed if one.before is not None)
    return {name: Stored(authors[name], commit, patches.get(commit, "")) for name, commit in commits.items()}


def _entry(one: Compared, authors: Authors, more: Mapping[str, str]) -> Entry:
    device, running = one.device, one.fetched.running
    reason = "first snapshot" if one.before is None else "changed"
    trailers = {"Device": device.name, "Site": device.site, "Role": device.role, "Reason": reason}
    counts = (running.lines, 0) if one.before is None else line_counts.counted(one.before, running.text)
    trailers |= line_counts.trailer(counts)
    if authors.several:
        trailers["Authors"] = ", ".join(authors.several)
    trailers |= more
    if isinstance(running, Shelved):
        return Entry(device.name, "", authors.author, trailers, running.file)
    return Entry(device.name, running.text, authors.author, trailers)
