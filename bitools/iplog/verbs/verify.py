"""Prove the chain: every manifest follows the one before, every list and frame is as it was sealed, every
token is of its manifest and by the trusted authority. What the ledger remembers of each seal is held against
it too, so that a chain whose end was cut off, or made anew, is found even where no head was mailed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from bitools import timestamp
from bitools.documents.iplog import ProvenItem
from bitools.errors import BitoolsError, IntegrityBroken
from bitools.i18n import _
from bitools.iplog.decisions.manifest import Fault, Frame, chained, digest
from bitools.iplog.verbs import frozen, unsealed
from bitools.iplog.verbs.archive import Archive
from bitools.iplog.verbs.remembered import Remembered, remembered
from bitools.iplog.wire import frames, tallies
from bitools.iplog.wire.frames import changed
from bitools.iplog.wire.index import altered
from bitools.run import Run
from bitools.state import Document

_WORKERS = 2
_LATE = timedelta(hours=26)  # after its sealing: later looks like a day that was sealed anew


def verify(
    run: Run, begins: date | None = None, ends: date | None = None, expect_head: str = ""
) -> Document[ProvenItem]:
    """Prove all seals, or the lines of those of a stretch of days; the chain is always walked whole.

    `expect_head` is the SHA-256 of a manifest that was once the newest. Each fault is a failure (15) that
    names its seal and, where it can, the source.
    """
    archive = Archive(run)
    document: Document[ProvenItem] = run.document("bitools.iplog.verify/1")
    store = archive.store
    manifests = [(number, store.manifest_file(number).read_bytes()) for number in store.sealed()]
    known = remembered(run)
    faults = chained(manifests) + _forgotten(manifests, known)
    chosen = [(number, content) for number, content in manifests if _within(content, begins, ends)]
    purged = {number for number, _content in chosen if number in known.purged}
    lines = [number for number, _content in chosen if number not in purged]
    with ThreadPoolExecutor(1) as beside:  # counting is SQLite's, hashing OpenSSL's: neither waits for Python
        index = beside.submit(_index, archive)
        faults += _contents(archive, lines, dict(manifests))
        wrong = index.result()
    stamps = _Stamps(archive, [number for number, _content in manifests], known.stamped)
    for number, content in chosen:
        broken = any(fault.number == number for fault in faults)
        document.items.append(_item(number, content, stamps, broken, number in purged))
    for fault in sorted({*faults, *stamps.faults}):
        document.fail(_error(fault), f"{fault.number:06d}")
    heads = {digest(content) for _number, content in manifests}
    if expect_head and expect_head.lower() not in heads:
        text = _("no seal has the head {head}: the end of the chain was cut off, or made anew")
        document.fail(IntegrityBroken(text.format(head=expect_head), reason="head"), "head")
    if wrong is not None:
        document.fail(wrong, "index")
    for opened, source in unsealed.damaged(archive):
        document.fail(changed(opened.file(source)), f"{opened.number:06d}")
    frozen.held_or_failed(archive, known, document)
    document.warnings += stamps.warnings
    document.more = {
        "head": digest(manifests[-1][1]) if manifests else None,
        "missing": [day.isoformat() for day in _missing(manifests)],
    }
    return document


def _forgotten(manifests: Sequence[tuple[int, bytes]], known: Remembered) -> list[Fault]:
    """Seals that the ledger remembers otherwise, or that are gone."""
    here = {number: digest(content) for number, content in manifests}
    faults = []
    for number, wanted in known.sealed.items():
        if number not in here:
            faults.append(Fault(number, "dropped"))
        elif here[number] != wanted:
            faults.append(Fault(number, "resealed"))
    oldest = min(known.begun, default=0)  # a ledger that was begun anew knows nothing of what was before
    faults += [
        Fault(number, "unknown")
        for number in here
        if known.begun and number > oldest and number not in known.begun
    ]
    return faults


def _within(content: bytes, begins: date | None, ends: date | None) -> bool:
    try:
        day = date.fromisoformat(json.loads(content)["day"])
    except (ValueError, KeyError, TypeError):
        return True
    return (begins is None or day >= begins) and (ends is None or day <= ends)


def _contents(archive: Archive, numbers: Sequence[int], manifests: dict[int, bytes]) -> list[Fault]:
    """What is wrong with the lists and the lines; two files at a time, as most of it is hashing."""
    faults: list[Fault] = []
    work: list[tuple[int, str, Path, list[Frame]]] = []
    for number in numbers:
        try:
            said = json.loads(manifests[number])
            content = archive.store.list_file(number).read_bytes()
            if digest(content) != said["list"]:
                raise ValueError(number)
            rows = archive.store.frames(number)
        except (OSError, ValueError, KeyError, TypeError):
            faults.append(Fault(number, "list"))
            continue
        for source in said["sources"]:
            mine = [row for row in rows if row.source == source]
            work.append((number, source, archive.store.segment_file(number, source), mine))
        here = {path.stem for path in archive.store.segment_file(number, "x").parent.glob("*")}
        faults += [Fault(number, "added", source) for source in here - set(said["sources"])]
    with ThreadPoolExecutor(_WORKERS) as pool:
        for found in pool.map(_segment, work):
            faults += found
    return faults


def _index(archive: Archive) -> IntegrityBroken | None:
    """Is every row of the index one that was written from the lines? There need not be an index."""
    if not archive.index_file.exists():
        return None
    try:
        with archive.index() as index:
            if part := next(tallies.altered_anywhere(index.base), None):
                raise altered(part)
    except IntegrityBroken as error:
        return error
    return None


def _segment(work: tuple[int, str, Path, list[Frame]]) -> list[Fault]:
    number, source, path, rows = work
    try:
        if path.stat().st_size != sum(row.size for row in rows):
            return [Fault(number, "lines", source)]
        for row in rows:
            frames.content(path, row)
    except FileNotFoundError:
        return [Fault(number, "gone", source)]
    except (OSError, IntegrityBroken):
        return [Fault(number, "lines", source)]
    return []


class _Stamps:
    """The tokens, proven; `good` are their times by number."""

    def __init__(
        self, archive: Archive, numbers: Sequence[int], known: Mapping[int, tuple[str, str]]
    ) -> None:
        self.archive, self.numbers, self.known = archive, numbers, known
        self.good: dict[int, datetime] = {}
        self.faults: list[Fault] = []
        self.warnings: list[str] = []
        authority = archive.run.inventory.settings.timestamp
        files = [number for number in numbers if archive.store.stamp_file(number).exists()]
        if files and authority is None:
            self.warnings.append(_("the time stamps are not proven: settings.yaml names no authority"))
        self.faults += [
            Fault(number, "token_gone") for number in known if number in numbers and number not in files
        ]
        for number in files if authority else ():
            self._prove(number, authority.ca if authority else Path())

    def _prove(self, number: int, ca: Path) -> None:
        store = self.archive.store
        try:
            manifest = store.manifest_file(number).read_bytes()
            proof = timestamp.prove(store.stamp_file(number).read_bytes(), manifest, ca)
        except IntegrityBroken as error:
            self.faults.append(Fault(number, f"token_{error.reason}"))
        except BitoolsError as error:
            if error.reason != "format":
                raise
            self.faults.append(Fault(number, "token_format"))
        else:
            self.good[number] = proof.time
            if not _same(proof, self.known.get(number)):
                self.faults.append(Fault(number, "token_other"))

    def of(self, number: int, content: bytes) -> tuple[Any, str | None]:
        """How a seal is stamped, and when."""
        if any(fault.number == number for fault in self.faults):
            return "broken", None
        if (time := self.good.get(number)) is not None:
            sealed = _sealed(content)
            late = sealed is not None and time - sealed > _LATE
            if late:
                text = _("{number:06d}: stamped {hours:.0f} hours after it was sealed")
                hours = (time - sealed).total_seconds() / 3600 if sealed else 0
                self.warnings.append(text.format(number=number, hours=hours))
            return "late" if late else "good", time.isoformat()
        later = next((self.good[one] for one in sorted(self.good) if one > number), None)
        return ("covered", later.isoformat()) if later else ("none", None)


def _same(proof: timestamp.Proof, known: tuple[str, str] | None) -> bool:
    """Is it the token that the ledger remembers? Its time is to the second where OpenSSL proved it."""
    if known is None or (proof.serial and known[1]):
        return known is None or proof.serial == known[1]
    return abs(proof.time - datetime.fromisoformat(known[0])) < timedelta(seconds=1)


def _sealed(content: bytes) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads(content)["sealed"])
    except (ValueError, KeyError, TypeError):
        return None


def _item(number: int, content: bytes, stamps: _Stamps, broken: bool, purged: bool) -> ProvenItem:
    try:
        said = json.loads(content)
        day, lines = said["day"], sum(one["lines"] for one in said["sources"].values())
    except (ValueError, KeyError, TypeError):
        day, lines = "", 0
    stamp, stamped = stamps.of(number, content)
    status: Literal["whole", "purged", "broken"]
    status = "broken" if broken or stamp == "broken" else "purged" if purged else "whole"
    return {
        "segment": number, "day": day, "status": status, "lines": lines, "stamp": stamp, "stamped": stamped,
    }  # fmt: skip


def _missing(manifests: Sequence[tuple[int, bytes]]) -> Iterator[date]:
    """Days between the first seal and the last on which nothing was taken."""
    days = set()
    for _number, content in manifests:
        try:
            days.add(date.fromisoformat(json.loads(content)["day"]))
        except (ValueError, KeyError, TypeError):
            continue
    if days:
        span = (max(days) - min(days)).days
        yield from (day for day in (min(days) + timedelta(days=n) for n in range(span)) if day not in days)


def _error(fault: Fault) -> IntegrityBroken:
    words = {
        "manifest": _("its manifest was altered"),
        "chain": _("it does not follow the seal before it"),
        "dropped": _("this seal is gone"),
        "resealed": _("it is not the seal that the ledger remembers"),
        "list": _("its list of frames was altered or is gone"),
        "lines": _("lines of {source} were altered"),
        "gone": _("the lines of {source} are gone, and no purge removed them"),
        "token_imprint": _("its time stamp is of other bytes"),
        "token_untrusted": _("its time stamp is not by the trusted authority"),
        "token_nonce": _("its time stamp is of other bytes"),
        "token_format": _("its time stamp is none"),
        "token_gone": _("its time stamp is gone"),
        "token_other": _("its time stamp is not the one that the ledger remembers"),
        "unknown": _("the ledger knows of no such seal"),
        "added": _("lines of {source} lie there that it does not hold"),
    }
    hint = _("compare with a backup of this day; nothing is mended here")
    return IntegrityBroken(words[fault.what].format(source=fault.source), hint=hint, reason=fault.what)
