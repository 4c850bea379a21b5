"""Which changes are worth showing, and which are the same on many devices. Pure: items of documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bitools.documents.net import DiffItem
from bitools.net.decisions.comparison.severity import LEVELS, Severity, worst


def at_least(items: Iterable[DiffItem], severity: Severity) -> list[DiffItem]:
    """The items with only their changes of this severity or a heavier one; the text of a difference goes.

    `added` and `removed` stay those of the whole difference: they say how much more there is.
    """
    wanted = LEVELS[LEVELS.index(severity) :]
    kept = []
    for item in items:
        changes = [change for change in item["changes"] if change["severity"] in wanted]
        if len(changes) < len(item["changes"]):
            item = item.copy()
            item |= {"changes": changes, "diff": item["diff"] if changes else ""}
        kept.append(item)
    return kept


def group_identical(items: Iterable[DiffItem]) -> list[list[DiffItem]]:
    """Items that changed in exactly the same way, together; the weightiest group first, then as they came."""
    groups: dict[str, list[DiffItem]] = {}
    for item in items:
        if item["changes"]:
            groups.setdefault(repr((item["platform"], item["changes"])), []).append(item)
    return sorted(groups.values(), key=lambda group: -LEVELS.index(heaviest(group)))


def heaviest(group: Sequence[DiffItem]) -> Severity:
    """The weight of the heaviest change of a group."""
    return worst([change["severity"] for change in group[0]["changes"]])
