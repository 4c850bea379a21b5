"""Follow a living list of devices: observe it, decide, prove the inventory as it would be, write one file.

`state/imported.json` holds what the list said last. It is written before and after the file, so that a run
that is killed between the two is no hand edit.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bitools import yamlfile
from bitools.errors import InventoryInvalid, Refused
from bitools.i18n import _, ng, system_words
from bitools.inventory import check
from bitools.inventory.complaints import InvalidInventory
from bitools.inventory.lists import IMPORTED, sync
from bitools.inventory.lists.imported import Imported, Row, mapping
from bitools.inventory.lists.sync import Plan
from bitools.inventory.model import Inventory
from bitools.state import State, write

_MEMORY = "imported.json"
_MARK = "\ufeff"  # how some editors begin a file
_BREAKS = frozenset("\x85\u2028\u2029")
_MANY = 3  # devices, that are less than a third of all, may go at once without a word
Load = Callable[[Mapping[str, str]], Inventory]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done: the steps, the file's text when they are done, and what the list says now.

    `listed`: how many devices are in the list, described elsewhere or not.
    """

    plan: Plan
    text: str
    said: Mapping[str, Row]
    listed: int


def decide(imported: Imported, source: str, folder: Path, state: State, load: Load) -> Wanted:
    """What the list changes in `devices.d/imported.yaml`; `load` reads the inventory with other texts in it.

    Raise InventoryInvalid, with places in the list, if the inventory would not be whole.
    """
    path = folder / IMPORTED
    raw = _there(path)
    old = raw.removeprefix(_MARK).replace("\r\n", "\n")
    rest = load({IMPORTED: ""})
    groups = mapping(yamlfile.read(folder / "devices.yaml").data).get("groups") if _is_there(folder) else {}
    sync.without_groups(imported, mapping(groups))
    there = sync.rows(yamlfile.parse(old, path))
    said = _said_before(state, raw)
    plan = sync.plan(said, there, imported.devices, rest.devices.keys())
    if there and not said and (left := [name for name in there if name not in imported.devices]):
        note = _("nobody remembers what the list said before; not in it now, and kept: {names}")
        plan.notes.append(note.format(names=", ".join(left)))
    by_hand = [name for name in imported.devices if name in rest.devices]
    if by_hand:
        names = ", ".join(by_hand)
        plan.notes.append(_("described by hand in another file, which stays: {names}").format(names=names))
    text = _written(old, plan, source, path)
    with _told_of_the_list(imported, text, path):
        check.one_address_a_device(load({IMPORTED: text}), {IMPORTED: text})
    says = {name: row for name, row in imported.devices.items() if name not in rest.devices}
    lines = "\r\n" if "\r\n" in raw else "\n"
    mark = _MARK if raw.startswith(_MARK) else ""
    text = mark + text.replace("\n", lines) if plan.steps else raw
    return Wanted(plan, text, says, len(imported.devices))


def _there(path: Path) -> str:
    """The file as it is. Raise InventoryInvalid if it cannot be read."""
    if not path.exists():
        return ""
    yamlfile.read(path)
    return path.read_bytes().decode()


def _written(old: str, plan: Plan, source: str, path: Path) -> str:
    """The file's text after the plan. Raise Refused if it is written so that nobody can change one device."""
    if not plan.steps:
        return old
    cause: InventoryInvalid | None = None
    try:
        # YAML begins a line behind signs behind which no editor does
        text = "" if _BREAKS.intersection(old) else sync.written(old, plan.steps, source)
        if text and sync.rows(yamlfile.parse(text, path)) == plan.devices:
            return text
    except InventoryInvalid as error:
        cause = error
    message = _("{file} is written in a way in which no device can be changed alone; nothing was changed")
    hint = _("write a line for each device, as NAME: {host: …}, below devices:, without & and *")
    raise Refused(message.format(file=path), hint=hint, reason="form", cause=cause)


