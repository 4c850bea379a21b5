"""`ledger enter`: what was done while the ledger could not be written is entered, by whoever enters it.

An entry says both: who enters it and when, and, under `late`, who did it and when, as the run told it then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast, get_args

from bitools.documents.ledger import EnterItem, EntryItem, LateItem, Outcome
from bitools.errors import Usage
from bitools.i18n import _
from bitools.ledger import Ledger, acts
from bitools.state import Document

_TEXTS = ("time", "actor", "host", "command", "target", "action", "outcome", "run")
_LATER = {act.name: act for act in acts.LATER}


def read(file: Path) -> list[LateItem]:
    """The lines of a file, each an act. Raise Usage, naming the line, at one that is none."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    found = [_parsed(line, f"{file}:{at}") for at, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise Usage(_("{file} has no entry").format(file=file))
    return found


def _parsed(line: str, place: str) -> LateItem:
    try:
        entry = json.loads(line)
        whole = all(isinstance(entry[key], str) for key in _TEXTS) and {"before", "after"} <= entry.keys()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        whole = False
    if not whole or entry["action"] not in _LATER or entry["outcome"] not in get_args(Outcome):
        hint = _("the lines are those that the restore told: one JSON object each, with all its keys")
        raise Usage(_("{place}: no act that can be entered later").format(place=place), hint=hint)
    return cast(LateItem, entry)


def enter(ledger: Ledger, document: Document[EnterItem], lines: Sequence[LateItem]) -> Document[EnterItem]:
    """Enter each line that the ledger does not have yet; an outcome closes the intent of its own run."""
    known = {_name(said): entry["seq"] for entry in ledger.entries() if (said := _late(entry))}
    intents: dict[str, int] = {}
    for line in lines:
        number = known.get(_name(line))
        is_known = number is not None
        if not is_known and document.applied:
            number = _entered(ledger, line, intents.get(line["run"], 0))
            document.changed = True
        if line["outcome"] == "intent" and number:
            intents[line["run"]] = number
        document.items.append(
            {
                "target": line["target"],
                "action": line["action"],
                "outcome": line["outcome"],
                "time": line["time"],
                "status": "known" if is_known else "entered",
                "seq": number,
            }
        )
    return document


def _entered(ledger: Ledger, line: LateItem, intent: int) -> int:
    late = {key: line[key] for key in ("time", "actor", "host", "command", "run")}
    act = _LATER[line["action"]]
    if line["outcome"] == "intent":
        return ledger.append(act, line["target"], "intent", before={"late": late, "was": line["before"]})
    said: dict[str, Any] = line["after"] if isinstance(line["after"], dict) else {"result": line["after"]}
    closed = {"intent": intent or said.get("intent", 0)}  # first: by its bytes the chain knows what is closed
    after = {**closed, **{key: value for key, value in said.items() if key != "intent"}, "late": late}
    return ledger.append(act, line["target"], line["outcome"], after=after)


def _late(entry: EntryItem) -> LateItem | None:
    """What an entry says of the act that it was entered for, if it was entered later."""
    said = entry["before"] if entry["outcome"] == "intent" else entry["after"]
    late = said.get("late") if isinstance(said, dict) else None
    return cast(LateItem, {**entry, **late}) if isinstance(late, dict) else None


def _name(line: LateItem) -> tuple[str, ...]:
    return line["action"], line["outcome"], line["target"], line["run"], line["time"]


def lines_of(entries: Sequence[LateItem]) -> Iterator[str]:
    """What the file holds."""
    for entry in entries:
        yield json.dumps(entry, ensure_ascii=False)
