"""`report month` and `report year`: the activity report, article by article, from ledger and documents."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bitools import __version__, output
from bitools.documents.ledger import EntryItem
from bitools.documents.report import Figures, QueuedItem, Sources
from bitools.errors import IntegrityBroken
from bitools.figures.count import activity
from bitools.figures.performed import Performed, performed
from bitools.figures.period import Period, period
from bitools.figures.section import Section
from bitools.i18n import _, spoken
from bitools.job import Jobs
from bitools.ledger import Chain, witness
from bitools.past.reading import Past, Told
from bitools.report.activity.sections import sections
from bitools.report.mail.enqueue import queue, require_readers, send
from bitools.report.mail.letter import Attached, Letter
from bitools.report.mail.subscribers import is_wanted
from bitools.run import Run
from bitools.sanitize import inert
from bitools.state import Document
from bitools.templates import render_template


@dataclass(frozen=True, slots=True)
class Periodic:
    """The report as a document for machines, a page for the archive, a text, a letter, its tables as CSV."""

    document: Document[QueuedItem]
    html: str
    text: str
    letter: Letter
    tables: Mapping[str, str]

    def write_beside(self, html: Path) -> None:
        """Write the page, and beside it the figures as JSON and each table as CSV."""
        output.write(html, self.html)
        figures = {key: self.document.more[key] for key in ("period", "figures", "sources")}
        output.write(html.with_suffix(".json"), json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
        for key, content in self.tables.items():
            output.write(html.with_name(f"{html.stem}-{key}.csv"), content)


def periodic(run: Run, jobs: Jobs, kind: str, name: str, *, mail: bool, now: datetime) -> Periodic:
    """Report a month or a year of these jobs; `name` is `2026-11` or `2026`, empty for the one that is due.

    A broken ledger is said first and in `failed`; the figures are then only what its readable part says.

    Raise Usage if the name is none, InventoryInvalid if it is to be mailed and cannot be.
    """
    settings = run.inventory.settings
    now = now.astimezone(settings.zone)
    about = period(kind, name, now, settings.zone)
    readers = require_readers(run, kind) if mail else ()
    document: Document[QueuedItem] = run.document(f"bitools.report.{kind}/1")
    sources = _Sources(run, document)
    found = activity(about, sources.acts(), sources.documents(about))
    with spoken(settings.language, settings.zone):
        names = {name: inert(site.name or name) for name, site in run.inventory.sites.items()}
        made = _written(run, document, sections(jobs, found, names), about, sources, now)
    if mail and not run.dry_run:
        troubled = any(not act.went_well for act in found.acts)
        what = [about.name, str(len(found.acts)), str(found.documents)]
        with run.state.lock("report"):
            for one in readers:
                if is_wanted(one.when, news=True, problem=troubled, mailed=None, now=now, heartbeat=False):
                    queue(run, document, kind, made.letter, one.to, what, "info", now)
            if document.items:
                send(run, document, now)
    return made


class _Sources:
    """What the figures are made from, read once; how each of it can be proven."""

    def __init__(self, run: Run, document: Document[QueuedItem]) -> None:
        self._run, self._document = run, document
        self.alarm = ""
        self.chain = Chain()
        self._past = Past(run.state)
        for broken in self._past.broken:
            document.fail(broken)
        try:
            self.chain = run.ledger.verify()
        except IntegrityBroken as error:
            self.alarm = str(error)
            document.fail(error, target="ledger")

    def acts(self) -> Iterable[Performed]:
        """Every act of the ledger, as far as it can be read."""
        return performed(self._readable())

    def _readable(self) -> Iterator[EntryItem]:
        try:
            yield from self._run.ledger.entries()
        except IntegrityBroken:
            return  # said already

    def documents(self, about: Period) -> Iterator[Told]:
        """The documents of the period's runs."""
        return self._past.between(about.start, about.end, self._document.warnings)

    def as_json(self, about: Period) -> Sources:
        """For the report's foot and for machines; the hash is of all documents, those not counted too."""
        documents, digest = self._past.fingerprint(about.start, about.end)
        return {
            "entries": self.chain.entries,
            "head": "" if self.alarm else self.chain.head,
            "alarm": self.alarm,
            "documents": documents,
            "documents_sha256": digest,
            "commit": witness.commit(self._run.state),
        }


def _written(
    run: Run,
    document: Document[QueuedItem],
    every: Sequence[Section],
    about: Period,
    sources: _Sources,
    now: datetime,
) -> Periodic:
    """Lay it out in the language that is spoken now."""
    organisation = inert(run.inventory.settings.organisation)
    title = _("Activity report {period}").format(period=about.title)
    values: dict[str, object] = {
        "organisation": organisation,
        "title": title,
        "sections": every,
        "now": now,
        "partial": now < about.end,
        "since": f"{about.start:%Y-%m-%d}",
        "until": f"{about.end - timedelta(hours=12):%Y-%m-%d}",
        "sources": sources.as_json(about),
        "version": __version__,
        "host": inert(socket.gethostname()),
    }
    document.more["period"] = {
        "name": about.name,
        "start": about.start.isoformat(),
        "end": about.end.isoformat(),
    }
    document.more["figures"] = _figures(every)
    document.more["sources"] = values["sources"]
    folder = run.inventory.folder
    html = render_template("report-period.html.j2", folder, **values)
    text = render_template("report-period.txt.j2", folder, **values)
    tables = {table.key: table.as_csv for section in every for table in section.tables}
    subject = f"[bitools {about.name}] " + (f"{organisation}: {title}" if organisation else title)
    document.more["subject"] = subject
    return Periodic(document, html, text, _letter(run, about, subject, html, tables, values), tables)


def _letter(
    run: Run, about: Period, subject: str, html: str, tables: Mapping[str, str], values: Mapping[str, object]
) -> Letter:
    """A short mail with the key figures; the report itself and its tables are attached."""
    folder = run.inventory.folder
    stem = f"bitools-{about.name}"
    attached = [Attached(f"{stem}.html", "text/html", html)]
    attached += [Attached(f"{stem}-{key}.csv", "text/csv", content) for key, content in tables.items()]
    return Letter(
        subject,
        render_template("mail-period.txt.j2", folder, **values),
        render_template("mail-period.html.j2", folder, **values),
        "",
        tuple(attached),
    )


def _figures(every: Iterable[Section]) -> Figures:
    """Every table by its key; the summary as one object."""
    tables = {table.key: table.as_json for one in every for table in one.tables}
    summary = {str(row["name"]): row["value"] for row in tables["summary"]}
    return {**tables, "summary": summary}