def guard(wanted: Wanted, most: int, *, sure: bool = False) -> None:
    """Raise Refused for more changes than are allowed at once, or if nothing would be left.

    `sure`: somebody said the number now. Else no more than a third of the devices may go: of a list that
    was cut in half nobody knows it.
    """
    count = len(wanted.plan.steps)
    gone = sum(step.action == "removed" for step in wanted.plan.steps)
    if wanted.plan.steps and not wanted.listed:
        text = _("the list names no device any more: is it whole?")
        raise Refused(text, hint=_("if it is meant: take {file} away").format(file=IMPORTED), reason="empty")
    if not sure and gone > _MANY and gone * 3 > gone + len(wanted.plan.devices):
        text = _("{count} of {all} devices are no longer in the list: is it whole?")
        hint = _("look at them with --dry-run, then: --max-changes {count}").format(count=count)
        told = text.format(count=gone, all=gone + len(wanted.plan.devices))
        raise Refused(told, hint=hint, reason="cut")
    if count > most:
        text = ng(
            "{count} device would change, at most {most} may",
            "{count} devices would change, at most {most} may",
            count,
        )
        hint = _("look at them with --dry-run, then: --max-changes {count}").format(count=count)
        raise Refused(text.format(count=count, most=most), hint=hint, reason="max_changes")


def keep(wanted: Wanted, folder: Path, state: State) -> None:
    """Write the file and remember what the list said. Raise Refused if the file cannot be written."""
    path = folder / IMPORTED
    before = _remembered(state)
    digest = hashlib.sha256(wanted.text.encode()).hexdigest()
    if wanted.plan.steps:
        _remember(state, {"said": before, "next": wanted.said, "text": digest})
        _put(path, wanted.text.encode())
    if wanted.plan.steps or before != wanted.said:
        _remember(state, {"said": wanted.said})


def _is_there(folder: Path) -> bool:
    return (folder / "devices.yaml").is_file()


def _put(path: Path, content: bytes) -> None:
    """Replace the file. In a folder that is root's it is written over, in one call: no half is ever read.

    What is left of a longer old text is blank until it is cut off.
    """
    try:
        if not path.parent.exists() or os.access(path.parent, os.W_OK):
            write(path, content, 0o640)
            return
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.pwrite(descriptor, content.ljust(os.fstat(descriptor).st_size, b"\n"), 0)
            os.ftruncate(descriptor, len(content))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        hint = _("once, as root: bitools setup, which gives this one file to the account")
        raise Refused(f"{path}: {system_words(error)}", hint=hint, reason="file", cause=error) from error


def _said_before(state: State, text: str) -> dict[str, Row]:
    """What the list said when this text was written."""
    known = _read(state)
    digest = hashlib.sha256(text.encode()).hexdigest()
    part = known.get("next") if known.get("text") == digest else known.get("said")
    return {name: mapping(row) for name, row in mapping(part).items()}


def _remembered(state: State) -> dict[str, Row]:
    return {name: mapping(row) for name, row in mapping(_read(state).get("said")).items()}


def _read(state: State) -> dict[str, Any]:
    """What was remembered; nothing of a file that is none: then what the inventory says stays."""
    with suppress(FileNotFoundError, ValueError):
        return mapping(json.loads(state.read(_MEMORY)))
    return {}


def _remember(state: State, known: Mapping[str, Any]) -> None:
    write(state.path(_MEMORY), json.dumps(known, ensure_ascii=False, indent=1).encode())


@contextmanager
def _told_of_the_list(imported: Imported, text: str, path: Path) -> Iterator[None]:
    """Complaints of the file that is not written yet are of the list: there it can be mended."""
    try:
        yield
    except InventoryInvalid as error:
        file = yamlfile.parse(text, path)
        places = {
            f"{path}:{file.line(('devices', name))}": imported.places[name]
            for name in sync.rows(file)
            if name in imported.places
        }
        complaints = getattr(error, "complaints", [error])
        raise InvalidInventory([_placed(one, places) for one in complaints]) from error


def _placed(complaint: InventoryInvalid, places: Mapping[str, str]) -> InventoryInvalid:
    place, _mark, message = str(complaint).partition(": ")
    return (
        InventoryInvalid(f"{places[place]}: {message}", hint=complaint.hint) if place in places else complaint
    )
