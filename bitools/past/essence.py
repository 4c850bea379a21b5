"""What reports need of a document, and what of it is the same in many of them. Pure.

An hourly look at twenty devices says the same a thousand times: without its run and times it is one text.
What else differs from run to run (how many lines an unchanged configuration has) stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from bitools.documents.words import Severity, gravest

if TYPE_CHECKING:  # types of two hundred keys: whoever only looks need not wait for them
    from bitools.documents.net import SnapshotItem
    from bitools.documents.stored import Known

Json = dict[str, Any]
_OF_THE_RUN = ("run", "started", "finished", "warnings", "evidence")
_SNAPSHOT: Final = "bitools.net.snapshot/1"
_RUN: Final = "bitools.backup.run/1"
# Two of these in a row that say the same are one: a report asks how things stand, not how often it was said.
_STANDING = ("net.diff", "backup.copy", "backup.verify", "backup.drill", "backup.prune", "backup.status")


def split(document: Known) -> tuple[Json, list[int]]:
    """What a document has in common with others, and the numbers of lines that are its own."""
    common: Json = {key: value for key, value in document.items() if key not in _OF_THE_RUN}
    own: list[int] = []
    if document["schema"] == _SNAPSHOT:
        own = [item["lines"] for item in document["items"] if item["status"] == "unchanged"]
        common["items"] = [
            {**item, "lines": 0} if item["status"] == "unchanged" else item for item in document["items"]
        ]
    return common, own


def joined(common: Mapping[str, Any], own: Sequence[int], run: str, started: str, finished: str) -> Known:
    """The document again, without its warnings and what it said of the records."""
    made: Json = {**common, "run": run, "started": started, "finished": finished, "warnings": []}
    if own:
        lines = iter(own)
        made["items"] = [
            {**item, "lines": next(lines)} if item["status"] == "unchanged" else item
            for item in common["items"]
        ]
    return cast("Known", made)


def is_standing(document: Known) -> bool:
    """Says it only how things stand? Then one like it in a row adds nothing but its number and its time."""
    if document["schema"] == _SNAPSHOT:
        return all(item["status"] != "stored" for item in document["items"])
    if document["schema"] == _RUN:
        return all(item["status"] != "complete" for item in document["items"])
    return document["schema"].removeprefix("bitools.").partition("/")[0] in _STANDING


def digested(document: Known) -> Known:
    """The same for every figure of every report; the lines of a change are in the history."""
    made = cast(Json, {**document, "warnings": []})
    made.pop("evidence", None)
    if document["schema"] == _SNAPSHOT:
        made["items"] = [_without_lines(item) for item in document["items"]]
    elif document["schema"] == "bitools.net.diff/1":
        made["items"] = [{**item, "changes": [], "diff": ""} for item in document["items"]]
    return cast("Known", made)


def severity(item: SnapshotItem) -> Severity:
    """How grave a stored change was."""
    return item.get("severity") or gravest(change["severity"] for change in item["changes"])


def _without_lines(item: SnapshotItem) -> SnapshotItem:
    if item["status"] != "stored":
        return item
    short = item.copy()
    short.update({"changes": [], "diff": "", "severity": severity(item)})
    return short
