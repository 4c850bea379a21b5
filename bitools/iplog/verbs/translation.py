"""From a public address and port to who was behind it, by the sessions that a firewall logged."""

from __future__ import annotations

from typing import NamedTuple

from bitools.iplog.decisions.events import Address
from bitools.iplog.decisions.tenancies import Place
from bitools.iplog.verbs.archive import Archive
from bitools.iplog.wire.index import Index
from bitools.iplog.wire.sessions import PlacedSession, Sessions

_LONGEST = 7 * 86_400_000  # ms; a session is logged when it ends, this much after it was asked about at most
_STILL = 86_400_000  # ms after a translation without an end that it may still stand


class Translated(NamedTuple):
    """One inside address behind the public one; a session that spans the time, or a translation before it."""

    inside: Address
    inside_port: int
    start: int
    end: int
    place: Place


class Translations(NamedTuple):
    """Who was behind it at the time, and who was so close to it that clocks may be wrong.

    `standing`: a translation before the time is all there is; when it ended was not logged.
    """

    exact: list[Translated]
    near: list[Translated]
    standing: bool = False


def translations(archive: Archive, index: Index, public: Address, port: int, at: int) -> Translations:
    """The sessions of a public address and port at an instant (ms)."""
    error = archive.settings.clock_error * 1000
    seen = _seen(archive, index, public, port, at - _STILL, at + error)
    spanning = [one for one in seen if one.session.start <= at <= one.session.end]
    near = [
        one for one in seen
        if one not in spanning and one.session.start <= at + error and one.session.end >= at - error
    ]  # fmt: skip
    standing = _standing(seen, at) if not spanning else None
    if standing is not None:
        spanning = [standing]
    told = {one.session.inside for one in spanning}
    exact = _each([_translated(one) for one in spanning])
    return Translations(
        exact,
        _each([_translated(one) for one in near if one.session.inside not in told]),
        standing is not None,
    )


def _standing(seen: list[PlacedSession], at: int) -> PlacedSession | None:
    """The last translation before the time whose end was not logged, unless another took the port since."""
    before = [one for one in seen if one.session.end <= at]
    if not before:
        return None
    last = max(before, key=lambda one: (one.session.end, one.place))
    return last if last.session.start == last.session.end else None


def _seen(
    archive: Archive, index: Index, public: Address, port: int, begins: int, ends: int
) -> list[PlacedSession]:
    rows = index.base.execute(
        "select distinct segment from progress where last>=? and first<=?", (begins, ends + _LONGEST)
    ).fetchall()
    names = dict(index.base.execute("select id, text from word where id in (select source from progress)"))
    found: list[PlacedSession] = []
    for (segment,) in sorted(rows):
        path = archive.store.folder / "index" / f"sessions-{segment:06d}.sqlite"
        if path.exists():
            sessions = Sessions(path, segment)
            found += sessions.around(public, port, begins, ends, names)
            sessions.close()
    return found


def _translated(one: PlacedSession) -> Translated:
    session = one.session
    return Translated(session.inside, session.inside_port, session.start, session.end, one.place)


def _each(rows: list[Translated]) -> list[Translated]:
    """One for each inside address and port: the longest."""
    best: dict[tuple[Address, int], Translated] = {}
    for row in sorted(rows, key=lambda one: one.start - one.end):
        best.setdefault((row.inside, row.inside_port), row)
    return list(best.values())
