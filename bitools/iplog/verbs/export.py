"""Hand out who had which address in a stretch of time, as a table; asked for with a reason, and recorded."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bitools.documents.iplog import HandedOutItem
from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.events import Address
from bitools.iplog.decisions.tenancies import FOREVER, Tenancy
from bitools.iplog.verbs.archive import Archive
from bitools.iplog.verbs.asking import asked
from bitools.iplog.verbs.lookup import Lookup
from bitools.iplog.wire import tallies
from bitools.ledger import acts
from bitools.run import Run
from bitools.sanitize import inert
from bitools.state import Document, write

FORMATS = ("tib", "csv", "json")


class ExportedTenancy(NamedTuple):
    """One tenancy; `ends` is the last moment that the log vouches for."""

    ip: str
    begins: datetime
    ends: datetime
    mac: str
    host: str
    source: str


def export(
    run: Run,
    begins: datetime,
    ends: datetime,
    layout: str,
    target: Path | None,
    reason: str,
    file_number: str,
) -> Document[HandedOutItem]:
    """Write every tenancy that touches the stretch, to a file (0640), else give it in `more["text"]`.

    Raise Usage without reason or file number; Refused for who may not ask.
    """
    archive = Archive(run)
    document: Document[HandedOutItem] = run.document("bitools.iplog.export/1")
    what = f"{begins.isoformat()} – {ends.isoformat()}"
    with asked(run, archive.settings, acts.IPLOG_EXPORT, what, reason, file_number) as entry:
        with archive.index() as index:
            rows = list(_rows(archive, Lookup(archive, index), begins, ends))
        text = _WRITERS[layout](rows)
        if target is not None and not run.dry_run:
            write(target, text.encode("utf-8"))
        document.items = [{"format": layout, "tenancies": len(rows), "file": str(target or "")}]
        document.more["text"] = "" if target else text
        entry.done(after={"format": layout, "tenancies": len(rows)})
    return document


def _rows(archive: Archive, lookup: Lookup, begins: datetime, ends: datetime) -> Iterator[ExportedTenancy]:
    first, last = (round(one.timestamp() * 1000) for one in (begins, ends))
    for ip in tallies.of_addresses(lookup.index.base):
        for one in lookup.history(ip, first).tenancies:
            over = _over(one)
            if one.mac is not None and one.start <= last and over >= first:
                yield _row(archive, ip, one, over)


def _over(one: Tenancy) -> int:
    return one.sign if one.end is None or one.end >= FOREVER else max(one.sign, one.end)


def _row(archive: Archive, ip: Address, one: Tenancy, over: int) -> ExportedTenancy:
    begins, ends = (datetime.fromtimestamp(at / 1000, archive.zone) for at in (one.start, over))
    return ExportedTenancy(
        addresses.shown(ip), begins, ends, addresses.shown_mac(one.mac), inert(one.host), one.source
    )


def _tib(rows: Iterable[ExportedTenancy]) -> str:
    """The layout that the Turkish authority's programs read: tabs, `dd.mm.yyyy-HH:MM:SS`, dashes in MACs."""
    lines = ["IP Adresi\tKullanıma Başlama Tarih-Saati\tKullanım Bitiş Tarih-Saati\tMAC Adresi"]
    for row in rows:
        times = f"{row.begins:%d.%m.%Y-%H:%M:%S}\t{row.ends:%d.%m.%Y-%H:%M:%S}"
        lines.append(f"{row.ip}\t{times}\t{row.mac.replace(':', '-').upper()}")
    return "\n".join(lines) + "\n"


def _csv(rows: Iterable[ExportedTenancy]) -> str:
    """A table for spreadsheets; what a client chose never begins like a formula."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(ExportedTenancy._fields)
    for row in rows:
        host = f"'{row.host}" if row.host[:1] in ("=", "+", "-", "@", "\t") else row.host
        table.writerow([row.ip, row.begins.isoformat(), row.ends.isoformat(), row.mac, host, row.source])
    return out.getvalue()


def _json(rows: Iterable[ExportedTenancy]) -> str:
    told = [{**row._asdict(), "begins": row.begins.isoformat(), "ends": row.ends.isoformat()} for row in rows]
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


_WRITERS = {"tib": _tib, "csv": _csv, "json": _json}
