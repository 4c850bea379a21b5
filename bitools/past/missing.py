"""Of which targets no past run says a good word since a moment of their own. Pure but for the documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bitools.past.reading import Past


def missing(
    past: Past, kind: str, key: str, good: tuple[str, ...], expected: Mapping[str, datetime]
) -> list[str]:
    """Those of `expected` for whom no document of this kind says a good word since their own moment."""
    waiting = dict(expected)
    for document in past.newest(kind) if waiting else ():
        ended = datetime.fromisoformat(document["started"])
        if not waiting or ended < min(waiting.values()):
            break
        for item in document.get("items", ()):
            name = str(item.get(key))
            if name in waiting and item.get("status") in good and _moment(item, ended) >= waiting[name]:
                del waiting[name]
    return sorted(waiting)


def _moment(item: Mapping[str, Any], started: datetime) -> datetime:
    """When it was good: a skipped data set is as old as the snapshot that covers it."""
    if item.get("status") != "skipped":
        return started
    return datetime.fromisoformat(str(item["time"])) if item.get("time") else datetime.min.replace(tzinfo=UTC)
