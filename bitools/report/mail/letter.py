"""What a mail is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes with a mail."""

    name: str
    kind: str  # text/html, text/csv
    content: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A report ready to be read or sent. Mails about the same thing (`about`) are one thread."""

    subject: str
    text: str
    html: str
    diff: str
    attached: tuple[Attached, ...] = ()
    about: str = ""
