"""Seal finished days: lines into frames, frames into a list, the list into a manifest chained to the last
one; then have the newest manifest stamped. The manifest is written last: until then there is no seal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from bitools import timestamp
from bitools.documents.iplog import SealedItem
from bitools.errors import BitoolsError, Locked
from bitools.iplog.decisions.formats import JOURNALS
from bitools.iplog.decisions.manifest import GENESIS, SCHEMA, Frame, canonical, digest, listed
from bitools.iplog.verbs import unsealed
from bitools.iplog.verbs.archive import LOCK, Archive
from bitools.iplog.verbs.ingest import LONGEST
from bitools.iplog.wire import frames, machine
from bitools.iplog.wire.frames import Journal
from bitools.iplog.wire.index import Index
from bitools.iplog.wire.store import Opened
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document


def seal(run: Run, *, now: bool = False) -> Document[SealedItem]:
    """Seal every finished day, with `now` today's lines too; stamp the newest seal if it has no token.

    A tick that meets a healthy run is `skipped`. While the authority is down the seal stands and waits: a
    later token vouches for it through the chain. Raise Locked if the other run is older than two hours.
    """
    archive = Archive(run)
    document: Document[SealedItem] = run.document("bitools.iplog.seal/1")
    try:
        with run.state.lock(LOCK):
            if not run.dry_run:
                archive.sweep()
            _seal_all(archive, document, now)
            if not run.dry_run:
                _stamp(archive, document)
    except Locked as locked:
        run.skip(document, LOCK, LONGEST, locked)
    document.more |= {"head": head(archive), "unstamped": unstamped(archive)}
    return document


def head(archive: Archive) -> str | None:
    """SHA-256 of the newest manifest."""
    numbers = archive.store.sealed()
    return digest(archive.store.manifest_file(numbers[-1]).read_bytes()) if numbers else None


def unstamped(archive: Archive) -> int:
    """How many of the newest seals no token covers."""
    count = 0
    for number in reversed(archive.store.sealed()):
        if archive.store.stamp_file(number).exists():
            break
        count += 1
    return count


def _seal_all(archive: Archive, document: Document[SealedItem], now: bool) -> None:
    for name, broken in () if archive.run.dry_run else unsealed.put_right(archive):
        document.fail(broken, name)
    due = [one for one in archive.store.opened() if now or one.day < archive.today]
    if archive.run.dry_run:
        document.items = [_due(one) for one in due]
        document.changed = bool(due)
        return
    if not due:
        return
    with archive.index(writing=True) as index:
        archive.catch_up(index)
        for opened in due:
            document.items.append(_seal(archive, opened, index))
            document.changed = True


def _due(opened: Opened) -> SealedItem:
    return {
        "segment": opened.number, "day": opened.day.isoformat(), "status": "unstamped", "manifest": "",
        "sources": len(opened.sources()), "lines": 0, "events": 0, "unparsed": 0, "stamped": None, "by": None,
    }  # fmt: skip


def _seal(archive: Archive, opened: Opened, index: Index) -> SealedItem:
    store, number = archive.store, opened.number
    with archive.run.ledger.intent(acts.IPLOG_SEAL, f"{number:06d}") as entry:
        rows: list[Frame] = []
        for source in opened.sources():
            target = store.path("segments", f"{number:06d}", f"{source}.zst")
            target.unlink(missing_ok=True)  # half of one, if a run died here
            size = sum(header["length"] for _end, header in Journal(opened.file(source)).headers())
            known = archive.sources().get(source)
            ends = frames.BLOCK if known and known.format in JOURNALS else frames.LINE
            rows += frames.seal(source, archive.pieces(opened, source), target, size, ends)
        content = listed(rows)
        store.put(content, "seals", f"{number:06d}.list", mode=0o440)
        manifest = canonical(_manifest(archive, opened, index, rows, content))
        archive.save_positions(opened)
        store.put(manifest, "seals", f"{number:06d}.json", mode=0o440)
        sources = json.loads(manifest)["sources"].values()
        entry.done(after={"manifest": digest(manifest), "day": opened.day.isoformat(), **_counted(sources)})
    archive.close(opened)
    index.base.execute("update progress set records=-1 where segment=?", (number,))
    return {
        "segment": number,
        "day": opened.day.isoformat(),
        "status": "unstamped",
        "manifest": digest(manifest),
        "sources": len(sources),
        "lines": sum(one["lines"] for one in sources),
        "events": sum(one["events"] for one in sources),
        "unparsed": sum(one["unparsed"] for one in sources),
        "stamped": None,
        "by": None,
    }


def _counted(sources: Iterable[dict[str, Any]]) -> dict[str, int]:
    """What reports say of a seal; the ledger is all they need."""
    counts = {key: sum(one[key] for one in sources) for key in ("lines", "unparsed")}
    return {**counts, "gaps": sum(len(one["gaps"]) for one in sources)}


def _manifest(
    archive: Archive, opened: Opened, index: Index, rows: list[Frame], content: bytes
) -> dict[str, Any]:
    check = machine.clock()
    before = archive.store.sealed()
    previous = digest(archive.store.manifest_file(before[-1]).read_bytes()) if before else GENESIS
    return {
        "schema": SCHEMA,
        "number": opened.number,
        "day": opened.day.isoformat(),
        "zone": archive.zone.key,
        "sealed": datetime.now(archive.zone).isoformat(timespec="seconds"),
        "previous": previous,
        "list": digest(content),
        "frames": len(rows),
        "clock": {"synchronised": check.synchronised, "error": check.error},
        "sources": {name: _source(archive, opened, index, rows, name) for name in opened.sources()},
    }


def _source(archive: Archive, opened: Opened, index: Index, rows: list[Frame], name: str) -> dict[str, Any]:
    known = archive.sources().get(name)
    done = index.progress(opened.number, name)
    mine = [row for row in rows if row.source == name]
    gaps = [header["gap"] for _end, header in Journal(opened.file(name)).headers() if "gap" in header]
    return {
        "format": known.format if known else "csv",
        "bytes": sum(row.length for row in mine),
        "lines": sum(row.lines for row in mine),
        "events": done.events,
        "ignored": done.ignored,
        "unparsed": done.unparsed,
        "impossible": done.impossible,
        "first": _instant(done.first),
        "last": _instant(done.last),
        "gaps": [{"at": [int(gap[0]), int(gap[1])], "file": gap[2]} for gap in gaps],
    }


def _instant(at: int | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")


def _stamp(archive: Archive, document: Document[SealedItem]) -> None:
    """One token for the newest manifest; it vouches for all before it."""
    numbers = archive.store.sealed()
    authority = archive.run.inventory.settings.timestamp
    if authority is None or not numbers or archive.store.stamp_file(numbers[-1]).exists():
        return
    number = numbers[-1]
    manifest = archive.store.manifest_file(number).read_bytes()
    try:
        with archive.run.ledger.intent(acts.IPLOG_STAMP, f"{number:06d}") as entry:
            answer, proof = timestamp.stamp(authority, manifest)
            archive.store.put(answer, "seals", f"{number:06d}.tsr", mode=0o440)
            entry.done(after={"time": proof.time.isoformat(), "serial": proof.serial, "by": proof.by})
    except BitoolsError as error:
        document.fail(error, "timestamp")
        return
    document.changed = True
    _note(archive, document, number)
    for item in document.items:
        item["status"] = "stamped"
        if item["segment"] == number:
            item["stamped"], item["by"] = proof.time.isoformat(), proof.by


def _note(archive: Archive, document: Document[SealedItem], number: int) -> None:
    """A seal of an earlier run that is stamped now is told too."""
    if any(item["segment"] == number for item in document.items):
        return
    content = archive.store.manifest_file(number).read_bytes()
    said = json.loads(content)
    sources = said["sources"].values()
    document.items.append({
        "segment": number, "day": said["day"], "status": "stamped", "manifest": digest(content),
        "sources": len(sources), "lines": sum(one["lines"] for one in sources),
        "events": sum(one["events"] for one in sources), "unparsed": sum(one["unparsed"] for one in sources),
        "stamped": None, "by": None,
    })  # fmt: skip
