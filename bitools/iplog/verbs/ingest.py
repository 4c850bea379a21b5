"""Take what is new in the files of every source, and read it into the index.

Killed anywhere, nothing is lost and nothing is there twice: lines and position are one record.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from bitools.documents.iplog import IngestedItem
from bitools.errors import BitoolsError, Locked, NotFound, Rejected
from bitools.i18n import _, system_words
from bitools.inventory.iplog import FIXED
from bitools.iplog.verbs import unsealed
from bitools.iplog.verbs.archive import LOCK, Archive
from bitools.iplog.wire.files import look
from bitools.iplog.wire.follow import Follower
from bitools.iplog.wire.frames import Journal, Record
from bitools.iplog.wire.index import Index
from bitools.iplog.wire.store import Opened
from bitools.run import Run
from bitools.state import Document, refusal

LONGEST = timedelta(hours=2)  # a run that holds the lock longer is no healthy one
_FEWEST = 20  # lines below which a share says nothing


@dataclass(slots=True)
class _Taken:
    """What a run took of one source."""

    lines: int = 0
    size: int = 0
    gaps: int = 0


def ingest(run: Run, names: Sequence[str] = (), *, reindex: bool = False) -> Document[IngestedItem]:
    """Take new lines of the named sources, of all if none is named; with `reindex` make the index anew.

    A tick that meets a healthy run is `skipped`. A source that cannot be read is a failure of its own.
    Raise NotFound for an unknown source; Locked if the other run is older than two hours.
    """
    archive = Archive(run)
    for name in names:
        if name not in archive.sources():
            known = ", ".join(archive.sources())
            text = _('iplog.yaml knows no source "{name}"').format(name=name)
            raise NotFound(text, target=name, hint=_("known sources: {names}").format(names=known))
    document: Document[IngestedItem] = run.document("bitools.iplog.ingest/1")
    try:
        with run.state.lock(LOCK):
            _ingest(archive, document, names, reindex)
    except Locked as locked:
        run.skip(document, LOCK, LONGEST, locked)
    return document


def _ingest(archive: Archive, document: Document[IngestedItem], names: Sequence[str], reindex: bool) -> None:
    if archive.run.dry_run:
        _would(archive, document, names)
        return
    archive.sweep()
    for name, broken in unsealed.put_right(archive):
        document.fail(broken, name)
    opened = archive.store.today(archive.today)
    taken: dict[str, _Taken] = {}
    for name in names or archive.sources():
        try:
            taken[name] = _take(archive, opened, name)
        except BitoolsError as error:
            document.fail(error, name)
        except OSError as error:
            if (refused := refusal(error)) is None:
                raise
            document.fail(refused, name)
    if archive.settings.static and not names:
        _take_fixed(archive, opened, document)
    if reindex:
        archive.forget_index()
    with archive.index(writing=True) as index:
        archive.catch_up(index)
        if archive.distrusted:
            document.warnings.append(_("the index of the log was altered or damaged: it was made anew"))
        document.items = [_item(archive, opened, index, name, counts) for name, counts in taken.items()]
    document.changed = any(counts.lines for counts in taken.values())


def _take(archive: Archive, opened: Opened, name: str) -> _Taken:
    source = archive.sources()[name]
    if not look(str(source.path)):
        text = _("{path}: there is no such file").format(path=source.path)
        hint = _("does its server write there? see iplog.yaml: sources: {name}: path").format(name=name)
        raise Rejected(text, target=name, hint=hint, reason="missing")
    for one in look(str(source.path)):
        if not os.access(one.path, os.R_OK, effective_ids=True):
            text = _("{path}: may not be read").format(path=one.path)
            raise Rejected(text, target=name, hint=f"ls -l {one.path}", reason="forbidden")
    cursor = archive.cursors.files(name)
    journal = Journal(opened.file(name))
    journal.mend()
    follower = Follower(
        source.path,
        source.format,
        cursor,
        datetime.now().timestamp(),
        archive.day,
        lambda: archive.taken(name),
    )
    counts = _Taken()
    journal.append(_counted(follower.take(), counts))
    archive.cursors.keep(name, follower.cursor(), opened, journal)
    return counts


def _counted(records: Iterator[Record], counts: _Taken) -> Iterator[Record]:
    for record in records:
        counts.lines += record.lines
        counts.size += len(record.content)
        counts.gaps += "gap" in record.header
        yield record


def _take_fixed(archive: Archive, opened: Opened, document: Document[IngestedItem]) -> None:
    """The list of fixed addresses is sealed too, whole, whenever it has changed."""
    path = Path(archive.settings.static or "")
    try:
        content = path.read_bytes()
    except OSError as error:
        document.fail(Rejected(f"{path}: {system_words(error)}", hint="iplog.yaml: static"), FIXED)
        return
    mark = sha256(content).hexdigest()
    before = archive.cursors.files(FIXED)
    if before.get("list", {}).get("marks") == mark:
        return
    if content and not content.endswith(b"\n"):
        content += b"\n"
    journal = Journal(opened.file(FIXED))
    journal.mend()
    header = {"file": {"inode": "list", "marks": mark}, "lines": content.count(b"\n")}
    journal.append([Record({**header, "written": archive.today.isoformat()}, content)])
    archive.cursors.keep(FIXED, {"list": {"inode": "list", "marks": mark}}, opened, journal)


def _item(archive: Archive, opened: Opened, index: Index, name: str, counts: _Taken) -> IngestedItem:
    done = index.progress(opened.number, name)
    strange = done.unparsed + done.impossible
    return {
        "source": name,
        "status": "taken" if counts.lines else "unchanged",
        "segment": opened.number,
        "lines": counts.lines,
        "bytes": counts.size,
        "unparsed": done.unparsed,
        "impossible": done.impossible,
        "gaps": counts.gaps,
        "alarm": alarming(done.lines, strange, archive.settings.unparsed_share),
    }


def alarming(lines: int, strange: int, share: float) -> bool:
    """Are too many lines not understood?"""
    return lines >= _FEWEST and strange > share * lines


def _would(archive: Archive, document: Document[IngestedItem], names: Sequence[str]) -> None:
    """What a run would take; nothing is written."""
    number = max([*archive.store.sealed()[-1:], *(one.number for one in archive.store.opened())], default=1)
    for name in names or archive.sources():
        source = archive.sources()[name]
        follower = Follower(
            source.path, source.format, archive.cursors.files(name), datetime.now().timestamp(), archive.day,
            lambda name=name: archive.taken(name),  # type: ignore[misc]
        )  # fmt: skip
        counts = _Taken()
        for _record in _counted(follower.take(), counts):
            pass
        document.items.append(
            IngestedItem(
                source=name,
                status="taken" if counts.lines else "unchanged",
                segment=number,
                lines=counts.lines,
                bytes=counts.size,
                unparsed=0,
                impossible=0,
                gaps=counts.gaps,
                alarm=False,
            )
        )
        document.changed = document.changed or bool(counts.lines)
