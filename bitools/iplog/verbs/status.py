"""How the log stands: every source's last word and rate, what is not sealed or stamped, what is frozen."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

from bitools import timestamp
from bitools.documents.iplog import SourceItem
from bitools.errors import BitoolsError, IntegrityBroken
from bitools.i18n import _
from bitools.inventory.iplog import Source
from bitools.iplog.verbs import frozen
from bitools.iplog.verbs.archive import Archive
from bitools.iplog.verbs.ingest import alarming
from bitools.iplog.verbs.remembered import Remembered, remembered
from bitools.iplog.verbs.seal import head, unstamped
from bitools.iplog.wire import metrics
from bitools.iplog.wire.files import look
from bitools.iplog.wire.index import Index
from bitools.run import Run
from bitools.state import Document, write

_WEEKS = 28  # sealed segments that tell what is usual
_FEW = 0.2  # of what is usual, on the last sealed day
_WEEK = 7 * 86_400_000
_WAITING = 2  # days without a token that are no problem yet
_OFF = 2_000  # ms by which the clock may differ from the authority's
UNTOLD = ("dhcpd", "dnsmasq", "windows")  # formats whose lines do not say how long a lease lasts

Problem = Literal["silent", "unparsed", "gap", "missing", "few", "lease_unknown"]


def status(run: Run) -> Document[SourceItem]:
    """Look at everything; nothing is changed but the file of metrics, if there is to be one.

    Without an index only files and seals can be judged.
    """
    archive = Archive(run)
    document: Document[SourceItem] = run.document("bitools.iplog.status/1")
    try:
        with archive.index() as index:
            document.items = [_source(archive, index, name, one) for name, one in archive.sources().items()]
    except IntegrityBroken as error:
        document.warnings.append(f"{error.message}: {error.hint}")
    _publish(archive, _whole(archive, document))
    return document


def _publish(archive: Archive, document: Document[SourceItem]) -> None:
    path = archive.settings.metrics
    if path is None or archive.run.dry_run:
        return
    try:
        write(path, metrics.text(document.items, document.more).encode(), mode=0o644)
    except (BitoolsError, OSError) as error:
        document.warnings.append(_("the metrics could not be written: {why}").format(why=error))


def _whole(archive: Archive, document: Document[SourceItem]) -> Document[SourceItem]:
    store = archive.store
    sealed = store.sealed()
    last = _day(archive, sealed[-1]) if sealed else None
    finished = sum(one.day < archive.today for one in store.opened())
    waiting = unstamped(archive) if archive.run.inventory.settings.timestamp else 0
    stamped, clock = _clock(archive)
    problems: list[Literal["unsealed", "unstamped", "clock"]] = []
    if any(one.day < archive.today - timedelta(days=1) for one in store.opened()):
        problems.append("unsealed")
    if waiting > _WAITING:
        problems.append("unstamped")
    if clock is not None and abs(clock) > _OFF:
        problems.append("clock")
    known = remembered(archive.run)
    document.more = {
        "head": head(archive),
        "sealed": last.isoformat() if last else None,
        "unsealed": finished,
        "unstamped": waiting,
        "stamped": stamped,
        "clock": clock,
        "asked": _asked(archive, known),
        "held": sorted({one.file_number for one in frozen.held_or_failed(archive, known, document)}),
        "problems": problems,
    }
    return document


def _source(archive: Archive, index: Index, name: str, source: Source) -> SourceItem:
    now = round(archive.run.started.timestamp() * 1000)
    row = index.base.execute("select at from latest where source=?", (index.source(name),)).fetchone()
    rows = index.base.execute(
        "select segment, lines, unparsed, impossible from progress where source=? "
        "order by segment desc limit ?",
        (index.source(name), _WEEKS),
    ).fetchall()
    open_now = {one.number for one in archive.store.opened() if one.day >= archive.today}
    today = next((one for one in rows if one[0] in open_now), (0, 0, 0, 0))
    past = [lines for segment, lines, _unparsed, _impossible in rows if segment not in open_now]
    usual = round(statistics.median(past)) if past else 0
    lost = len(index.gaps(name, now - _WEEK, now))
    looked = [seen["looked"] for seen in archive.cursors.files(name).values() if "looked" in seen]
    problems = list(_problems(archive, source, row[0] if row else None, now, rows[:2], lost))
    if past and usual >= 100 and past[0] < _FEW * usual:
        problems.append("few")
    return {
        "source": name,
        "format": source.format,
        "last": _shown(archive, row[0] / 1000) if row else None,
        "read": _shown(archive, max(looked)) if looked else None,
        "lines": today[1],
        "usual": usual,
        "unparsed": today[2],
        "impossible": today[3],
        "gaps": lost,
        "problems": problems,
    }


def _problems(
    archive: Archive,
    source: Source,
    last: int | None,
    now: int,
    rows: list[tuple[int, int, int, int]],
    lost: int,
) -> Iterator[Problem]:
    if not look(str(source.path)):
        yield "missing"
    reads = source.index != "none" and source.format != "lines"
    if reads and (last is None or now - last > source.silence.total_seconds() * 1000):
        yield "silent"
    share = archive.settings.unparsed_share
    if any(alarming(lines, unparsed + impossible, share) for _segment, lines, unparsed, impossible in rows):
        yield "unparsed"
    if lost:
        yield "gap"
    if reads and source.format in UNTOLD and source.lease is None:
        yield "lease_unknown"


def _day(archive: Archive, number: int) -> date:
    return date.fromisoformat(json.loads(archive.store.manifest_file(number).read_bytes())["day"])


def _clock(archive: Archive) -> tuple[str | None, int | None]:
    """When the authority last stamped, and how far our clock was from its (ms): its file is as old."""
    authority = archive.run.inventory.settings.timestamp
    for number in reversed(archive.store.sealed()) if authority else ():
        file: Path = archive.store.stamp_file(number)
        if not file.exists() or authority is None:
            continue
        try:
            proof = timestamp.prove(
                file.read_bytes(), archive.store.manifest_file(number).read_bytes(), authority.ca
            )
        except BitoolsError:
            return None, None
        apart = file.stat().st_mtime - proof.time.timestamp()
        return proof.time.isoformat(), round(apart * 1000) if abs(apart) > 1 else 0
    return None, None


def _asked(archive: Archive, known: Remembered) -> int:
    """Questions that were answered in the last year."""
    since = (archive.run.started - timedelta(days=365)).astimezone(UTC)
    return sum(datetime.fromisoformat(time) >= since for time in known.answered)


def _shown(archive: Archive, seconds: float) -> str:
    return datetime.fromtimestamp(seconds, archive.zone).isoformat(timespec="seconds")
