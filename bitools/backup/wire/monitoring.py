"""Telling others how backups stand: a file for Prometheus' node exporter, and pings as healthchecks wants.

Both are written whatever became of the run: a metric that stays green while backups fail is worse than none.
That the receiver cannot be reached is a warning, never the backup's failure.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bitools import credentials
from bitools.backup.decisions.memory import LastRun, Memory
from bitools.backup.wire import memory_file
from bitools.credentials import Reference
from bitools.errors import BitoolsError
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.run import Run
from bitools.state import Document, write

if TYPE_CHECKING:
    from bitools.documents.backup import RunItem

_PATIENCE = 10.0  # seconds for a ping
_LONGEST = 10_000  # bytes of a ping's body (healthchecks keeps as many)
_HELP = {
    "last_success_timestamp_seconds": "when the newest complete run of a data set was made",
    "last_run_timestamp_seconds": "when bitools last looked at a data set",
    "failed": "1 if the last run that tried a data set failed",
    "bytes": "size of a data set at its last run",
    "last_retention_timestamp_seconds": "when forgetting last went well in a repository",
    "last_read_timestamp_seconds": "when a part of a repository was last read back",
    "last_copy_timestamp_seconds": "when a second repository was last brought up to date",
    "last_drill_timestamp_seconds": "when a data set was last restored in a drill",
    "repository_bytes": "size of a local repository",
}


@contextmanager
def watched(run: Run, datasets: Sequence[Dataset], document: Document[RunItem]) -> Iterator[None]:
    """Tell the beginning and the end of a run, however it ends."""
    if run.dry_run:
        yield
        return
    overall = run.inventory.monitoring.ping if run.inventory.monitoring else None
    for reference in [overall, *(one.ping for one in datasets)]:
        _ping(reference, "/start", "", document)
    ended = False
    try:
        yield
        ended = True
    finally:
        failed = {failure["target"]: failure["error"] for failure in document.failed}
        if not ended:
            failed |= {one.name: "interrupted" for one in datasets if not _in_document(document, one.name)}
        for one in datasets:
            if one.ping and not _running(document, one.name):
                why = failed.get(one.name, "")
                _ping(one.ping, "/fail" if why else "", why, document)
        why = "\n".join(f"{name}: {error}" for name, error in failed.items())
        if failed or not all(_running(document, one.name) for one in datasets):
            _ping(overall, "/fail" if failed else "", why, document)
        _remember(run, datasets, document, failed)
        _publish(run, document)


def _remember(
    run: Run, datasets: Sequence[Dataset], document: Document[RunItem], failed: Mapping[str, str]
) -> None:
    """What became of each data set stays known until the next run that tries it: a run of one data set must
    not make another's failure vanish.
    """
    items = {item["dataset"]: item for item in document.items}
    tried = [one for one in datasets if not _running(document, one.name)]
    for name in dict.fromkeys(one.repository for one in tried):
        try:
            with run.state.lock(f"backup-{name}", wait=_PATIENCE):
                memory = memory_file.load(run.state, name)
                for one in tried:
                    if one.repository == name:
                        was = memory.outcomes.get(one.name)
                        item, error = items.get(one.name), failed.get(one.name, "")
                        if item and item["status"] == "skipped" and not error and was:
                            error = was.error  # nothing was tried, so nothing went well again
                        size = (item["bytes"] if item else 0) or (was.bytes if was else 0)
                        memory.outcomes[one.name] = LastRun(run.started, size, error)
                        memory.note("run", one.name, run.started, error)
                memory_file.save(memory, run.state)
        except (BitoolsError, OSError) as error:
            document.warnings.append(_("the outcome could not be kept: {why}").format(why=error))


def _in_document(document: Document[RunItem], name: str) -> bool:
    return any(item["dataset"] == name for item in document.items)


def _running(document: Document[RunItem], name: str) -> bool:
    """Somebody else is at it, and will tell."""
    return any(item["dataset"] == name and item.get("reason") == "running" for item in document.items)


def _ping(reference: Reference | None, what: str, body: str, document: Document[RunItem]) -> None:
    if reference is None:
        return
    try:
        address = reference.resolve().reveal()
        if not address.startswith(("http://", "https://")):
            document.warnings.append(_("a ping's address begins with https://"))
            return
        why = _sent(address.rstrip("/") + what, credentials.mask(body).encode()[:_LONGEST])
    except BitoolsError as error:
        why = str(error)
    if why:
        document.warnings.append(_("the ping was not taken: {why}").format(why=credentials.mask(why)))


def _sent(address: str, content: bytes) -> str:
    """Why it was not taken, if it was not: an answer that comes letter by letter is waited for no longer."""
    import http.client  # both together a tenth of a run's start, for those who have no check
    import urllib.request

    told = ["timeout"]

    def send() -> None:
        try:
            request = urllib.request.Request(address, data=content, method="POST")  # noqa: S310
            urllib.request.urlopen(request, timeout=_PATIENCE).close()  # noqa: S310
        except (OSError, ValueError, http.client.HTTPException) as error:
            told[0] = str(getattr(error, "reason", "") or type(error).__name__)
        else:
            told[0] = ""

    beside = threading.Thread(target=send, daemon=True)
    beside.start()
    beside.join(_PATIENCE + 1)
    return told[0]


def _publish(run: Run, document: Document[RunItem]) -> None:
    """Write the metrics file of all data sets, as their last runs left them."""
    path = run.inventory.monitoring.metrics if run.inventory.monitoring else None
    if path is None:
        return
    try:
        memories = {name: memory_file.load(run.state, name) for name in run.inventory.repositories}
        text = metrics(run, memories)
        write(path, text.encode(), mode=0o644)
    except (BitoolsError, OSError) as error:
        document.warnings.append(_("the metrics could not be written: {why}").format(why=error))


def metrics(run: Run, memories: Mapping[str, Memory]) -> str:
    """The text that Prometheus reads (exposition format 0.0.4)."""
    values: dict[str, list[str]] = {name: [] for name in _HELP}

    def add(metric: str, label: str, name: str, value: float) -> None:
        values[metric].append(f'bitools_backup_{metric}{{{label}="{name}"}} {value:.0f}')

    for name, memory in memories.items():
        for metric, value in _of_repository(memory):
            add(metric, "repository", name, value)
        for copy, copied in memory.copied.items():
            add("last_copy_timestamp_seconds", "repository", copy, copied.timestamp())
    for one in run.inventory.datasets.values():
        for metric, value in _of_dataset(memories[one.repository], one.name):
            add(metric, "dataset", one.name, value)
    lines = []
    for metric, entries in values.items():
        if entries:
            lines += [f"# HELP bitools_backup_{metric} {_HELP[metric]}"]
            lines += [f"# TYPE bitools_backup_{metric} gauge", *entries]
    return "\n".join(lines) + "\n"


def _of_repository(memory: Memory) -> Iterator[tuple[str, float]]:
    if memory.retained:
        yield "last_retention_timestamp_seconds", memory.retained.timestamp()
    if memory.read:
        yield "last_read_timestamp_seconds", max(memory.read.values()).timestamp()
    if memory.sizes:
        yield "repository_bytes", float(memory.sizes[max(memory.sizes)])


def _of_dataset(memory: Memory, name: str) -> Iterator[tuple[str, float]]:
    good = [one.time for one in memory.recall().get(name, []) if one.complete and not one.quarantined]
    if good:
        yield "last_success_timestamp_seconds", max(good).timestamp()
    if outcome := memory.outcomes.get(name):
        yield "failed", float(bool(outcome.error))
        yield "last_run_timestamp_seconds", outcome.time.timestamp()
        if outcome.bytes:
            yield "bytes", float(outcome.bytes)
    if name in memory.drilled:
        yield "last_drill_timestamp_seconds", memory.drilled[name].timestamp()
