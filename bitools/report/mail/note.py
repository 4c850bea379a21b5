"""A mail of a few sentences, for what no report tells: an alarm, a unit that failed, a test."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bitools.report.mail.letter import Letter
from bitools.sanitize import inert
from bitools.templates import render_template


def note(
    folder: Path,
    subject: str,
    title: str,
    paragraphs: Sequence[str],
    *,
    words: Sequence[str] = (),
    organisation: str = "",
    grave: bool = False,
) -> Letter:
    """Lay it out. `folder` is the inventory's; `words` are what a program said last, a line each.

    Raise InventoryInvalid if a template of the inventory is broken.
    """
    said = [inert(line) for line in (*paragraphs[:1], *words, *paragraphs[1:])]
    html = render_template(
        "mail-note.html.j2",
        folder,
        title=inert(title),
        paragraphs=[inert(line) for line in paragraphs],
        words=[inert(line) for line in words],
        organisation=inert(organisation),
        grave=grave,
    )
    return Letter(inert(subject), "\n\n".join((inert(title), *said)) + "\n", html, "")
