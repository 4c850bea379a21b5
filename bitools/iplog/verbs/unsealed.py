"""What was taken and is not sealed yet, held against what was accounted for when it was taken.

No manifest vouches for it, but the cursor knows where each journal ended. What is not as it was taken is kept
apart; the whole records go on, with a gap: nobody is cleared by that time. So it is sealed, too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, time, timedelta
from itertools import chain

from bitools.errors import IntegrityBroken
from bitools.i18n import _
from bitools.inventory.iplog import FIXED
from bitools.iplog.verbs.archive import Archive
from bitools.iplog.wire.frames import Journal, Record
from bitools.iplog.wire.store import Opened

_DAMAGED = "damaged"  # folder of what was left of journals that are not as they were written


def damaged(archive: Archive) -> Iterator[tuple[Opened, str]]:
    """Every open segment and source whose lines are not as they were taken, or are gone."""
    there = {one.number: one for one in archive.store.opened()}
    expected = {(one.number, source): one for one in there.values() for source in one.sources()}
    for source in archive.cursors.sources():
        for number, end in archive.cursors.ends(source).items():
            if end.size:
                gone = archive.store.open_folder(number, end.day)
                expected.setdefault((number, source), there.get(number, gone))
    for (_number, source), opened in sorted(expected.items()):
        if not as_taken(archive, opened, source):
            yield opened, source


def as_taken(archive: Archive, opened: Opened, source: str) -> bool:
    """Does it hold what was accounted for, and each record what it says? A crash may have left more.

    Somebody may take or seal meanwhile: the end is looked up first, and what is sealed is not open.
    """
    end = archive.cursors.ends(source).get(opened.number)
    journal = Journal(opened.file(source))
    link = journal.links.get(end.size) if end and end.size else ""
    follows = link is not None and (end is None or end.link in ("", link))
    return (follows and journal.whole) or archive.store.manifest_file(opened.number).exists()


def put_right(archive: Archive) -> Iterator[tuple[str, IntegrityBroken]]:
    """Keep what is damaged apart, go on with the rest; give what is to be said of each source."""
    for opened, source in damaged(archive):
        _keep(archive, opened, source)
        path = archive.store.path("open", opened.folder.name, f"{source}.zst")
        anew = path.with_suffix(".anew")
        anew.unlink(missing_ok=True)
        whole = (one for one in Journal(path).readable() if isinstance(one, Record))
        journal = Journal(anew)
        journal.append(chain([_gap(archive, opened, source)], whole))
        files = {} if source == FIXED else archive.cursors.files(source)  # the list is taken once more
        anew.replace(path)
        archive.cursors.keep(source, files, opened, journal)
        archive.forget_index()  # which knows the lines by their numbers
        text = _("lines that were taken on {day} and not sealed yet are gone: nobody is cleared by that day")
        hint = _("what is left of the file is kept in {folder}").format(
            folder=archive.store.folder / _DAMAGED
        )
        yield source, IntegrityBroken(text.format(day=opened.day), target=source, hint=hint, reason="open")


def _keep(archive: Archive, opened: Opened, source: str) -> None:
    if opened.file(source).exists():
        content, stamp = opened.file(source).read_bytes(), archive.run.started.strftime("%Y%m%dT%H%M%S")
        archive.store.put(content, _DAMAGED, f"{opened.number:06d}-{source}-{stamp}.zst")


def _gap(archive: Archive, opened: Opened, source: str) -> Record:
    """From the first time in its lines until its day was over: which of them are gone, nobody knows."""
    begins = datetime.combine(opened.day, time(), archive.zone).timestamp()
    over = datetime.combine(opened.day + timedelta(days=1), time(), archive.zone).timestamp()
    with suppress(IntegrityBroken), archive.index() as index:
        begins = min(begins, (index.progress(opened.number, source).first or math.inf) / 1000)
    known = archive.sources().get(source)
    now = datetime.now().timestamp()
    until = min(over, now) if opened.day < archive.today else now
    return Record({"lines": 0, "gap": [begins, until, str(known.path if known else source)]}, b"")
