"""What has not happened for too long: what each job finds overdue of its own, stamps and mails that wait.

Told from the documents of past runs alone: nothing is connected to (`backup status` asks repositories).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta

from bitools.errors import BitoolsError
from bitools.i18n import _, here, ng, number, percent, short_time
from bitools.inventory.model import Inventory
from bitools.job import Jobs
from bitools.job.finding import Finding, listed
from bitools.ledger import Ledger, stamps
from bitools.owned import ASIDE
from bitools.past.reading import Past
from bitools.state import State, measure

_FAST = timedelta(minutes=10)  # by which another machine's clock may differ
_FREE = 0.05  # of the state's disk


def examine(
    jobs: Jobs, inventory: Inventory, state: State, now: datetime, past: Past | None = None
) -> Iterator[Finding]:
    """A warning for each thing that is overdue; a damaged document is one, too."""
    try:
        past = past or Past(state, recent=True)
        for error in past.broken:
            yield Finding("documents", "warning", str(error), error.hint)
        yield from [
            *_clock(past, now),
            *(finding for job in jobs for finding in job.overdue(inventory, past, now)),
        ]
    except BitoolsError as error:
        yield Finding("documents", "warning", str(error), error.hint)
    else:
        yield from _sizes(state, past)
    yield from _stamps(inventory, state, now)
    yield from _mails(inventory, state, now)
    yield from _disk(state)
    yield from _set_aside(state)


def _clock(past: Past, now: datetime) -> Iterator[Finding]:
    """A run of the future: nothing that is told from ages can be believed before the clock is right."""
    newest = past.latest()
    if newest and newest - now > _FAST:
        text = _("the clock was put back: it is {now}, and a run began at {last}")
        said = text.format(now=short_time(here(now).isoformat()), last=short_time(here(newest).isoformat()))
        yield Finding("clock", "warning", said, "timedatectl")


def _mails(inventory: Inventory, state: State, now: datetime) -> Iterator[Finding]:
    waiting = state.files("outbox", "new", pattern="*.mail")
    oldest = min((path.stat().st_mtime for path in waiting), default=now.timestamp())
    if now.timestamp() - oldest > inventory.settings.ages.mail.total_seconds():
        text = ng("{count} mail waits since {date}", "{count} mails wait since {date}", len(waiting))
        date = f"{datetime.fromtimestamp(oldest, tz=now.tzinfo):%Y-%m-%d}"
        yield Finding("mail", "warning", text.format(count=len(waiting), date=date), "bitools report flush")
    if refused := len(state.names("outbox", "dead", pattern="*.mail")):
        text = ng("{count} mail was refused for good", "{count} mails were refused for good", refused)
        yield Finding("mail", "warning", text.format(count=refused), "bitools report outbox")


def _set_aside(state: State) -> Iterator[Finding]:
    """What others put into the state, or nobody can read, until somebody has looked at it."""
    if names := state.names(ASIDE):
        text = ng(
            "{count} thing was set aside: {names}", "{count} things were set aside: {names}", len(names)
        )
        place = state.folder / ASIDE
        said = text.format(count=len(names), names=listed(names))
        yield Finding("state", "warning", said, _("look, then remove it: ls -l {place}").format(place=place))


def _stamps(inventory: Inventory, state: State, now: datetime) -> Iterator[Finding]:
    """For how long nobody else has vouched for the ledger."""
    if inventory.settings.timestamp is None or not state.folder.is_dir():
        return
    try:
        standing = stamps.standing(Ledger(state, "", "", ""), state)
    except BitoolsError as error:
        yield Finding("timestamp", "warning", str(error), error.hint)
        return
    days = standing.days(now)
    if days >= 1:
        text = ng("the ledger is unstamped for {days} day", "the ledger is unstamped for {days} days", days)
        yield Finding("timestamp", "warning", text.format(days=days), "bitools ledger stamp")
    elif standing.entry:
        text = _("the ledger is stamped up to entry {entry}")
        yield Finding("timestamp", "good", text.format(entry=number(standing.entry)))


def _sizes(state: State, past: Past) -> Iterator[Finding]:
    """What the state holds, folder by folder, the largest first."""
    found = {"documents": past.size()}
    for name in state.names():
        if name not in found and (place := state.folder / name).is_dir() and not place.is_symlink():
            found[name] = measure(place)
    shown = [
        ng("{folder} {size} MB ({count} file)", "{folder} {size} MB ({count} files)", count).format(
            folder=name, size=number(size / 1e6, 1), count=number(count)
        )
        for name, (size, count) in sorted(found.items(), key=lambda each: (-each[1][0], each[0]))
        if count
    ]
    if shown:
        yield Finding("sizes", "good", ", ".join(shown))


def _disk(state: State) -> Iterator[Finding]:
    if not state.folder.is_dir():
        return
    disk = os.statvfs(state.folder)
    if disk.f_blocks and disk.f_bavail / disk.f_blocks < _FREE:
        text = _("less than {share} of the disk of {folder} is free")
        said = text.format(share=percent(_FREE), folder=state.folder)
        yield Finding("state", "warning", said, f"df -h {state.folder}")
