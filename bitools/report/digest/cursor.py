"""How far the reports have come: which runs and ledger entries have been told.

Runs are remembered by name, not by "everything before": a long run that began before a report and ended after
it has an older name than the report, and must still be told by the next one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import NotRequired

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from bitools import state
from bitools.errors import IntegrityBroken
from bitools.i18n import _
from bitools.past.reading import Past, Told
from bitools.report.digest.reminders import Lasting
from bitools.state import State, new_run

_LONGEST_RUN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a kind of report has told. `after`: runs up to it are all told; `told`: those told since."""

    after: str = ""
    told: frozenset[str] = frozenset()
    reported: datetime | None = None
    failing: Mapping[str, str] = field(default_factory=dict)
    entries: int = 0
    mailed: Mapping[str, datetime] = field(default_factory=dict)  # when whom
    lasting: Lasting = field(default_factory=Lasting)

    def unread(self, documents: Past, complaints: list[str]) -> Iterator[Told]:
        """Every document that has not been told."""
        return documents.unread(self.after, self.told, complaints)

    def moved(
        self,
        told: Iterable[str],
        failing: Mapping[str, str],
        entries: int,
        now: datetime,
        mailed: Iterable[str] = (),
        lasting: Lasting | None = None,
    ) -> Cursor:
        """The cursor after these were told, too, by a mail to each of `mailed`."""
        after = max(self.after, new_run(now - _LONGEST_RUN).rpartition("-")[0])
        kept = frozenset(name for name in (*self.told, *told) if name.partition(".")[0] > after)
        mails = {**self.mailed, **dict.fromkeys(mailed, now)}
        return Cursor(after, kept, now, dict(failing), entries, mails, lasting or self.lasting)


class _Kept(TypedDict):
    """The file. What an older version did not write yet is not required."""

    after: str
    told: frozenset[str]
    reported: datetime
    failing: dict[str, str]
    entries: int
    mailed: NotRequired[dict[str, datetime]]
    lasting: NotRequired[Lasting]


def load(folder: State, kind: str) -> Cursor:
    """Where this kind of report stands; at the very beginning if it was never made.

    Raise IntegrityBroken if the cursor cannot be read.
    """
    path = folder.at("report", f"{kind}.cursor")
    try:
        kept = TypeAdapter(_Kept).validate_json(path.read_bytes())
    except FileNotFoundError:
        return Cursor()
    except ValidationError as error:
        hint = _("without it, everything is reported once more; remove it if that is what you want")
        raise IntegrityBroken(_("{path}: not a cursor").format(path=path), hint=hint) from error
    return Cursor(
        kept["after"],
        kept["told"],
        kept["reported"],
        kept["failing"],
        kept["entries"],
        kept.get("mailed", {}),
        kept.get("lasting", Lasting()),
    )


def save(folder: State, kind: str, cursor: Cursor) -> None:
    """Remember where this kind of report stands now."""
    values = {
        "after": cursor.after,
        "told": sorted(cursor.told),
        "reported": cursor.reported.isoformat() if cursor.reported else None,
        "failing": dict(cursor.failing),
        "entries": cursor.entries,
        "mailed": {key: at.isoformat() for key, at in cursor.mailed.items()},
        "lasting": asdict(cursor.lasting),
    }
    state.write(folder.path("report", f"{kind}.cursor"), json.dumps(values, ensure_ascii=False).encode())
