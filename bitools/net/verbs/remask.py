"""Mask again what older versions stored: the history, the documents, the quarantine.

Every step is done again by a second run, whatever killed the first: what is masked stays as it is.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bitools import state
from bitools.documents.net_history import RemaskItem
from bitools.i18n import _
from bitools.ledger import acts
from bitools.net.wire import rewriting
from bitools.net.wire.history import History
from bitools.net.wire.leftovers import clear
from bitools.net.wire.mask import Masks, note
from bitools.past import index, months
from bitools.run import Run
from bitools.state import Document

SCHEMA = "bitools.net.remask/1"


def remask(run: Run) -> Document[RemaskItem]:
    """Rewrite what holds readable secrets; the items are the devices whose secrets were, and must be changed.

    Raise Locked if a snapshot runs.
    """
    document: Document[RemaskItem] = run.document(SCHEMA)
    with run.state.lock("net"):
        masks, history = Masks(run), History(run.state)
        clear(history.git.folder)
        readable = _history(run, history, masks)
        renamed = rewriting.was(history) if history.exists else {}
        _reviews(run, renamed)
        document.more["documents"] = _documents(run, masks, renamed) + _digests(run, masks, renamed)
        if not run.dry_run:
            index.forget(run.state)
        _quarantine(run, masks)
        if not run.dry_run:
            note(run.state)
    for device, count in sorted(readable.items()):
        document.items.append({"device": device, "commits": count})
    document.changed = bool(readable or document.more["documents"])
    if readable:
        document.warnings.append(_("their secrets were readable in the history: change them on the devices"))
    return document


def _history(run: Run, history: History, masks: Masks) -> Counter[str]:
    """Write the branch anew if a text of it holds a readable secret; count such commits by device."""
    if not history.exists:
        return Counter()
    some = rewriting.commits(history)
    stored = rewriting.stored_texts(history, some)
    readable = Counter(one.device for one, text in stored if masks.stored(one.device, text) != text)
    known = _with_unreported(run, readable)
    if readable and not run.dry_run:
        old, new = some[-1].id, rewriting.beside(history, some, masks.stored)
        before = {"head": old, "to": new, "devices": sorted(readable)}
        with run.ledger.intent(acts.NET_REMASK, "history", before=before) as intent:
            rewriting.move(history, old, new)
            intent.done(after={"head": new})
    if not run.dry_run:
        rewriting.forget(history)
    return known


def _with_unreported(run: Run, readable: Counter[str]) -> Counter[str]:
    """These devices, and those of a run that was killed before it could name them."""
    file = run.state.at("remask.json")
    kept = json.loads(file.read_bytes()) if file.exists() else {}
    reported = kept and any(run.state.files("documents", pattern=f"{kept['run']}*.json"))
    known = Counter(readable)
    known |= Counter({} if reported else kept.get("devices", {}))
    if known and not run.dry_run:
        new = {"run": run.id, "devices": known}
        state.write(run.state.path("remask.json"), json.dumps(new, ensure_ascii=False).encode())
    return known


def _reviews(run: Run, renamed: Mapping[str, str]) -> None:
    """What was reviewed is reviewed under its new name."""
    file = run.state.at("reviews.json")
    if run.dry_run or not renamed or not file.exists():
        return
    kept = json.loads(file.read_bytes())
    new = {renamed.get(commit, commit): review for commit, review in kept.items()}
    if new != kept:
        state.write(run.state.path("reviews.json"), json.dumps(new, ensure_ascii=False).encode())


def _documents(run: Run, masks: Masks, renamed: Mapping[str, str]) -> int:
    """How many documents of past runs were rewritten, or would be."""
    changed = 0
    for file in run.state.files("documents", pattern="*.json"):
        text = file.read_text(encoding="utf-8")
        try:
            content = json.loads(text)
        except ValueError:
            continue  # whoever reads it says so
        new = _masked(content, "", masks, renamed)
        if new == content:
            continue
        changed += 1
        if not run.dry_run:
            state.write(file, json.dumps(new, ensure_ascii=False).encode())
    return changed


def _digests(run: Run, masks: Masks, renamed: Mapping[str, str]) -> int:
    """The same of those that are kept by the month."""
    changed = 0
    for file in run.state.files(months.FOLDER, pattern=f"*{months.SUFFIX}"):
        month = file.name.removesuffix(months.SUFFIX)
        lines = [(line, _masked(line.document, "", masks, renamed)) for line in months.read(run.state, month)]
        new = [replace(line, document=said) for line, said in lines if said != line.document]
        changed += len(new)
        if new and not run.dry_run:
            months.add(run.state, month, new)
    return changed


def of_anyone(run: Run) -> Callable[[str], str]:
    """Masks a text whose platform nobody is sure of."""
    return Masks(run).of_anyone


def _masked(value: Any, device: str, masks: Masks, renamed: Mapping[str, str]) -> Any:
    """The same without any secret in its texts."""
    if isinstance(value, dict):
        device = value["device"] if isinstance(value.get("device"), str) else device
        return {key: _masked(one, device, masks, renamed) for key, one in value.items()}
    if isinstance(value, list):
        return [_masked(one, device, masks, renamed) for one in value]
    if not isinstance(value, str) or not device:
        return value
    return renamed.get(value) or masks.stored(device, value)


def _quarantine(run: Run, masks: Masks) -> None:
    for file in run.state.files("quarantine", pattern="*.txt"):
        text = file.read_text(encoding="utf-8", errors="replace")
        new = masks.of_anyone(text)
        if new != text and not run.dry_run:
            state.write(file, new.encode())
