"""A digest becomes a letter: subject, text, HTML and the full diff. Pure but for reading the templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from bitools.figures.performed import Tally, tier_named
from bitools.figures.section import Paragraph
from bitools.i18n import _, ng, short_date
from bitools.ledger.acts import named
from bitools.past.outcomes import Trouble
from bitools.report.digest import view
from bitools.report.digest.digest import Digest
from bitools.report.digest.subject import headlines, subject
from bitools.report.mail.letter import Letter
from bitools.sanitize import inert
from bitools.templates import render_template

LARGEST_HTML = 90_000  # bytes; Gmail clips a mail at about 102 kB
_SIZES = [view.Size(200, 60), view.Size(200, 20), view.Size(150, 8), view.Size(80, 4), view.Size(40, 1)]
LARGEST_TEXT = 200_000  # bytes; nobody reads more, and a mail server takes it
_ACTORS = 20  # named in a daily report
_TEXT = view.Size(500, 200)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What a report says beside the digest. `ledger` is empty if its chain is broken; `alarm` says why."""

    organisation: str
    site_names: dict[str, str]
    since: datetime | None
    now: datetime
    host: str
    version: str
    ledger: str = ""
    entries: int = 0
    alarm: str = ""
    open: tuple[str, ...] = ()
    commit: str = ""  # the history's newest
    stamped: str = ""  # how far the time authority vouches, in words


@dataclass(frozen=True, slots=True)
class Day:
    """What a daily report says beside the changes: backups made, everything the ledger recorded, and what
    each job tells of itself.
    """

    made: tuple[tuple[str, tuple[str, ...], int], ...] = ()  # data set, tiers, snapshots
    acts: tuple[Tally, ...] = ()
    actors: tuple[Tally, ...] = ()
    told: tuple[Paragraph, ...] = ()

    def shortened(self, most: int) -> Day:
        """The same, with at most so many of each; nobody has so many that a person could read them."""
        actors = self.actors[: min(most, _ACTORS)]
        return replace(self, made=self.made[:most], acts=self.acts[:most], actors=actors)

    @property
    def is_news(self) -> bool:
        """Was anything done?"""
        return bool(self.made or self.acts)


def letter(digest: Digest, facts: Letterhead, folder: Path, day: Day | None = None) -> Letter:
    """Lay the digest out in the language that is spoken now, with `day` as a daily report.

    `folder` is the inventory's, where its own templates are.

    Raise InventoryInvalid if a template of the inventory is broken.
    """
    name, sizes = ("mail-daily", _SIZES[2:]) if day else ("mail-changes", _SIZES)
    longer = [_TEXT, *sizes] if day is None else sizes

    def fitting(file: str, sizes: Sequence[view.Size], largest: int) -> str:
        """In the largest of these sizes in which it is no larger, else in the smallest."""
        for size in sizes:
            made = _rendered(file, digest, facts, folder, size, day)
            if len(made.encode()) <= largest:
                break
        return made

    html = fitting(f"{name}.html.j2", sizes, LARGEST_HTML)
    text = fitting(f"{name}.txt.j2", longer, LARGEST_TEXT)
    headed, about = _headed(digest, facts, day)
    return Letter(headed, text, html, view.attachment(digest.devices), about=about)


def _headed(digest: Digest, facts: Letterhead, day: Day | None) -> tuple[str, str]:
    """The subject, and what it is about."""
    alarm = facts.alarm or (_("an act has no outcome: {act}").format(act=facts.open[0]) if facts.open else "")
    told = list(headlines(digest, alarm, facts.site_names))
    words = _("daily report") if day else _("changes")
    if not told and day and (done := sum(each.done for each in day.acts)):
        words = ng("{count} act", "{count} acts", done).format(count=done)
    elif not told:
        words = f"{words}: " + _("quiet")
    organisation = inert(facts.organisation)
    otherwise = f"{organisation}: {words}" if organisation else words
    return subject(told, otherwise), told[0].about if told else ""


def _known(trouble: Trouble) -> str:
    """That it was told before, and since when it lasts."""
    since = short_date(trouble.since)
    return _("known since {day}").format(day=since) if since else _("known")


def _proofs(digest: Digest) -> list[str]:
    """What a quiet report rests on."""
    read = ng("{count} device was read, whole", "{count} devices were read, whole", digest.read)
    kept = ng("{count} data set was backed up", "{count} data sets were backed up", digest.kept)
    return [text.format(count=count) for count, text in ((digest.read, read), (digest.kept, kept)) if count]


def _quiet(digest: Digest) -> str:
    """That nothing happened; and that nothing was looked at, if so."""
    said = _("Nothing happened that needs to be told.")
    return (
        said
        if digest.read or digest.kept
        else f"{said} " + _("No device was read, and nothing was backed up.")
    )


def _rendered(
    name: str, digest: Digest, facts: Letterhead, folder: Path, size: view.Size, day: Day | None
) -> str:
    quiet = not (digest.is_news or facts.alarm or facts.open or (day and day.is_news))
    hidden = digest.groups[size.blocks :]
    return render_template(
        name,
        folder,
        title=_("Daily report") if day else _("Network changes") if digest.groups else _("Changes"),
        quiet=_quiet(digest) if quiet else "",
        proofs=_proofs(digest) if quiet or day else [],
        day=day.shortened(size.blocks) if day else None,
        named=named,
        tier_named=tier_named,
        known=_known,
        counts=view.subject_counts(digest),
        sections=view.by_place(digest, facts.site_names, size),
        hidden=sum(len(group.devices) for group in hidden),
        troubles=view.troubles(digest.troubles, size, facts.site_names),
        backups=view.troubles(digest.backups, size, {}),
        notes=view.notes(digest),
        first_seen=view.first_seen(digest, facts.site_names, size.blocks),
        recovered=digest.recovered[: size.blocks],
        accounts=view.accounts(digest, size.blocks),
        **{key: value for key, value in asdict(facts).items() if key != "site_names"},
    )
