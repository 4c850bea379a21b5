"""The subject of a mail: the gravest thing and where, then how much more there is. Pure.

On a telephone at night it is all that is read: `[bitools] rt-wan-01: + ip route 10.60.1.0/24 10.40.0.9 (+2)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bitools.documents.words import gravest
from bitools.errors import Code
from bitools.i18n import _, ng
from bitools.past.outcomes import Trouble
from bitools.report.digest.causes import in_common
from bitools.report.digest.devices import AlikeDevices, ChangedLine
from bitools.report.digest.digest import Digest
from bitools.report.digest.view import act_named, by_cause
from bitools.sanitize import clipped, inert

_LONGEST = 90  # characters of what stands after the mark; more is cut off in every list of mails
# What shows another key or a broken chain may be somebody's doing; what is silent or failed is not.
_URGENT = (Code.REFUSED, Code.INTEGRITY)
_SIGNS = {"added": "+", "removed": "−", "moved": "↕", "reordered": "↕"}


@dataclass(frozen=True, slots=True)
class Headline:
    """One thing that is told: of whom, and what. Mails about the same `about` are one thread."""

    about: str
    what: str

    def __str__(self) -> str:
        return f"{self.about}: {self.what}" if self.about else self.what


def headlines(digest: Digest, alarm: str, site_names: dict[str, str]) -> Iterator[Headline]:
    """Everything that is told, the gravest first."""
    if alarm:
        yield Headline(_("ALARM"), alarm)
    graver: list[Headline] = []
    lesser: list[Headline] = []
    for group in digest.groups:
        (graver if group.is_critical else lesser).append(_changed(group))
    yield from graver
    for urgent in (True, False):
        for found in (digest.backups, digest.troubles):
            news = (one for one in found if one.news and (one.code in _URGENT) == urgent)
            yield from map(_failed, by_cause(news, site_names))
    yield from lesser
    yield from _accounts(digest)
    yield from (Headline(one, _("has to be looked at")) for one in sorted(digest.reminders.news))
    yield from (Headline(name, _("answers again")) for name in digest.recovered)
    yield from (Headline(device.name, _("seen for the first time")) for device in digest.first_seen)


def subject(told: Sequence[Headline], otherwise: str) -> str:
    """`[bitools]`, the first of these, and the number of the others; `otherwise` if there is none."""
    if not told:
        return f"[bitools] {otherwise}"
    more = f" (+{len(told) - 1})" if len(told) > 1 else ""
    return f"[bitools] {_fitting(str(told[0]))}{more}"


def _fitting(text: str) -> str:
    text = inert(text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def _changed(group: AlikeDevices) -> Headline:
    first, about = group.devices[0], _with_others([device.name for device in group.devices])
    return Headline(about, _line(first.changes) or f"+{first.added} −{first.removed}")


def _line(changes: Iterable[ChangedLine]) -> str:
    """The gravest line, with the section it stands in."""
    every = list(changes)
    if not every:
        return ""
    worst = gravest(change.severity for change in every)
    change = next(one for one in every if one.severity == worst)
    where = f"{change.path[-1]} › " if change.path else ""
    return f"{where}{_SIGNS.get(change.kind, '±')} {change.line}"


def _failed(same: Sequence[Trouble]) -> Headline:
    """What fails for one reason, of however many."""
    about = _with_others([one.name for one in same])
    return Headline(about, clipped(in_common([one.sentence for one in same])))


def _with_others(names: Sequence[str]) -> str:
    count = len(names) - 1
    if not count:
        return names[0]
    return ng("{name} and {count} more", "{name} and {count} more", count).format(name=names[0], count=count)


def _accounts(digest: Digest) -> Iterator[Headline]:
    for act in digest.accounts:
        yield Headline(act.account, act_named(act.action))
