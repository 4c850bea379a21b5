"""What each run says of each of its targets: that it went well, or what was wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bitools.i18n import ng
from bitools.sanitize import inert

if TYPE_CHECKING:
    from bitools.documents.backup import ProofDocument, RunDocument
    from bitools.documents.envelope import Failure
    from bitools.documents.net import Snapshot, SnapshotItem


@dataclass(frozen=True, slots=True)
class Trouble:
    """A target that could not be read, or whose answer was not whole. `news`: not told before.

    `devices` above 0: a whole site, `name`, of which none of so many devices answers.
    """

    name: str
    what: str
    since: str
    hint: str = ""
    news: bool = True
    code: int = 0
    site: str = ""
    devices: int = 0
    reason: str = ""  # a word for programs, where there is one

    @property
    def sentence(self) -> str:
        """What is wrong, for people: of a whole site that none of its devices answers."""
        if not self.devices:
            return self.what
        text = ng("none of its {count} devices answers", "none of its {count} devices answers", self.devices)
        return text.format(count=self.devices)


Outcome = tuple[str, Trouble | None]


Named = tuple[str, str, str]


def devices_of(items: Sequence[SnapshotItem]) -> list[Named]:
    """Each device: as it is spelled, as it is shown, and why it was not stored, if it was not."""
    return [
        (name, inert(name), inert(item.get("reason") or item["status"]) if _is_bad(item) else "")
        for item in items
        for name in (item["device"],)
    ]


def _is_bad(item: SnapshotItem) -> bool:
    return item["status"] == "quarantined"


def of_snapshot(
    document: Snapshot,
    silent: Container[str],
    devices: Callable[[Sequence[SnapshotItem]], list[Named]] = devices_of,
) -> Iterator[Outcome]:
    """Each device; those of which nobody wants to hear that they fail are left out."""
    began, failed = document["started"], _failed(document["failed"])
    for name, shown, why in devices(document["items"]):
        if name in failed or name in silent:
            continue  # its failure says more
        yield shown, Trouble(shown, why, began) if why else None
    heard = [failure for failure in document["failed"] if failure["target"] not in silent]
    yield from _failures(heard, document["schema"], began)


def of_backups(document: RunDocument) -> Iterator[Outcome]:
    """Each data set that was tried."""
    began, failed = document["started"], _failed(document["failed"])
    for item in document["items"]:
        name = inert(item["dataset"])
        if item["dataset"] in failed or item["status"] == "skipped":
            continue
        if item["status"] == "partial":
            why = item.get("reason", item["status"])
            yield name, Trouble(name, inert(why), began)
        else:
            yield name, None
    yield from _failures(document["failed"], document["schema"], began)


def of_proof(document: ProofDocument) -> Iterator[Outcome]:
    """Each target of what else proves that backups are good; of a look at how they stand, each alarm."""
    failures = list(document["failed"])
    if document["schema"] == "bitools.backup.status/1":
        failures += document["alarms"]
        names = [item["dataset"] for item in document["items"]]
        names += [one["repository"] for one in document["repositories"]]
    elif document["schema"] == "bitools.backup.drill/1":
        names = [item["dataset"] for item in document["items"]]
    else:
        names = [item["target"] for item in document["items"]]
    failed = _failed(failures)
    yield from ((inert(name), None) for name in dict.fromkeys(names) if name not in failed)
    yield from _failures(failures, document["schema"], document["started"])


def _failed(failures: Sequence[Failure]) -> set[str]:
    return {failure["target"] for failure in failures}


def _failures(failures: Sequence[Failure], schema: str, began: str) -> Iterator[Outcome]:
    for failure in failures:
        name = inert(failure["target"] or schema)
        what, hint = inert(failure["error"]), inert(failure["hint"])
        reason = failure.get("reason", "")
        yield name, Trouble(name, what, began, hint, code=failure["code"], reason=reason)
