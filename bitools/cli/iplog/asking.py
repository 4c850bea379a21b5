"""The time that is asked about, and only that one: an hour that happened twice is asked back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bitools import moments
from bitools.errors import Usage
from bitools.i18n import _
from bitools.run import Run


def instant(run: Run, text: str) -> datetime:
    """The moment a person names. Raise Usage for a day alone, or a time that happened twice or never."""
    zone = run.inventory.settings.zone
    found = moments.stretch(text, run.started, zone)
    at = found.first
    if found.last - found.first > timedelta(minutes=1):
        raise Usage(
            _('"{text}" is no time of day').format(text=text), hint=_("for example 2026-11-28 14:30:05")
        )
    if at.tzinfo is not zone:
        return at
    wall = at.replace(tzinfo=None)
    if at.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall:
        text = _("{time} never was: the clocks were put forward").format(time=f"{wall:%Y-%m-%d %H:%M:%S}")
        raise Usage(text, hint=_("write the offset: {example}").format(example=_offsets(at)))
    if at.replace(fold=1).utcoffset() != at.replace(fold=0).utcoffset():
        text = _("{time} happened twice: the clocks were put back").format(time=f"{wall:%Y-%m-%d %H:%M:%S}")
        raise Usage(text, hint=_("write the offset: {example}").format(example=_offsets(at)))
    return at


def _offsets(at: datetime) -> str:
    return ", ".join(at.replace(fold=fold).isoformat() for fold in (0, 1))
